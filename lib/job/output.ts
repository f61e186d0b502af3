/** GET with `view=stdout`, `stderr` or `log`: what a job wrote, whole or a part of it. */
import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { type OutputFile, openOutput } from '../condor/output.ts'
import { OUTPUT_BYTES, REPLY_BYTES } from '../limits.ts'
import { badRequest } from '../problem.ts'
import type { Answer, Request } from '../reply/answer.ts'
import { readByteRange } from '../request/byte-range.ts'
import { header } from '../request/header.ts'
import type { JobName } from '../request/job-name.ts'
import { store, submitHost } from '../services.ts'
import { redirect, replyKey, TEXT_BYTES, takesBytes } from '../staging/delivery.ts'
import { until } from '../staging/patience.ts'

/** Never a type that a browser would run. */
const CONTENT_TYPE = 'text/plain; charset=utf-8'

/**
 * The file, or with a Range header a part of it (206, 416: RFC 9110, section 14). What does not fit
 * the gateway goes whole to the object store and is answered by 303; the store honours the Range that
 * the client sends again. Throws Problems: 404 with the reason why there is nothing to read.
 */
export async function outputView(
  request: Request,
  account: string,
  { cluster, proc }: JobName,
  file: OutputFile,
): Promise<Answer> {
  if (proc === undefined) throw badRequest(`view=${file} needs one job: id=<cluster>.<proc>`)
  const range = readByteRange(header(request.event, 'range'), header(request.event, 'if-range'))
  const most = takesBytes(request) ? REPLY_BYTES : TEXT_BYTES
  const wanted = { account, cluster, proc, file, range, most }
  const opened = openOutput(submitHost(), wanted, request.deadline)
  const { size, part, bytes, leave } = await request.measure('schedd', opened)
  if (part === undefined) {
    await leave()
    return {
      status: 416,
      contentType: CONTENT_TYPE,
      body: `the range lies outside of the ${size} bytes of ${file}\n`,
      headers: { 'Content-Range': `bytes */${size}`, 'Accept-Ranges': 'bytes' },
    }
  }
  if (part.length > most) {
    if (size > OUTPUT_BYTES) {
      await leave()
      throw badRequest(`${file} has ${size} bytes; ask for ${REPLY_BYTES} or fewer by Range`)
    }
    const key = replyKey()
    const body = Readable.from(bytes, { objectMode: false })
    const stored = store().putStream(key, body, {
      length: size,
      contentType: CONTENT_TYPE,
      signal: until(request.deadline),
    })
    await request.measure('staging', stored).catch(async (error) => {
      await leave() // its deadline would else end the connection under a later request
      throw error
    })
    return redirect(store(), key)
  }
  const chunks: Buffer[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (!takesBytes(request) && !isUtf8(body)) {
    const key = replyKey()
    await request.measure('staging', store().put(key, body, { contentType: CONTENT_TYPE }))
    return redirect(store(), key)
  }
  // Content-Range has no words for the last bytes of an empty file.
  const partial = range !== undefined && part.length > 0
  const last = part.first + part.length - 1
  return {
    status: partial ? 206 : 200,
    contentType: CONTENT_TYPE,
    body: takesBytes(request) ? body : body.toString('utf8'),
    headers: {
      'Accept-Ranges': 'bytes',
      ...(partial && { 'Content-Range': `bytes ${part.first}-${last}/${size}` }),
    },
  }
}
