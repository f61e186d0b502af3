/** The bytes of a file on their way: counted, checked, never held. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { pipeline, Readable, Transform } from 'node:stream'
import { Problem, tooLarge, unavailable } from '../../problem.ts'
import type { Answer } from './guarded-request.ts'
import { BadDocument } from './xml.ts'

export type VosFile = {
  /** Bytes as they are stored, whatever their Content-Encoding. Fails with a Problem. */
  readonly body: Readable
  /** Bytes; absent where the service does not say beforehand. */
  readonly length?: number
}

/**
 * The body of a 200 or 204 answer. It ends well only if all of it came: a broken connection, a wrong
 * length or a digest that differs is Problem 503, more than `maxBytes` Problem 413.
 */
export function fileBody(
  answer: Answer,
  uri: string,
  limits: { maxBytes: number; signal: AbortSignal },
): VosFile {
  if (answer.status === 204) {
    answer.body.destroy()
    return { body: Readable.from([], { objectMode: false }), length: 0 }
  }
  try {
    const { headers } = answer
    const length = contentLength(headers)
    const digest = md5Digest(headers)
    const chunked = /\bchunked\b/i.test(headers['transfer-encoding'] ?? '')
    // Where only the end of the connection ends the body, a broken one looks like a whole file.
    if (length === undefined && !chunked && !digest) {
      throw new BadDocument('a body whose end cannot be told')
    }
    if (length !== undefined && length > limits.maxBytes) throw exceeds(uri, limits.maxBytes)
    const body = checked(uri, limits, length, digest)
    // Also closes the connection at once when the reader leaves, even while no byte arrives.
    pipeline(answer.body, body, () => {})
    return length === undefined ? { body } : { body, length }
  } catch (error) {
    answer.body.destroy()
    throw error
  }
}

/** Passes bytes through, and ends well only if they are all there; every failure is a Problem. */
function checked(
  uri: string,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
  length: number | undefined,
  digest: Buffer | undefined,
): Transform {
  const hash = digest && createHash('md5')
  let size = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > maxBytes) return done(exceeds(uri, maxBytes))
      hash?.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      // Node fails a body that is shorter than its Content-Length; this says so where it did not.
      if (length !== undefined && length !== size) return done(new Error(`${size} of ${length}`))
      if (hash && digest && !timingSafeEqual(hash.digest(), digest)) {
        return done(new Error('the bytes have another MD5 than VOSpace says'))
      }
      done()
    },
    destroy(error, done) {
      if (!error || error instanceof Problem) return done(error)
      if (signal.aborted) return done(tookTooLong(uri, error))
      done(unavailable(`VOSpace broke off while it sent the file, try again: ${uri}`, error))
    },
  })
}

/** The time of a request was used up. */
export const tookTooLong = (uri: string, cause?: unknown) =>
  unavailable(`VOSpace took too long to send the file, try again: ${uri}`, cause)

const exceeds = (uri: string, maxBytes: number) =>
  tooLarge(`larger than the ${maxBytes} bytes that a file may have here: ${uri}`)

function contentLength(headers: IncomingHttpHeaders): number | undefined {
  const value = headers['content-length']
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}

/** `Digest: md5=...` holds the base64 of the 16 bytes, or that of their hex text (cadcutils). */
function md5Digest(headers: IncomingHttpHeaders): Buffer | undefined {
  const value = [headers.digest].flat().join(',')
  const encoded = /(?:^|,)\s*md5=([A-Za-z0-9+/=_-]+)/i.exec(value)?.[1]
  if (encoded === undefined) return undefined
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length === 16) return bytes
  const hex = bytes.toString('latin1')
  return /^[\da-f]{32}$/i.test(hex) ? Buffer.from(hex, 'hex') : undefined
}
