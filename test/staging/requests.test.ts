/**
 * The requests that go out, compared with the documented forms of S3: a page of the Amazon S3 API Reference is named
 * beside each. Ceph takes more than S3 does, so no test against a real store here shows a wrong one.
 */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { storeServer } from './store-server.ts'

interface Seen {
  readonly call: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const PART = 5 * 1024 * 1024
const crcOf = (bytes: Buffer) => {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum.toString('base64')
}
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let seen: Seen[] = []
let failing = ''
let server: Awaited<ReturnType<typeof storeServer>>

beforeAll(async () => {
  server = await storeServer((request, response) => void answer(request, response))
})

async function answer(request: IncomingMessage, response: ServerResponse) {
  const body = Buffer.concat(await request.toArray())
  const { searchParams, pathname } = new URL(request.url ?? '', 'http://store')
  searchParams.delete('x-id') // the SDK's own
  const query = `${searchParams}`.replace(/=(?=&|$)/g, '')
  const call = `${request.method} ${pathname}${query && `?${query}`}`
  seen.push({ call, headers: request.headers, body })
  if (failing && call.startsWith(failing)) {
    response.statusCode = 403
    return response.end()
  }
  const part = /partNumber=(\d+)/.exec(query)?.[1]
  // As API UploadPart describes the answer.
  if (part) {
    response.setHeader('ETag', `"etag-${part}"`)
    response.setHeader('x-amz-checksum-crc32', request.headers['x-amz-checksum-crc32'] ?? '')
  }
  const xml = (name: string, inner = '') => response.end(`<${name}>${inner}</${name}>`)
  if (query === 'uploads') return xml('InitiateMultipartUploadResult', '<UploadId>u</UploadId>')
  if (request.method === 'POST' && query === 'uploadId=u')
    return xml('CompleteMultipartUploadResult', '<ETag>"e-2"</ETag>')
  if (query.startsWith('list-type'))
    return xml('ListBucketResult', '<Contents><Key>f/one</Key></Contents>')
  return response.end()
}
afterAll(() => server.stop())
beforeEach(() => {
  seen = []
  failing = ''
})

/** The headers that S3 acts on, `x-amz-date` and the credentials' apart. */
const acting = ({ headers }: Seen) =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) =>
        /^(x-amz-(?!date|user-agent|security)|content-|transfer-|if-|expect)/.test(name) &&
        name !== 'x-amz-content-sha256',
    ),
  )
const hash = ({ headers }: Seen) => headers['x-amz-content-sha256']
const only = (): Seen => {
  expect(seen).toHaveLength(1)
  return seen[0] as Seen
}
const text = Buffer.from('text')
const EMPTY = sha256Of(Buffer.alloc(0))

/** Each header that S3 acts on is named, and no other one goes out. */
test.each([
  [
    'PutObject: bytes in memory',
    () => server.store.put('k', text, { contentType: 'text/plain' }),
    'PUT /staging/k',
    {
      'content-length': '4',
      'content-type': 'text/plain',
      'x-amz-checksum-crc32': crcOf(text),
      'x-amz-sdk-checksum-algorithm': 'CRC32',
    },
    sha256Of(text),
  ],
  [
    'PutObject: If-None-Match takes the asterisk alone',
    () => server.store.putIfAbsent('k', 'text'),
    'PUT /staging/k',
    {
      'content-length': '4',
      'content-type': 'application/octet-stream',
      'if-none-match': '*',
      'x-amz-checksum-crc32': crcOf(text),
      'x-amz-sdk-checksum-algorithm': 'CRC32',
    },
    sha256Of(text),
  ],
  [
    'PutObject: a stream has its length, no trailer and no chunks, and its hash is not known before',
    () => server.store.putStream('k', Readable.from([text], { objectMode: false }), { length: 4 }),
    'PUT /staging/k',
    { 'content-length': '4', 'content-type': 'application/octet-stream' },
    'UNSIGNED-PAYLOAD',
  ],
  [
    'PutObject: a short stream of unknown length goes out as one object',
    () =>
      server.store.putStream('k', Readable.from([text], { objectMode: false }), {
        encoding: 'gzip',
      }),
    'PUT /staging/k',
    {
      'content-length': '4',
      'content-type': 'application/octet-stream',
      'content-encoding': 'gzip',
      'x-amz-checksum-crc32': crcOf(text),
      'x-amz-sdk-checksum-algorithm': 'CRC32',
    },
    sha256Of(text),
  ],
  [
    'GetObject: checksums are asked for, no body',
    () => server.store.get('k'),
    'GET /staging/k',
    { 'x-amz-checksum-mode': 'ENABLED' },
    EMPTY,
  ],
  [
    'GetObject: If-None-Match takes the ETag with its quotation marks',
    () => server.store.configuration('k', '"etag"'),
    'GET /config/k',
    { 'if-none-match': '"etag"', 'x-amz-checksum-mode': 'ENABLED' },
    EMPTY,
  ],
  ['HeadObject', () => server.store.has('k'), 'HEAD /staging/k', {}, EMPTY],
  ['HeadBucket', () => server.store.ping(), 'HEAD /staging', {}, EMPTY],
] as const)('%s', async (_, ask, call, headers, sha256) => {
  await ask()
  const request = only()
  expect(request.call.replace(/\/$/, '')).toBe(call)
  expect(acting(request)).toEqual(headers)
  expect(hash(request)).toBe(sha256)
  expect(request.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /)
})

