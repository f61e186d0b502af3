/** Storing a stream as one object. */
import type { Readable } from 'node:stream'
import type { PutObjectCommandInput } from '@aws-sdk/client-s3'
import type { S3 } from './aws.ts'
import { putParts } from './multipart.ts'

/** The most that S3 takes in one PUT. */
const SINGLE_PUT_BYTES = 5 * 1024 ** 3

/**
 * One of known length (bytes) passes straight through; of one whose length shows only at its end, 5 MB
 * at a time are in memory. The stream has ended whatever happens; what it throws is thrown. The SDK
 * pipes a body and hears nothing of its end: the request of one that broke would wait for bytes that
 * never come, and an error that nobody hears ends the process.
 */
export async function upload(
  s3: Promise<S3>,
  object: PutObjectCommandInput,
  body: Readable,
  length: number | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const broken = new AbortController()
  body.on('error', (error) => broken.abort(error)) // from the first moment: nothing may be awaited before
  const abortSignal = signal ? AbortSignal.any([broken.signal, signal]) : broken.signal
  try {
    if (length === undefined || length > SINGLE_PUT_BYTES) {
      // What `body` throws ends it: a call that is cut off might begin an upload that nobody ends.
      await putParts(await s3, object, body, signal)
    } else {
      const { plain, PutObjectCommand } = await s3
      const whole = new PutObjectCommand({ ...object, Body: body, ContentLength: length })
      await plain.send(whole, { abortSignal })
    }
  } catch (error) {
    throw broken.signal.reason ?? error
  } finally {
    body.destroy()
  }
}
