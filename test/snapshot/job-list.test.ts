/** Which lists count as the same, and what is told where a snapshot cannot be read. */
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, expect, test, vi } from 'vitest'
import type { ClassAd } from '../../lib/condor/classad.ts'
import type { Request } from '../../lib/reply/answer.ts'
import { writerOf } from '../../lib/reply/writers.ts'
import { readFormat } from '../../lib/request/format.ts'
import type { Narrowing } from '../../lib/request/narrowing.ts'
import { JobList } from '../../lib/snapshot/job-list.ts'
import { SharedQueue } from '../../lib/snapshot/queue.ts'
import { writtenKey } from '../../lib/snapshot/state.ts'
import { memoryStore } from './memory-store.ts'

const { contentType, ...format } = readFormat('tsv')
const writer = writerOf({ ...format, contentType })

/** A queue that anybody may change; who reads it has just changed it, and has it asked anew. */
function scene(jobs: ClassAd[]) {
  const { objects, store } = memoryStore()
  const queue = new SharedQueue(
    () => store,
    async function* () {
      yield jobs
    },
    0,
  )
  const list = new JobList(() => store, queue)
  const get = async (
    held?: string,
    narrowing?: Narrowing,
    query?: Record<string, string[]>,
    resource = '/proc/job',
  ) => {
    const request = {
      id: 'r',
      event: {
        resource,
        headers: { Host: 'x.example.org:8443', ...(held && { 'If-None-Match': held }) },
        requestContext: { path: `/v1${resource}` },
        multiValueQueryStringParameters: query,
      },
      deadline: Date.now() + 10_000,
      measure: (_: string, work: Promise<unknown>) => work,
    } as unknown as Request
    objects.set(writtenKey('alice'), Buffer.from(String(Date.now() + 1)))
    const answer = await list.answer(request, { account: 'alice', writer, contentType, narrowing })
    return { ...answer, tag: answer.headers?.ETag }
  }
  return { get, jobs, objects }
}

afterEach(() => {
  vi.useRealTimers()
})

const job = (proc: number, more: ClassAd = {}): ClassAd => ({
  ClusterId: 1,
  ProcId: proc,
  Owner: 'alice',
  JobStatus: 1,
  ...more,
})
const running = (seconds: number) =>
  job(1, { JobStatus: 2, ShadowBday: 1_000, ServerTime: 1_000 + seconds })

test('a job that runs on is no change; that it runs, or has ended, is one', async () => {
  const { get, jobs } = scene([job(0), running(5)])
  const first = await get()
  expect([first.status, first.tag]).toEqual([200, expect.stringMatching(/^W\/"[\w-]{27}"$/)])
  jobs[1] = running(6)
  const same = await get(first.tag)
  expect(same).toMatchObject({ status: 304, tag: first.tag, body: '' })
  // As a proxy may have written it.
  expect(await get(first.tag?.slice(2))).toMatchObject({ status: 304 })
  jobs[1] = job(1, { JobStatus: 5, RemoteWallClockTime: 6 })
  const ended = await get(first.tag)
  expect(ended.status).toBe(200)
  expect(ended.tag).not.toBe(first.tag)
  jobs[1] = job(1, { JobStatus: 5, RemoteWallClockTime: 7 })
  expect(await get(ended.tag)).toMatchObject({ status: 200 })
})

test('who asks without a tag gets the run time of the newest snapshot', async () => {
  const { get, jobs } = scene([running(5)])
  expect((await get()).body).toMatch(/\t5\t/)
  jobs[0] = running(77)
  expect((await get()).body).toMatch(/\t77\t/)
})

test('a change shows in the millisecond in which the snapshot before it was taken', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const { get, jobs } = scene([running(5)])
  expect((await get()).body).toMatch(/\t5\t/)
  jobs[0] = running(77)
  expect((await get()).body).toMatch(/\t77\t/)
})

test('a 304 has the content type of the list', async () => {
  const { get } = scene([job(0)])
  const { tag } = await get()
  expect(await get(tag)).toMatchObject({ status: 304, contentType })
})

test('a page is another one in another snapshot: its Link names that', async () => {
  const { get } = scene([job(0), job(1)])
  const first = await get(undefined, { most: 1 })
  const second = await get(first.tag, { most: 1 })
  expect(second).toMatchObject({ status: 200, body: first.body })
  expect(second.headers?.Link).not.toBe(first.headers?.Link)
  // What is narrowed without a Link stays the same.
  const narrowed = await get(undefined, { users: new Set(['alice']) })
  expect(await get(narrowed.tag, { users: new Set(['alice']) })).toMatchObject({ status: 304 })
})

test('the Link of a page has the words of its own request, also where another one meant the same', async () => {
  const { get } = scene([job(0), job(1)])
  const { headers } = await get(undefined, { most: 1 }, { MAXREC: ['1'] })
  const snapshot = /snapshot=([^&>]+)/.exec(headers?.Link ?? '')?.[1] ?? ''
  const page = { users: new Set(['alice']), most: 1, snapshot }
  for (const user of ['me', 'alice', 'me']) {
    const { headers } = await get(undefined, page, { user: [user], MAXREC: ['1'] })
    expect(headers?.Link).toContain(`?user=${user}&MAXREC=1&after=1.0&`)
  }
})

test('the Link of a page is a whole URL, of the host, stage and path that were asked', async () => {
  const { get } = scene([job(0), job(1)])
  const first = await get(undefined, { most: 1 }, { MAXREC: ['1'] })
  const snapshot = /snapshot=([^&>]+)/.exec(first.headers?.Link ?? '')?.[1] ?? ''
  for (const path of ['/proc/job', '/proc/auth/job', '/proc/job']) {
    const { headers } = await get(undefined, { most: 1, snapshot }, { MAXREC: ['1'] }, path)
    expect(headers?.Link).toBe(
      `<https://x.example.org:8443/v1${path}?MAXREC=1&after=1.0&snapshot=${snapshot}>; rel="next"`,
    )
  }
})

test.each([
  ['in its bytes', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['in its last line', (bytes: Buffer) => gzipSync(gunzipSync(bytes).subarray(0, -3))],
])('a snapshot that breaks off %s is 503', async (_, cut) => {
  const { get, objects } = scene([job(0), job(1)])
  await get()
  const [key, bytes] = [...objects].find(([name]) => name.endsWith('/rows')) ?? []
  if (!key || !bytes) throw new Error('no snapshot')
  objects.set(key, cut(bytes))
  const snapshot = key.split('/')[1] ?? ''
  await expect(get(undefined, { snapshot })).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining('could not be read'),
  })
})
