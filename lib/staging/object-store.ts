/** The object store: where bytes wait for the submit host, and where the configuration lies. */
import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Problem, unavailable } from '../problem.ts'
import type { StoreSettings } from '../settings.ts'
import type { S3 } from './aws.ts'
import { putParts } from './multipart.ts'

export interface StoredObject {
  readonly text: string
  readonly etag: string | undefined
}

export interface StreamOptions {
  readonly length?: number | undefined
  readonly contentType?: string
  readonly encoding?: string | undefined
}

/**
 * Small objects come within this altogether, both attempts: a submission asks for some, one after the
 * other, stages its files and clears up, and has 28 seconds for all of it even where the store is silent.
 */
const SMALL_MS = 4_000
const soon = () => ({ abortSignal: AbortSignal.timeout(SMALL_MS) })

/** The most that S3 takes in one PUT. */
const SINGLE_PUT_BYTES = 5 * 1024 ** 3

/**
 * Only this file and aws.ts know S3. Every failure is a Problem (503): nothing of the store's reaches a
 * user.
 */
export class ObjectStore {
  readonly #settings: StoreSettings
  #s3: Promise<S3> | undefined

  constructor(settings: StoreSettings) {
    this.#settings = settings
  }

  /** Loads the SDK, as the first request would: an instance's start has the processor for it. */
  load(): Promise<S3> {
    this.#s3 ??= import('./aws.ts').then(({ openS3 }) => openS3(this.#settings))
    return this.#s3
  }

  /** Stages bytes that are in memory. */
  put(key: string, body: Buffer, contentType = 'application/octet-stream', encoding?: string) {
    return this.#ask('store a file', (s3) =>
      s3.client.send(
        new s3.PutObjectCommand({
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
      ContentType: contentType ?? 'application/octet-stream',
      ...(encoding ? { ContentEncoding: encoding } : {}),
    }
    return this.#ask<unknown>('store a file', (s3) =>
      length !== undefined && length <= SINGLE_PUT_BYTES
        ? s3.plain.send(new s3.PutObjectCommand({ ...object, Body: body, ContentLength: length }))
        : putParts(s3, object, body),
    )
  }

  /** A URL that reads the staged object without credentials for `seconds`. */
  presign(key: string, seconds: number): Promise<string> {
    return this.#ask('make a URL', (s3) =>
      s3.getSignedUrl(s3.plain, new s3.GetObjectCommand(this.#staged(key)), { expiresIn: seconds }),
    )
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    await this.#ask('remove a file', (s3) =>
      s3.client.send(
        new s3.DeleteObjectsCommand({
          Bucket: this.#settings.stagingBucket,
          Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
        }),
        soon(),
      ),
    )
  }

  /** Removes all objects whose names begin so; a thousand at most, more than there ever are. */
  async removeFolder(prefix: string): Promise<void> {
    const Bucket = this.#settings.stagingBucket
    const { Contents = [] } = await this.#ask('remove a file', (s3) =>
      s3.client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: prefix })),
    )
    await this.remove(Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key])))
  }

  /**
   * A configuration object as text: undefined when it still is the one with this ETag, null when
   * there is none of that name.
   */
  async configuration(key: string, etag?: string): Promise<StoredObject | undefined | null> {
    return this.#ask('read the configuration', async (s3) => {
      try {
        const { Body, ETag } = await s3.client.send(
          new s3.GetObjectCommand({
            Bucket: this.#settings.configBucket,
            Key: key,
            ...(etag === undefined ? {} : { IfNoneMatch: etag }),
          }),
          soon(),
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
    return this.#ask('store a file', async (s3) => {
      try {
        const object = { ...this.#staged(key), Body: body, IfNoneMatch: '*' }
        await s3.client.send(new s3.PutObjectCommand(object))
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
    return this.#ask('read a file', async (s3) => {
      try {
        const { Body } = await s3.client.send(new s3.GetObjectCommand(this.#staged(key)))
        return Body as Readable
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    })
  }

  /** Whether there is a staged object of this name. */
  has(key: string): Promise<boolean> {
    return this.#ask('read a file', async (s3) => {
      try {
        await s3.client.send(new s3.HeadObjectCommand(this.#staged(key)))
        return true
      } catch (error) {
        if (statusOf(error) === 404) return false
        throw error
      }
    })
  }

  /** A staged object as text; null when there is none. */
  get(key: string): Promise<string | null> {
    return this.#ask('read a file', async (s3) => {
      try {
        const { Body } = await s3.client.send(new s3.GetObjectCommand(this.#staged(key)), soon())
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
    await this.#ask('be reached', (s3) =>
      s3.client.send(new s3.HeadBucketCommand({ Bucket: this.#settings.stagingBucket })),
    )
  }

  #staged(key: string) {
    return { Bucket: this.#settings.stagingBucket, Key: key }
  }

  async #ask<T>(what: string, request: (s3: S3) => Promise<T>): Promise<T> {
    try {
      return await request(await this.load())
    } catch (cause) {
      // A stream that was to be stored can fail by itself, with a reason for the user.
      if (cause instanceof Problem) throw cause
      throw unavailable(`the object store could not ${what} at the moment`, cause)
    }
  }
}

/** As the SDK's errors carry it. */
function statusOf(error: unknown): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}
