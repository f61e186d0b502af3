/** What the gateway does before and after the functions, as unkind as AWS may be; and that its log leads from an id to the reason. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { alice, as, bob, curl, eventually, file, queue, service, submitHeld, VM } from './client.ts'
import { onSubmitHost } from './host.ts'

afterAll(() => alice('/job', '-X', 'DELETE'))

/** The lines of the log with this id, those of the gateway alone. */
async function linesOf(id: string | undefined): Promise<Record<string, unknown>[]> {
  return eventually(async () => {
    const lines = readFileSync(service.log, 'utf8').split('\n')
    const own = lines.filter((line) => line.includes(`"request":"${id}"`))
    const read = own
      .map((line) => JSON.parse(line))
      .filter(({ operation }) => operation === 'gateway')
    return read.length > 0 && read
  })
}

const large = (bytes: number) => file(`large-${bytes}`, Buffer.alloc(bytes, 'x'))
const submission = `/job?job=j,param:j&exec=e,param:e&${VM}`
const form = (bytes: number) => ['-F', 'j=queue\n', '-F', `e=@${large(bytes)}`]

test.each([
  ['no credentials', () => curl('/job'), 403, 'ACCESS_DENIED'],
  ['a certificate without an account', () => as('carol')('/job'), 403, 'ACCESS_DENIED'],
  ['a wrong password', () => curl('/auth/job', '-u', 'alice:wrong-password'), 403, 'ACCESS_DENIED'],
  ['a body of 5 MB', () => alice(submission, ...form(5_000_000)), 413, 'UNAUTHORIZED'],
  ['a body of 9.9 MB', () => alice(submission, ...form(9_900_000)), 413, 'UNAUTHORIZED'],
  ['a body of 11 MB', () => alice(submission, ...form(11_000_000)), 413, 'REQUEST_TOO_LARGE'],
  ['a long URL', () => alice(`/job?id=${'1'.repeat(11_000)}`), 414, 'DEFAULT_4XX'],
  ['long headers', () => alice('/job', '-H', `X-Long: ${'x'.repeat(11_000)}`), 431, 'DEFAULT_4XX'],
  ['a sign that must be encoded', () => alice('/job?id=1|2'), 400, 'DEFAULT_4XX'],
] as const)(
  '%s: a line of text, and the log says by its id which refusal it was',
  async (_, ask, status, refused) => {
    const { status: given, text, headers } = await ask()
    expect([given, text]).toEqual([status, expect.stringMatching(/^[^\n]+\n$/)])
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    const [line, ...others] = await linesOf(headers['x-request-id'])
    expect(others).toEqual([])
    expect(line).toMatchObject({ status: String(status), refused, extended: expect.any(String) })
    expect(line?.extended).not.toBe(headers['x-request-id'])
  },
)

test('an answer of a function has a line too, of no refusal; and no line holds a header, a query or a body', async () => {
  const { headers } = await curl(
    '/auth/job?user=me&RESPONSEFORMAT=csv',
    '-u',
    'alice:alice-password',
  )
  const [line] = await linesOf(headers['x-request-id'])
  expect(line).toMatchObject({
    status: '200',
    refused: '-',
    function: '200',
    path: '/proc/auth/job',
  })
  const basic = Buffer.from('alice:alice-password').toString('base64')
  const log = readFileSync(service.log, 'utf8').split('\n')
  const gateway = log.filter((each) => each.includes('"operation":"gateway"')).join('\n')
  for (const secret of ['alice-password', 'wrong-password', basic, 'RESPONSEFORMAT', 'queue'])
    expect(gateway).not.toContain(secret)
})

test('a body whose length nobody says: the answer says how large it may be', async () => {
  const { status, text } = await alice(
    submission,
    ...form(5_000_000),
    '-H',
    'Transfer-Encoding: chunked',
  )
  expect([413, 503]).toContain(status)
  expect(text).toMatch(/4\.5 MB|too large/)
})

test('a body of 4.4 MB passes', async () => {
  const held = file('held', 'hold = true\nqueue\n')
  const reply = await alice(submission, '-F', `j=<${held}`, '-F', `e=@${large(4_400_000)}`)
  expect([reply.status, reply.text]).toEqual([200, expect.stringMatching(/^\d+$/)])
})

describe('an id that the client chooses', () => {
  test('is the request id where it is a UUID; two users with one id have each their own answer', async () => {
    const id = randomUUID()
    const own = ['-H', `x-amzn-RequestId: ${id}`]
    const [first, second] = [await alice('/job?user=me', ...own), await bob('/job?user=me', ...own)]
    expect([first.headers['x-request-id'], second.headers['x-request-id']]).toEqual([id, id])
    const lines = await eventually(async () => {
      const found = await linesOf(id)
      return found.length === 2 && found
    })
    expect(new Set(lines.map(({ extended }) => extended)).size).toBe(2)
  })

  test('is none where it is anything else', async () => {
    const { headers } = await alice('/job', '-H', 'x-amzn-RequestId: replies/x')
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })
})

test('a semicolon splits a query, as it does at AWS', async () => {
  const cluster = await submitHeld()
  const { status } = await alice(`/job?user=me;cluster=${cluster};RESPONSEFORMAT=csv`)
  expect(status).toBe(200)
})

test('without an Accept the reply is text, or a link to it: nobody gets base64', async () => {
  const plain = ['-H', 'Accept:', '-H', 'Accept-Encoding: gzip']
  const list = await alice('/job?RESPONSEFORMAT=text/plain', ...plain)
  expect(list.text).toMatch(/^Job ID\t/)
  expect(list.headers['content-encoding']).toBeUndefined()
  await queue()

  const script = '#!/bin/sh\nprintf "\\377\\376\\000bytes"\n'
  const description = `output = out\nqueue\n`
  const { text } = await alice(
    `/job?job=j,param:j&exec=e,param:e&${VM}`,
    ...['-F', `j=<${file('out.sub', description)}`, '-F', `e=<${file('bytes', script)}`],
  )
  const id = `${text.trim()}.0`
  await eventually(async () => {
    const { stdout } = await onSubmitHost('condor_q', '-allusers', id, '-af', 'ClusterId')
    return stdout === ''
  })
  const linked = await alice(`/job?id=${id}&view=stdout`, '-H', 'Accept:')
  expect(linked.status).toBe(303)
  const followed = await curl(linked.headers.location ?? '')
  expect([...followed.bytes]).toEqual([...Buffer.from('\xff\xfe\0bytes', 'latin1')])
  const decoded = await alice(`/job?id=${id}&view=stdout`)
  expect([...decoded.bytes]).toEqual([...followed.bytes])
})
