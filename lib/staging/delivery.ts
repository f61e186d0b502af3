/** Getting a reply to the client whatever its size, while it is being made. */
import { randomUUID } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { LINK_SECONDS, REPLY_BYTES } from '../limits.ts'
import type { Answer, Request } from '../reply/answer.ts'
import { header } from '../request/header.ts'
import type { ObjectStore } from './object-store.ts'
import { soonAfter, until } from './patience.ts'

/** As text, quotes and line ends are escaped in Lambda's JSON: a large reply is safer in base64. */
export const TEXT_BYTES = 1_000_000
/** Rows are gathered to pieces of about this many characters: a stream of single rows is slow. */
const PIECE = 65_536

/**
 * The whole reply, compressed where the client accepts that. What does not fit the gateway goes to
 * the object store, as `key`, while it is being made, and is answered by 303 to a URL that reads it,
 * good for 5 minutes. `pieces` that throw leave nothing behind: an upload is completed only when it
 * is whole.
 */
export async function deliver(
  store: () => ObjectStore,
  request: Request,
  pieces: AsyncIterable<string> | Iterable<string>,
  contentType: string,
  key = replyKey(),
): Promise<Answer> {
  const packed = acceptsGzip(request)
  const most = takesBytes(request) ? REPLY_BYTES : TEXT_BYTES
  const text = Readable.from(gathered(pieces), { objectMode: false })
  const bytes: Readable = packed ? compressed(text) : text
  const encoding = packed ? 'gzip' : undefined

  const head: Buffer[] = []
  let length = 0
  const chunks = bytes[Symbol.asyncIterator]()
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head.push(next.value)
    length += next.value.length
    if (length > most) {
      const body = Readable.from(following(head, chunks), { objectMode: false })
      try {
        await store().putStream(key, body, {
          contentType,
          encoding,
          signal: until(request.deadline),
        })
      } catch (error) {
        bytes.destroy() // as far as `pieces`, which hold what they are made from
        // An instance stands still once it has answered: they end before.
        await finished(text, { signal: soonAfter(request.deadline) }).catch(() => {})
        throw error
      }
      return redirect(store(), key)
    }
  }
  const body = Buffer.concat(head)
  return {
    status: 200,
    contentType,
    body: packed || length > TEXT_BYTES ? body : body.toString('utf8'),
    headers: {
      Vary: 'Accept, Accept-Encoding',
      ...(encoding ? { 'Content-Encoding': encoding } : {}),
    },
  }
}

/**
 * Where a reply lies that is one request's alone. Not under the request's id: a client may set that (`x-amzn-RequestId`),
 * and would write over the reply of another.
 */
export const replyKey = () => `replies/${randomUUID()}`

/** 303 to a stored reply. */
export async function redirect(store: ObjectStore, key: string): Promise<Answer> {
  return {
    status: 303,
    contentType: 'text/plain; charset=utf-8',
    body: 'the reply is at the URL of the Location header\n',
    headers: { Location: await store.presign(key, LINK_SECONDS), Vary: 'Accept, Accept-Encoding' },
  }
}

/** An error comes down to the reader, and a reader who leaves ends the text. */
const compressed = (text: Readable): Readable => pipeline(text, createGzip({ level: 1 }), () => {})

async function* gathered(pieces: AsyncIterable<string> | Iterable<string>) {
  let piece = ''
  for await (const text of pieces) {
    piece += text
    if (piece.length < PIECE) continue
    yield Buffer.from(piece)
    piece = ''
  }
  if (piece !== '') yield Buffer.from(piece)
}

async function* following(head: Buffer[], rest: AsyncIterator<Buffer>) {
  for (const first of head.splice(0)) yield first // not kept until the upload ends
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

/**
 * Whether bytes reach the client as they are. API Gateway decodes base64 by the first type of Accept; what it does without an
 * Accept is not documented, so then a reply is text, or a link.
 */
export const takesBytes = ({ event }: Request): boolean => header(event, 'accept') !== undefined

/** RFC 9110, section 12.5.3: `q=0` is a refusal, and `*` stands for the codings that are not listed. */
export function acceptsGzip(request: Request): boolean {
  if (!takesBytes(request)) return false
  const { event } = request
  const accepted = new Map<string, boolean>()
  for (const coding of (header(event, 'accept-encoding') ?? '').split(',')) {
    const [token = '', quality = ''] = coding.split(';').map((part) => part.trim().toLowerCase())
    accepted.set(token, !/^q=0(\.0*)?$/.test(quality))
  }
  // x-gzip is the same coding (section 8.4.1.3).
  return accepted.get('gzip') ?? accepted.get('x-gzip') ?? accepted.get('*') ?? false
}
