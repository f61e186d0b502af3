/** Writes that the store has done, and whose answer never came: the SDK repeats them. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Turn } from '../../lib/snapshot/turn.ts'
import { storeServer } from './store-server.ts'

let objects: Map<string, Buffer>
let calls: string[]
/** How many answers to writes are lost, and how many writes are refused for a conflict (409). */
let losing: number
let conflicts: number
let uploads: Map<string, Buffer>
let server: Awaited<ReturnType<typeof storeServer>>

beforeEach(async () => {
  objects = new Map()
  uploads = new Map()
  calls = []
  losing = 0
  conflicts = 0
  server = await storeServer((request, response) => void react(request, response))
})
afterEach(() => server.stop())

async function react(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = Buffer.concat(await request.toArray())
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://store')
  const { method } = request
  calls.push(`${method} ${pathname}`)
  const end = (status: number, body: string | Buffer = '') => {
    response.statusCode = status
    response.end(body)
  }
  /** Ends a write that was done. */
  const done = (body = '') => {
    if (losing-- > 0) request.socket.resetAndDestroy()
    else end(200, body)
  }
  const object = objects.get(pathname)
  if (method === 'HEAD' && object) response.setHeader('Content-Length', object.length)
  if (method === 'GET' || method === 'HEAD')
    return end(object ? 200 : 404, method === 'GET' ? object : '')
  if (method === 'DELETE') return end(204)
  if (searchParams.has('uploads'))
    return end(
      200,
      '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
    )
  if (searchParams.has('partNumber')) {
    uploads.set('u', Buffer.concat([uploads.get('u') ?? Buffer.alloc(0), bytes]))
    response.setHeader('ETag', '"e"')
    return end(200)
  }
  if (searchParams.has('uploadId')) {
    const whole = uploads.get('u')
    if (!whole) return end(404, '<Error><Code>NoSuchUpload</Code></Error>')
    uploads.delete('u')
    objects.set(pathname, whole)
    return done('<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>')
  }
  if (conflicts-- > 0) return end(409, '<Error><Code>ConditionalRequestConflict</Code></Error>')
  if (object && request.headers['if-none-match'] === '*')
    return end(412, '<Error><Code>PreconditionFailed</Code></Error>')
  objects.set(pathname, bytes)
  done()
}

test('a turn that was taken is ours, though the answer was lost', async () => {
  losing = 1
  expect(await Turn.take(server.store, 7)).toBeDefined()
  expect(calls.filter((call) => call.startsWith('PUT'))).toHaveLength(2)
  expect(await Turn.isHeld(server.store, 7)).toBe(true)
})

test("another's turn is not ours, even of the same moment", async () => {
  expect(await Turn.take(server.store, 7)).toBeDefined()
  losing = 1
  expect(await Turn.take(server.store, 7)).toBeUndefined()
  const taken = await Promise.all(Array.from({ length: 8 }, () => Turn.take(server.store, 8)))
  expect(taken.filter((turn) => turn !== undefined)).toHaveLength(1)
})

test('a write that another one disturbed is repeated, so that somebody gets it', async () => {
  conflicts = 2
  expect(await server.store.putIfAbsent('k', 'ours')).toBe(true)
  conflicts = 2
  expect(await server.store.putIfAbsent('k', 'theirs')).toBe(false)
  conflicts = 100
  await expect(server.store.putIfAbsent('l', 'ours')).rejects.toMatchObject({ status: 503 })
})

const long = () => Readable.from([Buffer.alloc(6_000_000)], { objectMode: false })

test('an upload whose completion was done is complete, though its answer was lost', async () => {
  losing = 1
  await server.store.putStream('k', long())
  expect(objects.get('/staging/k')).toHaveLength(6_000_000)
  expect(calls).not.toContain('DELETE /staging/k')
})

test('an upload that is not there any more, with another object or with none, is told', async () => {
  const vanishing = async () => {
    const stored = server.store.putStream('k', long())
    const timer = setInterval(() => uploads.clear(), 1)
    await stored.finally(() => clearInterval(timer))
  }
  await expect(vanishing()).rejects.toMatchObject({ status: 503 })
  objects.set('/staging/k', Buffer.alloc(10))
  await expect(vanishing()).rejects.toMatchObject({ status: 503 })
})
