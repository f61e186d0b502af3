/** Storing a stream whose length shows only at its end: in parts, from two pieces of memory. */
import type { CompletedPart, PutObjectCommandInput } from '@aws-sdk/client-s3'
import type { S3 } from './aws.ts'

/** The least that S3 takes for a part with others behind it. */
const PART_BYTES = 5 * 1024 * 1024

/**
 * Stores all of `body` as one object, which is there only when it is whole. Throws what `body` throws.
 * The next part is filled while one is sent: a body that has to wait holds up condor_q at its other end.
 * Two buffers take turns; allocated anew, old ones would wait for the garbage collector.
 */
export async function putParts(
  { client, ...s3 }: S3,
  object: PutObjectCommandInput,
  body: AsyncIterable<Buffer>,
): Promise<void> {
  let part: Buffer = Buffer.allocUnsafeSlow(PART_BYTES)
  let spare: Buffer | undefined
  let filled = 0
  let upload: { Bucket: string | undefined; Key: string | undefined; UploadId: string } | undefined
  const parts: CompletedPart[] = []
  let sending = Promise.resolve()

  const begin = async () => {
    const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand(object))
    if (UploadId === undefined) throw new Error('the object store named no upload')
    return { Bucket: object.Bucket, Key: object.Key, UploadId }
  }
  const sendPart = async (whole: NonNullable<typeof upload>, Body: Buffer) => {
    const PartNumber = parts.length + 1
    const { $metadata, ...sent } = await client.send(
      new s3.UploadPartCommand({ ...whole, PartNumber, Body }),
    )
    parts.push({ ...sent, PartNumber })
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
      await client.send(new s3.PutObjectCommand({ ...object, Body: part.subarray(0, filled) }))
      return
    }
    await send()
    await sending
    const MultipartUpload = { Parts: parts }
    await client.send(new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload }))
  } catch (error) {
    await sending.catch(() => {}) // a part that arrived after the end would stay
    // What stays all the same is removed by the bucket's lifecycle.
    if (upload) await client.send(new s3.AbortMultipartUploadCommand(upload)).catch(() => {})
    throw error
  }
}
