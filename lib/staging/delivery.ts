/** Getting a reply to the client whatever its size. */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Answer, Request } from '../reply/answer.ts'
import type { ObjectStore } from './object-store.ts'

/** Lambda answers with 6 MB at most, and bytes travel in base64. */
const INLINE_BYTES = 4_400_000
/** As text, quotes and line ends are escaped in Lambda's JSON: a large reply is safer in base64. */
const TEXT_BYTES = 1_000_000
/** Below this gzip saves no packet. */
const WORTH_BYTES = 1_400
const LINK_SECONDS = 300

/**
 * The whole reply, compressed where the client accepts that. One that does not fit the gateway goes
 * to the object store and is answered by 303 to a URL that reads it, good for 5 minutes.
 */
export async function deliver(
  store: () => ObjectStore,
  request: Request,
  body: Buffer,
  contentType: string,
): Promise<Answer> {
  const accepts = acceptsGzip(request.event.headers)
  const packed = accepts && body.length > WORTH_BYTES
  const bytes = packed ? await promisify(gzip)(body, { level: 1 }) : body
  const encoding = packed ? { 'Content-Encoding': 'gzip' } : {}
  if (bytes.length <= INLINE_BYTES) {
    return {
      status: 200,
      contentType,
      body: packed || body.length > TEXT_BYTES ? bytes : body.toString('utf8'),
      headers: { ...encoding, Vary: 'Accept-Encoding' },
    }
  }
  const key = `replies/${request.id}`
  await store().put(key, bytes, contentType, packed ? 'gzip' : undefined)
  return {
    status: 303,
    contentType: 'text/plain; charset=utf-8',
    body: 'the reply is at the URL of the Location header\n',
    headers: { Location: await store().presign(key, LINK_SECONDS), Vary: 'Accept-Encoding' },
  }
}

/** RFC 9110, section 12.5.3; `gzip;q=0` is a refusal. */
function acceptsGzip(headers: Readonly<Record<string, string | undefined>> | null): boolean {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (name.toLowerCase() !== 'accept-encoding') continue
    return (value ?? '').split(',').some((coding) => {
      const [token, quality] = coding.split(';').map((part) => part.trim().toLowerCase())
      return (token === 'gzip' || token === '*') && !/^q=0(\.0*)?$/.test(quality ?? '')
    })
  }
  return false
}
