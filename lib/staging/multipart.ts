/** Storing a stream whose length shows only at its end: in parts, from two pieces of memory. */
import type { CompletedPart, PutObjectCommandInput } from '@aws-sdk/client-s3'
import type { S3 } from './aws.ts'
import { statusOf } from './missing.ts'
import { soon } from './patience.ts'

/** The least that S3 takes for a part with others behind it. */
const PART_BYTES = 5 * 1024 * 1024
/**
 * S3 wants one algorithm from the beginning to the end (API CreateMultipartUpload, UploadPart, CompletedPart): an upload
 * that was begun with none has been refused for its parts' checksums. The SDK puts them there unasked.
 */
const ChecksumAlgorithm = 'CRC32'

/**
 * Stores all of `body` as one object, which is there only when it is whole. Throws what `body` throws.
 * The next part is filled while one is sent: a body that has to wait holds up condor_q at its other end.
 * Two buffers take turns; allocated anew, old ones would wait for the garbage collector.
 * `signal` ends it.
 */
export async function putParts(
  { client, ...s3 }: S3,
  object: PutObjectCommandInput,
  body: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const within = signal ? { abortSignal: signal } : {}
  let part: Buffer = Buffer.allocUnsafeSlow(PART_BYTES)
  let spare: Buffer | undefined
  let filled = 0
  let stored = 0
  let upload: { Bucket: string | undefined; Key: string | undefined; UploadId: string } | undefined
  const parts: CompletedPart[] = []
  let sending = Promise.resolve()

  const begin = async () => {
    const { UploadId } = await client.send(
      new s3.CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm }),
      { abortSignal: soon() },
    )
    if (UploadId === undefined) throw new Error('the object store named no upload')
    return { Bucket: object.Bucket, Key: object.Key, UploadId }
  }
  const sendPart = async (whole: NonNullable<typeof upload>, Body: Buffer) => {
    const PartNumber = parts.length + 1
    const part = { ...whole, PartNumber, Body, ChecksumAlgorithm } as const
    const { ETag, ChecksumCRC32 } = await client.send(new s3.UploadPartCommand(part), within)
    parts.push({ PartNumber, ETag, ChecksumCRC32 })
    stored += Body.length
  }
  /** Sends the part, once the one before it has been sent. */
  const send = async () => {
    upload ??= await begin()
    await sending
    sending = sendPart(upload, part.subarray(0, filled))
    sending.catch(() => {}) // whoever waits for it is told
    const next = spare ?? Buffer.allocUnsafeSlow(PART_BYTES)
    spare = part
    part = next
    filled = 0
  }

  const complete = async (whole: NonNullable<typeof upload>) => {
    const MultipartUpload = { Parts: parts }
    try {
      await client.send(
        new s3.CompleteMultipartUploadCommand({ ...whole, MultipartUpload }),
        within,
      )
    } catch (error) {
      // An attempt whose answer was lost may have done it: the next one finds no upload (NoSuchUpload).
      if (statusOf(error) !== 404) throw error
      const { Bucket, Key } = object
      const { ContentLength } = await client.send(new s3.HeadObjectCommand({ Bucket, Key }), within)
      if (ContentLength !== stored) throw error
    }
  }

  try {
    for await (const chunk of body) {
      for (let from = 0; from < chunk.length; ) {
        if (filled === PART_BYTES) await send()
        const copied = chunk.copy(part, filled, from)
        filled += copied
        from += copied
      }
    }
    if (!upload) {
      await client.send(
        new s3.PutObjectCommand({ ...object, Body: part.subarray(0, filled) }),
        within,
      )
      return
    }
    await send()
    await sending
    await complete(upload)
  } catch (error) {
    await sending.catch(() => {}) // a part that arrived after the end would stay
    // What stays all the same is removed by the bucket's lifecycle.
    const abort = upload && new s3.AbortMultipartUploadCommand(upload)
    if (abort) await client.send(abort, { abortSignal: soon() }).catch(() => {})
    throw error
  }
}
