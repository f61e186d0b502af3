/** What the authorizer tells the gateway, and what it tells the operator. */
import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda'
import bcrypt from 'bcryptjs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ObjectStore } from '../../lib/staging/object-store.ts'
import { certificate } from '../identity/certificates.ts'

vi.stubEnv('PROC_STAGING_BUCKET', 's')
vi.stubEnv('PROC_CONFIG_BUCKET', 'c')
const { handler } = await import('../../functions/authorize.ts')

const lists: Record<string, string> = {
  'grid-mapfile': '"/O=Grid/CN=Alice" alice',
  htpasswd: `alice:${bcrypt.hashSync('alice-password', 4)}`,
}

let logged = ''
beforeEach(() => {
  logged = ''
  vi.spyOn(ObjectStore.prototype, 'configuration').mockImplementation(async (name) => ({
    text: lists[name] ?? '',
    etag: name,
  }))
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    logged += text
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

async function asked(resource: string, authorization?: string, clientCertPem?: string) {
  const { context } = await handler({
    resource,
    methodArn: 'arn',
    headers: authorization === undefined ? {} : { Authorization: authorization },
    requestContext: { requestId: 'r', identity: { clientCert: { clientCertPem } } },
  } as unknown as APIGatewayRequestAuthorizerEvent)
  return { told: context, line: JSON.parse(logged) }
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test('who gets in is in the log', async () => {
  const { told, line } = await asked('/proc/auth/job', basic('alice:alice-password'))
  expect(told).toEqual({ account: 'alice' })
  expect(line).toMatchObject({ request: 'r', outcome: 'allowed', account: 'alice' })
})

test.each([
  ['alice:guess', { reason: 'wrong password', claimed: 'alice' }],
  ['alice-password:', { reason: 'unknown user' }],
])(
  'the log has why %s was refused, and the caller learns no more than before',
  async (text, why) => {
    const { told, line } = await asked('/proc/auth/job', basic(text))
    expect(told).toEqual({ reason: 'unknown user name or wrong password' })
    expect(line).toMatchObject({ request: 'r', outcome: 'denied', Denied: 1, ...why })
    for (const secret of ['guess', 'alice-password', 'Basic', basic(text).slice(6)]) {
      expect(logged).not.toContain(secret)
    }
  },
)

test('the log has the certificate that was refused, in one line whatever its name is', async () => {
  const { line } = await asked(
    '/proc/job',
    undefined,
    certificate('/O=Grid/CN=Carol","outcome":"allowed'),
  )
  expect(line).toMatchObject({
    outcome: 'denied',
    reason: 'certificate not in the grid-mapfile',
    claimed: '/O=Grid/CN=Carol\\",\\"outcome\\":\\"allowed',
  })
})

test('a call without credentials is refused for that', async () => {
  for (const path of ['/proc/job', '/proc/auth/job']) {
    expect((await asked(path)).line).toMatchObject({ outcome: 'denied', reason: 'no credentials' })
    logged = ''
  }
})

test.each([
  [undefined, 'allowed'],
  ['0', 'allowed'],
  ['4700000', 'allowed'],
  ['4700001', 'too large'],
  ['10000000', 'too large'],
  ['nonsense', 'allowed'],
])('a body of %s bytes: %s', async (length, outcome) => {
  const event = {
    resource: '/proc/auth/job',
    methodArn: 'arn',
    headers: {
      authorization: basic('alice:alice-password'),
      ...(length === undefined ? {} : { 'content-length': length }),
    },
    requestContext: { requestId: 'r', identity: {} },
  } as unknown as APIGatewayRequestAuthorizerEvent
  const answer = await handler(event).catch((error: unknown) => error)
  const line = JSON.parse(logged)
  expect(line).toMatchObject({ outcome, account: 'alice', TooLarge: Number(outcome !== 'allowed') })
  if (outcome === 'allowed') expect(answer).toMatchObject({ context: { account: 'alice' } })
  // By this message the gateway knows what it is (Lambda authorizers: output, UNAUTHORIZED).
  else expect(answer).toEqual(new Error('Unauthorized'))
})

test('whoever may not come in learns that first, however large the body is', async () => {
  const event = {
    resource: '/proc/auth/job',
    methodArn: 'arn',
    headers: { authorization: basic('alice:guess'), 'content-length': '9000000' },
    requestContext: { requestId: 'r', identity: {} },
  } as unknown as APIGatewayRequestAuthorizerEvent
  expect(await handler(event)).toMatchObject({ context: { reason: expect.any(String) } })
})
