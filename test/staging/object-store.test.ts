/** What the store does with streams that break, and where it gets no answer. */
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { unavailable } from '../../lib/problem.ts'
import { noteWrite } from '../../lib/snapshot/written.ts'
import type { ObjectStore } from '../../lib/staging/object-store.ts'
import { soonAfter } from '../../lib/staging/patience.ts'
import { storeServer } from './store-server.ts'

let stop = () => {}
afterEach(() => stop())

async function taking(): Promise<{ store: ObjectStore; got: number[] }> {
  const got: number[] = []
  const { store, stop: end } = await storeServer((request, response) => {
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
    })
    request.on('end', () => {
      got.push(length)
      response.end()
    })
  })
  stop = end
  return { store, got }
}

async function silent(): Promise<ObjectStore> {
  const { store, stop: end } = await storeServer(() => {})
  stop = end
  await store.load()
  return store
}

const breaking = (error: Error, milliseconds: number) =>
  Readable.from(
    (async function* () {
      yield Buffer.alloc(1_000)
      await sleep(milliseconds)
      throw error
    })(),
    { objectMode: false },
  )

test('a stream of known length is stored whole', async () => {
  const { store, got } = await taking()
  const body = Readable.from([Buffer.alloc(3_000), Buffer.alloc(2_000)], { objectMode: false })
  await store.putStream('k', body, { length: 5_000 })
  expect(got).toEqual([5_000])
})

test.each([
  ['before the SDK is loaded', 0, { length: 5_000 }],
  ['in the middle', 100, { length: 5_000 }],
  ['in the middle, of unknown length', 100, {}],
])('a stream that breaks %s is told at once, and ends nothing else', async (_, after, options) => {
  const { store, got } = await taking()
  if (after > 0) await store.load()
  const started = Date.now()
  const ours = unavailable('VOSpace broke off')
  await expect(store.putStream('k', breaking(ours, after), options)).rejects.toBe(ours)
  const other = store.putStream('k', breaking(new Error('reset'), after), options)
  await expect(other).rejects.toMatchObject({ status: 503, cause: { message: 'reset' } })
  expect(Date.now() - started).toBeLessThan(3_000)
  expect(got).toEqual([])
})

test('a stream whose store does not answer is ended by its signal', async () => {
  const store = await silent()
  const body = Readable.from([Buffer.alloc(5_000)], { objectMode: false })
  const signal = AbortSignal.timeout(200)
  const stored = store.putStream('k', body, { length: 5_000, signal })
  await expect(stored).rejects.toMatchObject({ status: 503 })
  expect(body.destroyed).toBe(true)
})

test('a store that does not answer keeps nobody beyond the deadline by more than a second', async () => {
  const store = await silent()
  const started = Date.now()
  await Promise.all([
    noteWrite(store, 'alice', started),
    store.remove(['k'], soonAfter(started)).catch(() => {}),
  ])
  expect(Date.now() - started).toBeLessThan(1_400)
})

test('no small call waits for a store for longer than 4 seconds', async () => {
  const store = await silent()
  const started = Date.now()
  const calls = [
    store.put('k', Buffer.alloc(1)),
    store.putIfAbsent('k', 'ours'),
    store.has('k'),
    store.get('k'),
    store.open('k'),
    store.configuration('k'),
    store.ping(),
    store.remove(['k']),
    store.removeFolder('k'),
  ]
  const told = calls.map((call) => expect(call).rejects.toMatchObject({ status: 503 }))
  await Promise.all(told)
  expect(Date.now() - started).toBeLessThan(5_000)
})
