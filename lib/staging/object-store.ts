/** The object store: where bytes wait for the submit host, and where the configuration lies. */
import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { Problem, unavailable } from '../problem.ts'
import type { StoreSettings } from '../settings.ts'

/** A socket without a byte for so long is given up; a large file may take longer altogether. */
const SILENCE_MS = 6_000

export interface StoredObject {
  readonly text: string
  readonly etag: string | undefined
}

export interface StreamOptions {
  readonly length?: number | undefined
  readonly contentType?: string
  readonly encoding?: string | undefined
}

/** The most that S3 takes in one PUT. */
const SINGLE_PUT_BYTES = 5 * 1024 ** 3

/** Only this file knows S3. Every failure is a Problem (503): nothing of the store's reaches a user. */
export class ObjectStore {
  readonly #settings: StoreSettings
  readonly #client: S3Client
  readonly #plain: S3Client

  constructor(settings: StoreSettings) {
    this.#settings = settings
    const config: S3ClientConfig = {
      region: settings.region,
      forcePathStyle: settings.endpoint !== undefined,
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 2_000, socketTimeout: SILENCE_MS },
      // S3 wants every chunk of a streamed body but the last to be at least 8 KiB.
      requestStreamBufferSize: 65_536,
      ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    }
    this.#client = new S3Client(config)
    // Without the SDK's own checksum: a presigned URL must not carry that of a body that is not there
    // yet, and a long stream need not be cut into chunks for it (the receiver checks its SHA-256).
    this.#plain = new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' })
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

  /**
   * Stages a stream. One of known length (bytes) passes straight through; of one whose length shows
   * only at its end, 5 MB at a time are in memory.
   */
  putStream(
    key: string,
    body: Readable,
    { length, contentType, encoding }: StreamOptions = {},
  ): Promise<unknown> {
    const object = {
      ...this.#staged(key),
      Body: body,
      ContentType: contentType ?? 'application/octet-stream',
      ...(encoding ? { ContentEncoding: encoding } : {}),
    }
    return this.#ask('store a file', () =>
      length !== undefined && length <= SINGLE_PUT_BYTES
        ? this.#plain.send(new PutObjectCommand({ ...object, ContentLength: length }))
        : new Upload({ client: this.#client, queueSize: 1, params: object }).done(),
    )
  }

  /** A URL that reads the staged object without credentials for `seconds`. */
  presign(key: string, seconds: number): Promise<string> {
    return getSignedUrl(this.#plain, new GetObjectCommand(this.#staged(key)), {
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

  /** Removes all objects whose names begin so; a thousand at most, more than there ever are. */
  async removeFolder(prefix: string): Promise<void> {
    const Bucket = this.#settings.stagingBucket
    const { Contents = [] } = await this.#ask('remove a file', () =>
      this.#client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix })),
    )
    await this.remove(Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key])))
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
        if (statusOf(error) === 304) return undefined
        if (statusOf(error) === 404) return null
        throw error
      }
    })
  }

  /** Stages an object unless there is one of this name; of several at once, one gets true. */
  putIfAbsent(key: string, body: Buffer): Promise<boolean> {
    return this.#ask('store a file', async () => {
      try {
        const object = { ...this.#staged(key), Body: body, IfNoneMatch: '*' }
        await this.#client.send(new PutObjectCommand(object))
        return true
      } catch (error) {
        // 409: another one is being written at this moment.
        if (statusOf(error) === 412 || statusOf(error) === 409) return false
        throw error
      }
    })
  }

  /** The bytes of a staged object as they come; null when there is none. */
  open(key: string): Promise<Readable | null> {
    return this.#ask('read a file', async () => {
      try {
        const { Body } = await this.#client.send(new GetObjectCommand(this.#staged(key)))
        return Body as Readable
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    })
  }

  /** Whether there is a staged object of this name. */
  has(key: string): Promise<boolean> {
    return this.#ask('read a file', async () => {
      try {
        await this.#client.send(new HeadObjectCommand(this.#staged(key)))
        return true
      } catch (error) {
        if (statusOf(error) === 404) return false
        throw error
      }
    })
  }

  /** A staged object as text; null when there is none. */
  get(key: string): Promise<string | null> {
    return this.#ask('read a file', async () => {
      try {
        const { Body } = await this.#client.send(new GetObjectCommand(this.#staged(key)))
        return (await Body?.transformToString('utf8')) ?? ''
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    })
  }

  /** Writes an object, reads it and removes it again; rejects unless it came back as it was. */
  async roundTrip(): Promise<void> {
    const key = `health/${randomUUID()}`
    await this.put(key, Buffer.from(key))
    const read = await this.get(key)
    await this.remove([key])
    if (read !== key) throw unavailable('the object store does not give back what it was given')
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

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
