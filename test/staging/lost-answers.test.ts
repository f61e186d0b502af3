/** Answers of the store that are lost on the way, and connections that were closed while a function was frozen. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { Turn } from '../../lib/snapshot/turn.ts'
import { storeServer } from './store-server.ts'

let stop = () => {}
afterEach(() => {
  stop()
  vi.restoreAllMocks()
})

const failure = (response: ServerResponse, status: number, code: string) => {
  response.writeHead(status, { 'Content-Type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`)
}

const bodyOf = async (request: IncomingMessage) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A store of conditional writes that does what it is asked, and loses so many of its answers to a PUT. */
async function forgetful(lost: number) {
  const objects = new Map<string, Buffer>()
  const { store, stop: end } = await storeServer(async (request, response) => {
    const key = new URL(request.url ?? '', 'http://s3').pathname
    if (request.method === 'GET') {
      const object = objects.get(key)
      return object ? response.end(object) : failure(response, 404, 'NoSuchKey')
    }
    const body = await bodyOf(request)
    const taken = request.headers['if-none-match'] === '*' && objects.has(key)
    if (!taken) objects.set(key, body)
    if (lost-- > 0) return request.socket.destroy()
    return taken ? failure(response, 412, 'PreconditionFailed') : response.end()
  })
  stop = end
  return { store, objects }
}

test.each([0, 1, 2])(
  'a conditional write of which %i answers are lost is known as our own',
  async (lost) => {
    const { store, objects } = await forgetful(lost)
    expect(await store.putIfAbsent('k', Buffer.from('ours'))).toBe(true)
    expect(objects.get('/staging/k')?.toString()).toBe('ours')
  },
)

test.each([0, 1, 2])(
  "another's object is not ours, whatever became of %i answers",
  async (lost) => {
    const { store, objects } = await forgetful(lost)
    objects.set('/staging/k', Buffer.from('theirs'))
    expect(await store.putIfAbsent('k', Buffer.from('ours'))).toBe(false)
    expect(objects.get('/staging/k')?.toString()).toBe('theirs')
  },
)

test('a turn whose answer was lost is held, and of two instances in one millisecond one has it', async () => {
  const { store } = await forgetful(1)
  vi.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000)
  const turns = [await Turn.take(store, 7), await Turn.take(store, 7)]
  expect(turns.map((turn) => turn?.number)).toEqual([7, undefined])
  expect(await Turn.isHeld(store, 7)).toBe(true)
  await turns[0]?.end()
  expect(await Turn.isHeld(store, 7)).toBe(false)
  expect(await Turn.isHeld(store, 8)).toBe(false)
})

/** A store whose first answer to a completed upload is lost; S3 knows no such upload then. */
async function completing(there: boolean) {
  let completed = 0
  const { store, stop: end } = await storeServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://s3')
    await bodyOf(request)
    if (searchParams.has('uploads'))
      return response.end(
        '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
      )
    if (request.method === 'HEAD') return response.writeHead(there ? 200 : 404).end()
    if (request.method !== 'POST') return response.setHeader('ETag', '"e"').end()
    completed += 1
    return completed === 1 ? request.socket.destroy() : failure(response, 404, 'NoSuchUpload')
  })
  stop = end
  return store
}

const large = () =>
  Readable.from(
    Array.from({ length: 100 }, () => Buffer.alloc(65_536)),
    { objectMode: false },
  )

test('an upload whose completion was answered to nobody is there', async () => {
  await (await completing(true)).putStream('k', large())
})

test('an upload that is not there after its completion is none', async () => {
  const stored = (await completing(false)).putStream('k', large())
  await expect(stored).rejects.toMatchObject({ status: 503 })
})

test('no socket is used again that was idle for longer than a freeze may hide', async () => {
  const sockets: unknown[] = []
  const { store, stop: end } = await storeServer(async (request, response) => {
    await bodyOf(request)
    sockets.push(request.socket)
    response.end()
  })
  stop = end
  const several = () => Promise.all([store.get('a'), store.get('b'), store.get('c')])
  await several()
  await store.get('d')
  expect(new Set(sockets).size).toBe(3)
  const now = Date.now()
  vi.spyOn(Date, 'now').mockImplementation(() => now + 5_000)
  const before = new Set(sockets.splice(0))
  // A stream has one attempt, which must not meet a dead socket.
  await store.putStream('e', Readable.from([Buffer.alloc(9)], { objectMode: false }), { length: 9 })
  await several()
  expect(sockets.filter((socket) => before.has(socket))).toEqual([])
})
