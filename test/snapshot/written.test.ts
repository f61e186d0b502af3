/** What an account did is noted so that its next list shows it, and not more often than that needs. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SharedQueue } from '../../lib/snapshot/queue.ts'
import { writtenKey } from '../../lib/snapshot/state.ts'
import { noteWrite, writtenAt } from '../../lib/snapshot/written.ts'
import { memoryStore } from './memory-store.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function scene(account: string) {
  const { objects, store } = memoryStore()
  const note = () => noteWrite(store, account, Date.now() + 10_000)
  return { objects, store, note }
}

test('who submits job after job writes a note a second; each operation is covered by one', async () => {
  const { store, note } = scene('alice')
  const put = vi.spyOn(store, 'put')
  for (let i = 0; i < 40; i++) {
    await note()
    expect(await writtenAt(store, 'alice')).toBeGreaterThan(Date.now())
    vi.advanceTimersByTime(100)
  }
  expect(put.mock.calls.length).toBeGreaterThanOrEqual(4)
  expect(put.mock.calls.length).toBeLessThanOrEqual(6)
})

test("another instance's note, made a little earlier, may arrive later", async () => {
  const { objects, store, note } = scene('bob')
  await note()
  const earlier = Date.now() + 1_000 - 200
  objects.set(writtenKey('bob'), Buffer.from(String(earlier)))
  for (let i = 0; i < 15; i++) {
    vi.advanceTimersByTime(100)
    await note()
    expect(await writtenAt(store, 'bob')).toBeGreaterThan(Date.now())
  }
})

test('a note that could not be written is written with the next operation', async () => {
  const { store, note } = scene('carol')
  vi.spyOn(store, 'put').mockRejectedValueOnce(new Error('the store is away'))
  await note()
  expect(await writtenAt(store, 'carol')).toBe(0)
  await note()
  expect(await writtenAt(store, 'carol')).toBeGreaterThan(Date.now())
})

test('every list after an operation is asked of the schedd until the note is past, then shared', async () => {
  const { store, note } = scene('dave')
  let questions = 0
  const queue = new SharedQueue(
    () => store,
    async function* () {
      questions++
      yield []
    },
    2_000,
  )
  const list = async () => {
    const view = await queue.look('dave', Date.now() + 10_000)
    if ('rows' in view) for await (const _ of view.rows());
  }
  await note()
  await list()
  vi.advanceTimersByTime(300)
  await note() // covered by the first, and shown all the same
  vi.advanceTimersByTime(1)
  await list()
  expect(questions).toBe(2)
  vi.advanceTimersByTime(1_000)
  await list()
  await list()
  expect(questions).toBe(3)
})
