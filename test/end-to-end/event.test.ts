/** What the functions take from the gateway's event, its id and its clock, and a store whose answers are lost. */
import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { afterAll, afterEach, expect, test } from 'vitest'
import { Turn } from '../../lib/snapshot/turn.ts'
import { ObjectStore } from '../../lib/staging/object-store.ts'
import { startProxy } from '../faults/proxy.ts'
import { clustersOf, submissionEvent } from '../faults/submission.ts'
import { alice, bob, service } from './client.ts'
import { onSubmitHost, outage } from './host.ts'
import { eventFor, type Instance, instance } from './lambda.ts'

type Context = APIGatewayProxyEvent['requestContext']

const started: Instance[] = []
const start = (name: string) => {
  const one = instance(name)
  started.push(one)
  return one
}
const mend: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const step of mend.splice(0)) await step()
  for (const one of started.splice(0)) one.stop('SIGKILL')
})
afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
  await bob('/job', '-X', 'DELETE')
})

/** A submission that reached the gateway so many milliseconds ago. */
function submission(key: string, age: number) {
  const event = submissionEvent({ key })
  const requestContext = { ...event.requestContext, requestTimeEpoch: Date.now() - age } as Context
  return { ...event, requestContext }
}

test('a submission that took 20 s to start is done in time', async () => {
  const post = start('post')
  await post.init
  const key = randomUUID()
  const { result } = await post.invoke(submission(key, 20_000))
  expect(result, result.body).toMatchObject({ statusCode: 200 })
  expect(await clustersOf(onSubmitHost, key)).toEqual([Number(result.body)])
})

test('a submission that took 26 s to start is refused before anything is submitted', async () => {
  const post = start('post')
  await post.init
  const key = randomUUID()
  const { result, seconds } = await post.invoke(submission(key, 26_000))
  expect(result).toMatchObject({
    statusCode: 503,
    body: expect.stringMatching(/^the service took too long to start, and nothing was done; try/),
  })
  expect(Number(result.headers?.['Retry-After'])).toBeGreaterThan(0)
  expect(seconds).toBeLessThan(2)
  expect(await clustersOf(onSubmitHost, key)).toEqual([])
})

test('where the schedd hangs too, the answer comes before the gateway gives up', async () => {
  const post = start('post')
  await post.init
  const schedd = outage('schedd')
  await schedd.hang()
  mend.push(() => schedd.resume())
  const { result, seconds } = await post.invoke(submission(randomUUID(), 20_000))
  expect(result).toMatchObject({ statusCode: 503 })
  expect(seconds).toBeLessThan(8.5)
})

test('a WAIT that took 20 s to start ends in time', async () => {
  const submitted = await start('post').invoke(submissionEvent({ key: randomUUID() }))
  const get = start('get')
  await get.init
  const event = eventFor('alice', 'GET', { id: `${submitted.result.body}.0`, WAIT: '25' })
  const requestContext = { ...event.requestContext, requestTimeEpoch: Date.now() - 20_000 }
  const { result, seconds } = await get.invoke({
    ...event,
    requestContext: requestContext as Context,
  })
  expect(result, result.body).toMatchObject({ statusCode: 200 })
  expect(seconds).toBeLessThan(8)
})

test('two users whose requests have one id: neither reads or overwrites the reply of the other', async () => {
  const [post, get] = [start('post'), start('get')]
  const id = randomUUID()
  const links: string[] = []
  for (const account of ['alice', 'bob']) {
    const description = 'output = out\nhold = true\nqueue\n'
    const submitted = await post.invoke(
      submissionEvent({ account, key: randomUUID(), description }),
    )
    const job = `${submitted.result.body}.0`
    const script = `cd "$(condor_q ${job} -af Iwd)" && head -c 6000000 /dev/zero | tr '\\0' ${account[0]} >out`
    const made = await onSubmitHost('runuser', '-u', account, '--', 'sh', '-c', script)
    expect(made, made.stderr).toMatchObject({ status: 0 })
    const event = eventFor(account, 'GET', { id: job, view: 'stdout' })
    const requestContext = { ...event.requestContext, requestId: id } as Context
    const { result } = await get.invoke({ ...event, requestContext })
    expect(result, result.body).toMatchObject({ statusCode: 303 })
    expect(result.headers?.['X-Request-Id']).toBe(id)
    links.push(String(result.headers?.Location))
  }
  const [first, second] = await Promise.all(links.map(async (url) => (await fetch(url)).text()))
  expect(first).toBe('a'.repeat(6_000_000))
  expect(second).toBe('b'.repeat(6_000_000))
  for (const link of links) expect(link).not.toContain(id)
})

test('Ceph has made the object and the answer was lost: the turn is ours', async () => {
  const { endpoint, keys, ...settings } = service.store
  process.env.AWS_ACCESS_KEY_ID = keys?.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = keys?.secretAccessKey
  const proxy = await startProxy(Number(new URL(endpoint).port))
  mend.push(() => proxy.close())
  const store = new ObjectStore({ ...settings, endpoint: `http://127.0.0.1:${proxy.port}` })
  const number = 1e9 + Math.floor(Math.random() * 1e9)
  proxy.arm({ kind: 'reset', after: { down: 0 } })
  expect(await Turn.take(store, number)).toBeDefined()
  expect(proxy.counts.reset).toBe(1)
  expect(await Turn.take(store, number)).toBeUndefined()
  expect(await Turn.isHeld(store, number)).toBe(true)
})
