/**
 * What the object store uses of the AWS SDK. It takes 60 ms to load, more than anything else that a
 * function starts with, so this module is imported by those that need it when they need it.
 */
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { StoreSettings } from '../settings.ts'

/** A socket without a byte for so long is given up; a large file may take longer altogether. */
const SILENCE_MS = 6_000

export type S3 = ReturnType<typeof openS3>

export function openS3(settings: StoreSettings) {
  const config: S3ClientConfig = {
    region: settings.region,
    forcePathStyle: settings.endpoint !== undefined,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, socketTimeout: SILENCE_MS },
    // S3 wants every chunk of a streamed body but the last to be at least 8 KiB.
    requestStreamBufferSize: 65_536,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
  }
  return {
    client: new S3Client(config),
    // Without the SDK's own checksum: a presigned URL must not carry that of a body that is not there
    // yet, and a long stream need not be cut into chunks for it (the receiver checks its SHA-256).
    plain: new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' }),
    getSignedUrl,
    Upload,
    DeleteObjectsCommand,
    GetObjectCommand,
    HeadBucketCommand,
    HeadObjectCommand,
    ListObjectsV2Command,
    PutObjectCommand,
  }
}
