/** What is used of the AWS SDK. It takes 60 ms to load: imported where, and when, it is needed. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
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
    AbortMultipartUploadCommand,
    CompleteMultipartUploadCommand,
    CreateMultipartUploadCommand,
    DeleteObjectsCommand,
    GetObjectCommand,
    HeadBucketCommand,
    HeadObjectCommand,
    ListObjectsV2Command,
    PutObjectCommand,
    UploadPartCommand,
  }
}

/** The text of a secret of AWS Secrets Manager. */
export async function readSecret(secretId: string): Promise<string> {
  const client = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, socketTimeout: 3_000 },
  })
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }))
  if (!SecretString) throw new Error('the secret has no text')
  return SecretString
}
