/** Storing a stream whose length shows only at its end: in parts, from one piece of memory. */
import type { CompletedPart, PutObjectCommandInput } from '@aws-sdk/client-s3'
import type { S3 } from './aws.ts'

/** The least that S3 takes for a part with others behind it. */
const PART_BYTES = 5 * 1024 * 1024

/**
 * Stores all of `body` as one object, which is there only when it is whole. The part that was sent
 * makes room for the next; allocated anew, the old ones would wait for the garbage collector. Throws what
 * `body` throws.
 */
export async function putParts(
  { client, ...s3 }: S3,
  object: PutObjectCommandInput,
  body: AsyncIterable<Buffer>,
): Promise<void> {
  const part = Buffer.allocUnsafeSlow(PART_BYTES)
  let filled = 0
  let upload: { Bucket: string | undefined; Key: string | undefined; UploadId: string } | undefined
  const parts: CompletedPart[] = []
  const send = async () => {
    if (!upload) {
      const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand(object))
      if (UploadId === undefined) throw new Error('the object store named no upload')
      upload = { Bucket: object.Bucket, Key: object.Key, UploadId }
    }
    const PartNumber = parts.length + 1
    const Body = part.subarray(0, filled)
    const { $metadata, ...sent } = await client.send(
      new s3.UploadPartCommand({ ...upload, PartNumber, Body }),
    )
    parts.push({ ...sent, PartNumber })
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
    const MultipartUpload = { Parts: parts }
    await client.send(new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload }))
  } catch (error) {
    // What stays all the same is removed by the bucket's lifecycle.
    if (upload) await client.send(new s3.AbortMultipartUploadCommand(upload)).catch(() => {})
    throw error
  }
}