test('ListObjectsV2 and DeleteObjects: a folder', async () => {
  await server.store.removeFolder('f/')
  const [list, remove] = seen as [Seen, Seen]
  expect(list.call).toMatch(/^GET \/staging\/?\?list-type=2&prefix=f%2F$/)
  expect(remove.call).toMatch(/^POST \/staging\/?\?delete$/)
  // API DeleteObjects: Content-MD5 or a checksum is required.
  expect(acting(remove)).toMatchObject({
    'content-type': 'application/xml',
    'content-length': String(remove.body.length),
    'x-amz-checksum-crc32': crcOf(remove.body),
  })
  expect(hash(remove)).toBe(sha256Of(remove.body))
  expect(remove.body.toString()).toContain('<Object><Key>f/one</Key></Object>')
  expect(remove.body.toString()).toContain('<Quiet>true</Quiet>')
})

const long = () => {
  const bytes = Buffer.alloc(2 * PART + 10, 'abcdefg')
  return {
    parts: [bytes.subarray(0, PART), bytes.subarray(PART, 2 * PART), bytes.subarray(2 * PART)],
    body: Readable.from([bytes], { objectMode: false }),
  }
}

test('a long stream of unknown length: one checksum algorithm from Create to Complete', async () => {
  const { parts, body } = long()
  await server.store.putStream('k', body, { contentType: 'text/plain', encoding: 'gzip' })
  expect(seen.map(({ call }) => call)).toEqual([
    'POST /staging/k?uploads',
    'PUT /staging/k?partNumber=1&uploadId=u',
    'PUT /staging/k?partNumber=2&uploadId=u',
    'PUT /staging/k?partNumber=3&uploadId=u',
    'POST /staging/k?uploadId=u',
  ])
  const [create, ...rest] = seen as [Seen, ...Seen[]]
  const complete = rest.pop() as Seen
  // API CreateMultipartUpload: the algorithm is named here, with type and encoding of the whole object.
  expect(acting(create)).toMatchObject({
    'x-amz-checksum-algorithm': 'CRC32',
    'content-type': 'text/plain',
    'content-encoding': 'gzip',
  })
  // API UploadPart: the algorithm must be that of CreateMultipartUpload; all parts but the last have 5 MiB.
  rest.forEach((part, i) => {
    const bytes = parts[i] as Buffer
    expect(acting(part)).toMatchObject({
      'content-length': String(bytes.length),
      'x-amz-checksum-crc32': crcOf(bytes),
      'x-amz-sdk-checksum-algorithm': 'CRC32',
    })
    expect(part.headers['transfer-encoding']).toBeUndefined()
    expect(hash(part)).toBe(sha256Of(bytes))
    expect(part.body.equals(bytes)).toBe(true)
  })
  // API CompleteMultipartUpload, CompletedPart: in ascending order, each with its ETag and its checksum.
  const told = [...complete.body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part]) =>
    Object.fromEntries([...(part ?? '').matchAll(/<(\w+)>(.*?)<\/\1>/g)].map((m) => [m[1], m[2]])),
  )
  expect(told.map((part) => ({ ...part, ETag: part.ETag?.replaceAll('&quot;', '"') }))).toEqual(
    parts.map((bytes, i) => ({
      ETag: `"etag-${i + 1}"`,
      ChecksumCRC32: crcOf(bytes),
      PartNumber: String(i + 1),
    })),
  )
  // A checksum here would be that of the whole object.
  expect(Object.keys(acting(complete)).filter((name) => name.includes('checksum'))).toEqual([])
})

test('a part that is refused ends the upload: API AbortMultipartUpload', async () => {
  failing = 'PUT /staging/k?partNumber=2'
  await expect(server.store.putStream('k', long().body)).rejects.toMatchObject({ status: 503 })
  const last = seen.at(-1) as Seen
  expect(last.call).toBe('DELETE /staging/k?uploadId=u')
  expect(acting(last)).toEqual({})
  expect(seen.some(({ call }) => call === 'POST /staging/k?uploadId=u')).toBe(false)
})

test('a link: Signature Version 4 in the query (Authenticating Requests: Using Query Parameters)', async () => {
  const url = new URL(await server.store.presign('a/k', 300))
  expect(seen).toEqual([])
  expect(url.pathname).toBe('/staging/a/k')
  const query = Object.fromEntries(url.searchParams)
  expect(query).toMatchObject({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Expires': '300',
    // Whoever follows it sends no other header that must be the same.
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
  })
  expect(query['X-Amz-Signature']).toMatch(/^[0-9a-f]{64}$/)
  // What else stood here would be signed, and asked of each who follows.
  expect(Object.keys(query).sort()).toEqual([
    'X-Amz-Algorithm',
    'X-Amz-Content-Sha256',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-Signature',
    'X-Amz-SignedHeaders',
    'x-id',
  ])
})
