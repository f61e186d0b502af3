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
import { type Agents, idleSockets } from './idle-sockets.ts'
import { soon } from './patience.ts'

/** A socket without a byte for so long is given up; a large file may take longer altogether. */
const SILENCE_MS = 6_000

export type S3 = ReturnType<typeof openS3>

export function openS3(settings: StoreSettings) {
  const config: S3ClientConfig = {
    region: settings.region,
    forcePathStyle: settings.endpoint !== undefined,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, socketTimeout: SILENCE_MS },
    // S3 wants every chunk of a streamed body but the last to be at least 8 KiB.
    requestStreamBufferSize: 65_536,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
  }
  return {
    client: awake(new S3Client(config)),
    // Without the SDK's own checksum: a presigned URL must carry nothing of checksums, which who follows
    // it knows nothing of, and a long stream need not be cut into chunks for it (the receiver checks its SHA-256).
    plain: awake(
      new S3Client({
        ...config,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      }),
    ),
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

/** The client, which takes no connection that may have died while the instance was frozen. */
function awake(client: S3Client): S3Client {
  const drop = idleSockets()
  const handler = client.config.requestHandler as { httpHandlerConfigs?: () => Agents }
  const agents = () => handler.httpHandlerConfigs?.() ?? {}
  client.middlewareStack.add(
    (next) => async (args) => {
      drop(agents())
      try {
        return await next(args)
      } finally {
        drop(agents()) // the agents are made by the first request
      }
    },
    // Within the retry: before each attempt.
    { step: 'finalizeRequest', priority: 'low', name: 'idleSockets' },
  )
  return client
}

/** The text of a secret of AWS Secrets Manager. */
export async function readSecret(secretId: string): Promise<string> {
  // A client of its own for each reading: it has no connection from before a freeze.
  const client = new SecretsManagerClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, socketTimeout: 3_000 },
  })
  try {
    const get = new GetSecretValueCommand({ SecretId: secretId })
    const { SecretString } = await client.send(get, { abortSignal: soon() })
    if (!SecretString) throw new Error('the secret has no text')
    return SecretString
  } finally {
    client.destroy()
  }
}
