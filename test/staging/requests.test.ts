/**
 * What goes out to S3, compared with the forms that its API reference documents (the page is named at each): Ceph, which
 * the other tests run against, takes some that S3 refuses.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import type { ObjectStore } from '../../lib/staging/object-store.ts'
import { storeServer } from './store-server.ts'

interface Sent {
  readonly method: string
  /** Path and query, without what the SDK adds for itself. */
  readonly path: string
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: Buffer
}

let stop = () => {}
afterEach(() => stop())

const XML = '<?xml version="1.0" encoding="UTF-8"?>'
const ANSWERS: Readonly<Record<string, string>> = {
  'POST uploads': `${XML}<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>`,
  'POST uploadId': `${XML}<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>`,
  'POST delete': `${XML}<DeleteResult></DeleteResult>`,
  'GET list-type': `${XML}<ListBucketResult><Contents><Key>k1</Key></Contents></ListBucketResult>`,
}

/** What `work` sends; the store answers as S3 does, and to a part with its ETag and checksum. */
async function sentBy(work: (store: ObjectStore) => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = []
  const { store, stop: end } = await storeServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '' } = request
      const path = url
        .replace(/[?&]x-id=\w+/, '')
        .replace(/\/?(\?(?:uploads|delete))=$/, '$1')
        .replace(/\/$/, '')
      sent.push({ method, path, headers: request.headers, body: Buffer.concat(chunks) })
      const checksum = request.headers['x-amz-checksum-crc32']
      if (checksum !== undefined) response.setHeader('x-amz-checksum-crc32', checksum)
      response.setHeader('ETag', `"${sent.length}"`)
      const kind = Object.keys(ANSWERS).find((kind) => {
        const [verb = '', word = ''] = kind.split(' ')
        return verb === method && new RegExp(`[?&]${word}\\b`).test(path)
      })
      response.end(kind && ANSWERS[kind])
    })
  })
  stop = end
  await work(store)
  return sent
}

const stream = (bytes: number) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes / 65_536) }, (_, n) =>
      Buffer.alloc(Math.min(65_536, bytes - n * 65_536), n % 251),
    ),
    { objectMode: false },
  )

/** CRC-32 as `x-amz-checksum-crc32` has it: big-endian, in base64. */
function crc(body: Buffer): string {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return sum.toString('base64')
}

const checksums = ({ headers }: Sent) =>
  Object.keys(headers).filter((name) => /^x-amz-(checksum|sdk-checksum|trailer)/.test(name))

test('an upload in parts names one checksum from its beginning to its end (CreateMultipartUpload, UploadPart, CompleteMultipartUpload)', async () => {
  const [create, first, second, third, complete, ...rest] = await sentBy((store) =>
    store.putStream('k', stream(12_000_000), { contentType: 'text/csv', encoding: 'gzip' }),
  )
  expect(rest).toEqual([])
  expect([create?.method, create?.path]).toEqual(['POST', '/staging/k?uploads'])
  expect(create?.headers).toMatchObject({
    'x-amz-checksum-algorithm': 'CRC32',
    'content-type': 'text/csv',
    'content-encoding': 'gzip',
  })
  const parts = [first, second, third].map((part, n) => {
    expect([part?.method, part?.path]).toEqual([
      'PUT',
      `/staging/k?partNumber=${n + 1}&uploadId=u1`,
    ])
    const body = part?.body ?? Buffer.alloc(0)
    // The body itself, and not chunks that are signed each: its length and its checksum are known.
    expect(part?.headers).toMatchObject({
      'content-length': String(body.length),
      'x-amz-sdk-checksum-algorithm': 'CRC32',
      'x-amz-checksum-crc32': crc(body),
      'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    })
    return { size: body.length, checksum: crc(body) }
  })
  // Each part but the last has 5 MiB at least (Amazon S3 multipart upload limits).
  expect(parts.map(({ size }) => size)).toEqual([5_242_880, 5_242_880, 1_514_240])
  expect([complete?.method, complete?.path]).toEqual(['POST', '/staging/k?uploadId=u1'])
  const listed = [...(complete?.body.toString().matchAll(/<Part>(.*?)<\/Part>/gs) ?? [])]
  // In ascending order, each with the ETag and the checksum that S3 answered to it.
  expect(listed.map(([, part]) => part)).toEqual(
    parts.map(({ checksum }, n) =>
      expect.stringMatching(
        new RegExp(
          `(?=.*<ETag>(?:"|&quot;)${n + 2}(?:"|&quot;)</ETag>)(?=.*<ChecksumCRC32>${checksum.replace(/[+]/g, '\\+')}</ChecksumCRC32>)(?=.*<PartNumber>${n + 1}</PartNumber>)`,
        ),
      ),
    ),
  )
})

test('an upload that breaks is taken back (AbortMultipartUpload)', async () => {
  const broken = Readable.from(
    (async function* () {
      for (let n = 0; n < 100; n++) yield Buffer.alloc(65_536)
      throw new Error('broken')
    })(),
    { objectMode: false },
  )
  const sent = await sentBy((store) => store.putStream('k', broken).catch(() => {}))
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /staging/k?uploads',
    'PUT /staging/k?partNumber=1&uploadId=u1',
    'DELETE /staging/k?uploadId=u1',
  ])
})

