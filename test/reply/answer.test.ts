import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { badRequest, methodNotAllowed, unavailable } from '../../lib/problem.ts'
import { type Answer, answers, plainText, type Request } from '../../lib/reply/answer.ts'

const context = { getRemainingTimeInMillis: () => 10_000 } as Context
let logged = ''

beforeEach(() => {
  logged = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    logged += text
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

function ask(
  work: (request: Request) => Promise<Answer>,
  event: Partial<APIGatewayProxyEvent> = {},
) {
  const base = { httpMethod: 'GET', requestContext: { requestId: 'r-1' }, resource: '/proc/job' }
  return answers('get', work)({ ...base, ...event } as APIGatewayProxyEvent, context)
}

const failing = (error: unknown) => () => Promise.reject(error)

test('an answer carries its type and the request id', async () => {
  const { statusCode, body, headers } = await ask(async () => plainText('42'))
  expect({ statusCode, body, headers }).toEqual({
    statusCode: 200,
    body: '42',
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Request-Id': 'r-1',
      'X-Content-Type-Options': 'nosniff',
    },
  })
})

test('a problem is one line of text, and its headers', async () => {
  const result = await ask(failing(unavailable('busy\nnow', undefined, 7)))
  expect(result).toMatchObject({ statusCode: 503, body: 'busy now; try again in 7 seconds\n' })
  expect(result.headers).toMatchObject({
    'Retry-After': '7',
    'Content-Type': 'text/plain; charset=utf-8',
  })
  const refused = await ask(failing(methodNotAllowed('PUT', 'GET, POST')))
  expect(refused.headers).toMatchObject({ Allow: 'GET, POST' })
})

test.each([
  'VOSpace is not available, try again later: vos://x/y',
  'it is not known whether it was done: repeat it',
  'the service is not set up completely; tell the people who run it',
])('a 503 that says what to do says nothing else: %s', async (message) => {
  expect((await ask(failing(unavailable(message)))).body).toBe(`${message}\n`)
})

test.each([
  ['votable', 'application/x-votable+xml'],
  ['application/x-votable+xml', 'application/x-votable+xml'],
  ['text/xml', 'text/xml; charset=utf-8'],
])('who asked for %s gets the error as a VOTable', async (format, type) => {
  const event = { queryStringParameters: { responseFormat: format } }
  const result = await ask(failing(badRequest('no <such> thing')), event)
  expect(result.statusCode).toBe(400)
  expect(result.headers?.['Content-Type']).toBe(type)
  expect(result.body).toContain('value="ERROR">no &lt;such&gt; thing</INFO>')
})

test.each([
  [{ queryStringParameters: { RESPONSEFORMAT: 'json' } }],
  [{ headers: { Accept: 'application/json, text/plain, */*' } }],
])('who asked for JSON gets the error as JSON', async (event) => {
  const result = await ask(failing(badRequest('no "such" thing')), event)
  expect(result).toMatchObject({ statusCode: 400, body: '{"error":"no \\"such\\" thing"}\n' })
  expect(result.headers?.['Content-Type']).toBe('application/json')
})

test.each([
  new TypeError('secret /home/alice'),
  'secret /home/alice',
  null,
  undefined,
  { status: 400, message: 'secret /home/alice' },
])('what was not thrown on purpose is told to the log alone', async (error) => {
  const result = await ask(failing(error))
  expect(result).toMatchObject({
    statusCode: 500,
    body: 'internal error; please report request r-1\n',
  })
  expect(JSON.parse(logged)).toMatchObject({ request: 'r-1', status: 500 })
  if (error instanceof Error) expect(logged).toContain('TypeError: secret')
})

test('the log tells causes, but never the query of a URL', async () => {
  const url = 'http://store.example/b/k?X-Amz-Signature=abcdef&X-Amz-Expires=300'
  await ask(failing(unavailable('no store', new Error(`GET ${url} failed`))))
  expect(JSON.parse(logged).problem).toEqual([
    'Problem: no store',
    'Error: GET http://store.example/b/k?… failed',
  ])
})

test('one line tells the operation, its stages, its audit, and the figures for CloudWatch', async () => {
  await ask(
    async (request) => {
      request.audit = { action: 'submit', cluster: 7 }
      await request.measure('schedd', new Promise((resolve) => setTimeout(resolve, 15)))
      return plainText('7')
    },
    {
      httpMethod: 'POST',
      body: 'c2VjcmV0',
      isBase64Encoded: true,
      headers: { Authorization: 'Basic abc' },
      requestContext: {
        requestId: 'r-2',
        authorizer: { account: 'alice' },
      } as unknown as APIGatewayProxyEvent['requestContext'],
    },
  )
  const line = JSON.parse(logged)
  expect(line).toMatchObject({
    operation: 'get',
    request: 'r-2',
    account: 'alice',
    method: 'POST',
    path: '/proc/job',
    status: 200,
    received: 6,
    sent: 1,
    cold: true,
    audit: { action: 'submit', cluster: 7 },
    Operation: 'get',
    Requests: 1,
    ServerErrors: 0,
    ClientErrors: 0,
    Busy: 0,
  })
  expect(line.stages.schedd).toBeGreaterThanOrEqual(14)
  expect(line.ScheddTime).toBe(line.stages.schedd)
  const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics
  expect({ Namespace, Dimensions }).toEqual({
    Namespace: 'canfar-proc',
    Dimensions: [['Operation']],
  })
  for (const { Name } of Metrics) expect(line[Name]).toEqual(expect.any(Number))
  expect(logged).not.toMatch(/c2VjcmV0|Basic|secret/)
})

test.each([
  ['of a warm instance', 50, 8_500],
  ['that took 20 s to start', 20_000, 7_000],
  ['that took 28 s to start', 28_000, -1_000],
  ['that the gateway waits for no more, or whose clock is another', 29_500, 8_500],
  ['that is a day old', 86_400_000, 8_500],
  ['that lies ahead', -3_000, 8_500],
  ['without a time', undefined, 8_500],
  ['whose time is 0', Date.now(), 8_500],
  ['whose time is no number', NaN, 8_500],
])(
  'the answer is ready before the gateway or Lambda give up: a request %s',
  async (_, age, left) => {
    const now = Date.now()
    const requestTimeEpoch = age === undefined ? undefined : now - age
    let deadline = 0
    await ask(
      async (request) => {
        deadline = request.deadline
        return plainText('')
      },
      { requestContext: { requestTimeEpoch } as unknown as APIGatewayProxyEvent['requestContext'] },
    )
    expect(Math.abs(deadline - now - left)).toBeLessThan(200)
  },
)

test('the log has the id that no client can set beside the one that a client can', async () => {
  const ids = { requestId: 'r-1', extendedRequestId: 'x-1' }
  const requestContext = ids as unknown as APIGatewayProxyEvent['requestContext']
  const { headers } = await ask(async () => plainText(''), { requestContext })
  expect(JSON.parse(logged)).toMatchObject({ request: 'r-1', extended: 'x-1' })
  expect(headers).toMatchObject({ 'X-Request-Id': 'r-1' })
})

test('HEAD answers like GET: the gateway needs the body to tell its length', async () => {
  const result = await ask(async () => plainText('42'), { httpMethod: 'HEAD' })
  expect(result).toMatchObject({ statusCode: 200, body: '42', isBase64Encoded: false })
  expect(result.headers?.['Content-Type']).toBe('text/plain; charset=utf-8')
})

test('bytes are sent as they are', async () => {
  const body = Buffer.from([0, 255, 13, 10])
  const result = await ask(async () => ({ status: 200, contentType: 'x/y', body }))
  expect(result).toMatchObject({ isBase64Encoded: true, body: body.toString('base64') })
})
