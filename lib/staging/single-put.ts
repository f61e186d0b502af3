/** Storing a stream whose length is known: in one request, straight through. */
import type { PutObjectCommandInput } from '@aws-sdk/client-s3'
import type { S3 } from './aws.ts'

/**
 * Stores the object's `Body`, of `ContentLength` bytes. The SDK pipes a body and hears nothing of its
 * end: the request of one that broke would wait for bytes that never come, unless `stop` ends it.
 */
export async function putWhole(
  { plain, PutObjectCommand }: S3,
  object: PutObjectCommandInput,
  stop: AbortSignal,
): Promise<void> {
  await plain.send(new PutObjectCommand(object), { abortSignal: stop })
}