/** Each call, the one request that it makes, its headers, and the names of those that speak of checksums. */
const CALLS: readonly [
  string,
  (store: ObjectStore) => Promise<unknown>,
  string,
  NodeJS.Dict<unknown>,
  string[],
][] = [
  [
    'PutObject: small bytes, with a checksum (Checking object integrity)',
    (store) => store.put('k', Buffer.from('bytes'), { contentType: 'text/plain' }),
    'PUT /staging/k',
    { 'content-length': '5', 'content-type': 'text/plain', 'if-none-match': undefined },
    ['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm'],
  ],
  [
    'PutObject: a conditional write (How to prevent object overwrites with conditional writes)',
    (store) => store.putIfAbsent('k', Buffer.from('bytes')),
    'PUT /staging/k',
    { 'if-none-match': '*', 'content-length': '5' },
    ['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm'],
  ],
  [
    // Over https this is UNSIGNED-PAYLOAD; over http, as here, SDKs hash what they can read twice, and a stream they cannot.
    'PutObject: a stream of known length, not cut into chunks',
    (store) => store.putStream('k', stream(200_000), { length: 200_000 }),
    'PUT /staging/k',
    { 'content-length': '200000', 'content-encoding': undefined, 'transfer-encoding': undefined },
    [],
  ],
  [
    'PutObject: a stream of unknown length that fits one part',
    (store) => store.putStream('k', stream(200_000)),
    'PUT /staging/k',
    { 'content-length': '200000' },
    ['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm'],
  ],
  [
    'GetObject',
    (store) => store.get('k'),
    'GET /staging/k',
    { range: undefined, 'x-amz-checksum-mode': 'ENABLED' },
    ['x-amz-checksum-mode'],
  ],
  [
    'GetObject: a condition (Making conditional requests)',
    (store) => store.configuration('k', '"tag"'),
    'GET /config/k',
    { 'if-none-match': '"tag"' },
    ['x-amz-checksum-mode'],
  ],
  ['HeadObject', (store) => store.has('k'), 'HEAD /staging/k', {}, []],
  ['HeadBucket', (store) => store.ping(), 'HEAD /staging', {}, []],
  [
    // The page requires Content-MD5 or a checksum for this one.
    'DeleteObjects',
    (store) => store.remove(['a', 'b']),
    'POST /staging?delete',
    {},
    ['x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm'],
  ],
]

test.each(CALLS)('%s', async (_, work, what, headers, sums) => {
  const sent = await sentBy(work)
  expect(sent).toHaveLength(1)
  const [one] = sent as [Sent]
  expect(`${one.method} ${one.path}`).toBe(what)
  for (const [name, value] of Object.entries(headers))
    expect(one.headers[name], name).toEqual(value)
  expect(checksums(one).sort()).toEqual(sums)
  if (sums.includes('x-amz-checksum-crc32'))
    expect(one.headers['x-amz-checksum-crc32']).toBe(crc(one.body))
  expect(one.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=/)
})

test('ListObjectsV2 and DeleteObjects take a folder away', async () => {
  const sent = await sentBy((store) => store.removeFolder('folder/'))
  expect(sent.map(({ method }) => method)).toEqual(['GET', 'POST'])
  const { searchParams } = new URL(sent[0]?.path ?? '', 'http://s3')
  expect([searchParams.get('list-type'), searchParams.get('prefix')]).toEqual(['2', 'folder/'])
  expect(sent[1]?.body.toString()).toContain('<Key>k1</Key>')
})

test('a presigned URL reads one object, for its time, and says nothing of a body (Authenticating requests: using query parameters)', async () => {
  let url = ''
  const sent = await sentBy(async (store) => {
    url = await store.presign('submissions/alice/x', 300)
  })
  expect(sent).toEqual([])
  const { pathname, searchParams } = new URL(url)
  expect(pathname).toBe('/staging/submissions/alice/x')
  expect(Object.fromEntries(searchParams)).toEqual({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': expect.stringMatching(/^key\/\d{8}\/us-east-1\/s3\/aws4_request$/),
    'X-Amz-Date': expect.stringMatching(/^\d{8}T\d{6}Z$/),
    'X-Amz-Expires': '300',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
    'x-id': 'GetObject',
  })
})
