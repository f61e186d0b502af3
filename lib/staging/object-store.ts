/** The object store: where bytes wait for the submit host, and where the configuration lies. */
import type { Readable } from 'node:stream'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { Problem, unavailable } from '../problem.ts'
import type { StoreSettings } from '../settings.ts'

const ATTEMPT_MS = 5_000

export interface StoredObject {
  readonly text: string
  readonly etag: string | undefined
}

/** Only this file knows S3. Every failure is a Problem (503): nothing of the store's reaches a user. */
export class ObjectStore {
  readonly #settings: StoreSettings
  readonly #client: S3Client
  readonly #signer: S3Client

  constructor(settings: StoreSettings) {
    this.#settings = settings
    const config: S3ClientConfig = {
      region: settings.region,
      forcePathStyle: settings.endpoint !== undefined,
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: ATTEMPT_MS },
      // S3 wants every chunk of a streamed body but the last to be at least 8 KiB.
      requestStreamBufferSize: 65_536,
      ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    }
    this.#client = new S3Client(config)
    // A presigned URL must not carry the checksum of a body that is not there yet.
    this.#signer = new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' })
  }

  /** Stages bytes that are in memory. */
  put(key: string, body: Buffer, contentType = 'application/octet-stream', encoding?: string) {
    return this.#ask('store a file', () =>
      this.#client.send(
        new PutObjectCommand({
          ...this.#staged(key),
          Body: body,
          ContentType: contentType,
          ...(encoding ? { ContentEncoding: encoding } : {}),
        }),
      ),
    )
  }

  /** Stages a stream of unknown length, 5 MB in memory at a time. */
  putStream(
    key: string,
    body: Readable,
    contentType = 'application/octet-stream',
    encoding?: string,
  ) {
    return this.#ask('store a file', () =>
      new Upload({
        client: this.#client,
        queueSize: 1,
        params: {
          ...this.#staged(key),
          Body: body,
          ContentType: contentType,
          ...(encoding ? { ContentEncoding: encoding } : {}),
        },
      }).done(),
    )
  }

  /** A URL that reads the staged object without credentials for `seconds`. */
  presign(key: string, seconds: number): Promise<string> {
    return getSignedUrl(this.#signer, new GetObjectCommand(this.#staged(key)), {
      expiresIn: seconds,
    })
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    await this.#ask('remove a file', () =>
      this.#client.send(
        new DeleteObjectsCommand({
          Bucket: this.#settings.stagingBucket,
          Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
        }),
      ),
    )
  }

  /**
   * A configuration object as text: undefined when it still is the one with this ETag, null when
   * there is none of that name.
   */
  async configuration(key: string, etag?: string): Promise<StoredObject | undefined | null> {
    return this.#ask('read the configuration', async () => {
      try {
        const { Body, ETag } = await this.#client.send(
          new GetObjectCommand({
            Bucket: this.#settings.configBucket,
            Key: key,
            ...(etag === undefined ? {} : { IfNoneMatch: etag }),
          }),
        )
        return { text: (await Body?.transformToString('utf8')) ?? '', etag: ETag }
      } catch (error) {
        const status = error instanceof S3ServiceException && error.$metadata.httpStatusCode
        if (status === 304) return undefined
        if (status === 404) return null
        throw error
      }
    })
  }

  /** Resolves when the staging bucket answers. */
  async ping(): Promise<void> {
    await this.#ask('be reached', () =>
      this.#client.send(new HeadBucketCommand({ Bucket: this.#settings.stagingBucket })),
    )
  }

  #staged(key: string) {
    return { Bucket: this.#settings.stagingBucket, Key: key }
  }

  async #ask<T>(what: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request()
    } catch (cause) {
      // A stream that was to be stored can fail by itself, with a reason for the user.
      if (cause instanceof Problem) throw cause
      throw unavailable(`the object store could not ${what} at the moment`, cause)
    }
  }
}
