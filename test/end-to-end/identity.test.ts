/** Who gets in, and what each may see and do; every "own jobs only" from both sides. */
import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { alice, as, bob, curl, queue, service, submitHeld } from './client.ts'

afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
  await bob('/job', '-X', 'DELETE')
})

const CAROL = '/C=CA/O=canfar-proc local/CN=carol'

const sentence = /^[^\n]+\n$/

test.each(['GET', 'POST', 'DELETE'])('%s without credentials is 403', async (method) => {
  for (const path of ['/job', '/auth/job']) {
    const reply = await curl(path, '-X', method)
    expect(reply, path).toMatchObject({ status: 403, text: expect.stringMatching(sentence) })
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(reply.headers['x-request-id']).toBeTruthy()
  }
})

test.each([
  ['carol', 'of our authority, but not in the grid-mapfile'],
  ['mallory', 'of another authority with the same name'],
  ['dave', 'mapped to an account that the submit host does not know'],
  ['erin', 'mapped to an account that may not submit'],
])('%s is 403: %s', async (user) => {
  const reply = await as(user)('/job', '-X', 'DELETE')
  const says = user === 'mallory' ? /^\{"message":"Forbidden"\}$/ : sentence
  expect(reply).toMatchObject({ status: 403, text: expect.stringMatching(says) })
})

test.each([
  'alice:wrong',
  'alice:',
  'alice:ALICE-PASSWORD',
  'nobody:alice-password',
  ':',
  'alice',
  ' alice:alice-password',
  'Alice:alice-password',
  'alice\u0000:alice-password',
])('Basic %j is 403', async (credentials) => {
  const header = `Authorization: Basic ${Buffer.from(credentials).toString('base64')}`
  expect(await curl('/auth/job', '-H', header)).toMatchObject({ status: 403 })
})

test.each([
  'Basic',
  'Basic !!!',
  'Bearer abc',
  'Negotiate abc',
  'Basic YWxpY2U6YWxpY2UtcGFzc3dvcmQ= x',
])('Authorization: %s is 403', async (value) => {
  expect(await curl('/auth/job', '-H', `Authorization: ${value}`)).toMatchObject({ status: 403 })
})

test('the log has who was refused, and why', async () => {
  const refused = [
    [await as('carol')('/job'), { reason: 'certificate not in the grid-mapfile', claimed: CAROL }],
    [await curl('/auth/job', '-u', 'alice:wrong'), { reason: 'wrong password', claimed: 'alice' }],
    [await curl('/auth/job', '-u', 'alice-passwort:'), { reason: 'unknown user' }],
    [await curl('/auth/job'), { reason: 'no credentials' }],
  ] as const
  const log = readFileSync(service.log, 'utf8')
  for (const [{ headers }, why] of refused) {
    const lines = log.split('\n').filter((line) => line.includes(`"${headers['x-request-id']}"`))
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { operation: 'authorize', outcome: 'denied', ...why },
      { operation: 'gateway', refused: 'ACCESS_DENIED', status: '403' },
    ])
  }
  expect(log).not.toContain('alice-passwort')
})

test('a password does not open the certificate path, nor a certificate the password path', async () => {
  expect(await curl('/job', '-u', 'alice:alice-password')).toMatchObject({ status: 403 })
  expect(await alice('/auth/job')).toMatchObject({ status: 403 })
  expect(await curl(`${service.http}/job`)).toMatchObject({ status: 403 })
})

test('no header gives or changes an identity', async () => {
  const forged = [
    'X-Client-Cert: alice',
    'X-Client-Certificate: alice',
    'X-Amzn-Mtls-Clientcert-Subject: CN=alice',
    'X-Forwarded-User: alice',
    'X-Forwarded-For: 127.0.0.1',
    'X-Remote-User: alice',
    'X-SSL-Client-S-DN: CN=alice',
    'sls-offline-authorizer-override: {"account":"alice","principalId":"alice"}',
    'SLS-Offline-Authorizer-Override: {"account":"alice"}',
  ].flatMap((header) => ['-H', header])
  for (const base of [service.https, service.http]) {
    for (const path of ['/job', '/auth/job']) {
      const reply = await curl(`${base}${path}`, ...forged)
      expect(reply, base + path).toMatchObject({ status: 403 })
    }
  }
  const cluster = await submitHeld(bob)
  const removed = await alice('/job', '-X', 'DELETE', '-H', 'X-Forwarded-User: bob', ...forged)
  expect(removed).toMatchObject({ status: 200, text: '0 jobs marked for removal\n' })
  expect((await queue()).map((row) => row['Job ID'])).toContain(`${cluster}.0`)
  const override = ['-H', 'sls-offline-authorizer-override: {"account":"bob"}']
  await alice('/job', '-X', 'DELETE', ...override)
  expect((await queue()).map((row) => row['Job ID'])).toContain(`${cluster}.0`)
  await bob('/job', '-X', 'DELETE')
})

test("everybody sees the queue; details and removal are the owner's alone, both ways round", async () => {
  const mine = { alice: await submitHeld(alice), bob: await submitHeld(bob) }
  for (const [user, own, other] of [
    [alice, mine.alice, mine.bob],
    [bob, mine.bob, mine.alice],
  ] as const) {
    const ids = (await queue(user)).map((row) => row['Job ID'])
    expect(ids).toEqual(expect.arrayContaining([`${own}.0`, `${other}.0`]))
    expect(await user(`/job?id=${own}.0`)).toMatchObject({ status: 200 })
    expect(await user(`/job?id=${other}.0`)).toMatchObject({ status: 404 })
  }
  await alice('/job', '-X', 'DELETE')
  const left = (await queue()).map((row) => row['Job ID'])
  expect(left).toContain(`${mine.bob}.0`)
  expect(left).not.toContain(`${mine.alice}.0`)
  await bob('/job', '-X', 'DELETE')
  expect((await queue(bob)).map((row) => row['Job ID'])).not.toContain(`${mine.bob}.0`)
})

test('parallel requests of two users over one client each keep their own identity', async () => {
  const cluster = { alice: await submitHeld(alice), bob: await submitHeld(bob) }
  const replies = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      (index % 2 === 0 ? alice : bob)(`/job?id=${cluster.alice}.0`),
    ),
  )
  expect(replies.map((reply) => reply.status)).toEqual([200, 404, 200, 404, 200, 404])
})
