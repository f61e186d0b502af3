/** The object store: where bytes wait for the submit host, and where the configuration lies. */
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Problem, unavailable } from '../problem.ts'
import type { StoreSettings } from '../settings.ts'
import type { S3 } from './aws.ts'
import { found, statusOf } from './missing.ts'
import { SMALL_MS, soon } from './patience.ts'
import { upload } from './upload.ts'

export interface StoredObject {
  readonly text: string
  readonly etag: string | undefined
}

export interface PutOptions {
  readonly contentType?: string
  /** Ends the call; that of a small one where absent. */
  readonly signal?: AbortSignal
}

export interface StreamOptions extends PutOptions {
  /** Bytes, where it is known before. */
  readonly length?: number | undefined
  readonly encoding?: string | undefined
}

/** How often a write is repeated that another one disturbed, and after how many milliseconds. */
const CONFLICTS = 5
const CONFLICT_MS = 100

const BYTES = 'application/octet-stream'

const within = (abortSignal: AbortSignal) => ({ abortSignal })

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

  /**
   * Loads the library during the instance's start, when the processor is idle, instead of at the first
   * request.
   */
  load(): Promise<S3> {
    this.#s3 ??= import('./aws.ts').then(({ openS3 }) => openS3(this.#settings))
    return this.#s3
  }

  /** Stages bytes that are in memory. */
  async put(
    key: string,
    body: Buffer,
    { contentType = BYTES, signal = soon() }: PutOptions = {},
  ): Promise<void> {
    const object = { ...this.#staged(key), Body: body, ContentType: contentType }
    await this.#ask('store a file', (s3) =>
      s3.client.send(new s3.PutObjectCommand(object), within(signal)),
    )
  }

  /** Stages a stream, and ends it whatever happens. Throws what it threw, where that is a Problem. */
  putStream(
    key: string,
    body: Readable,
    { length, contentType = BYTES, encoding, signal }: StreamOptions = {},
  ): Promise<void> {
    const object = {
      ...this.#staged(key),
      ContentType: contentType,
      ...(encoding ? { ContentEncoding: encoding } : {}),
    }
    return this.#told('store a file', upload(this.load(), object, body, length, signal))
  }

  /** A URL that reads the staged object without credentials for `seconds`. */
  presign(key: string, seconds: number): Promise<string> {
    return this.#ask('make a URL', (s3) =>
      s3.getSignedUrl(s3.plain, new s3.GetObjectCommand(this.#staged(key)), { expiresIn: seconds }),
    )
  }

  async remove(keys: readonly string[], signal = soon()): Promise<void> {
    if (keys.length === 0) return
    await this.#ask('remove a file', (s3) =>
      s3.client.send(
        new s3.DeleteObjectsCommand({
          Bucket: this.#settings.stagingBucket,
          Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
        }),
        within(signal),
      ),
    )
  }

  /** Removes all objects whose names begin so; a thousand at most, more than there ever are. */
  async removeFolder(prefix: string): Promise<void> {
    const Bucket = this.#settings.stagingBucket
    const { Contents = [] } = await this.#ask('remove a file', (s3) =>
      s3.client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: prefix }), within(soon())),
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
          within(soon()),
        )
        return { text: (await Body?.transformToString('utf8')) ?? '', etag: ETag }
      } catch (error) {
        if (statusOf(error) === 304) return undefined
        if (statusOf(error) === 404) return null
        throw error
      }
    })
  }

  /**
   * Stages an object unless there is one of this name; of several at once, one gets true. `text` is to be
   * like no other's: by it an object is known as our own, whose writing was not answered and was repeated.
   */
  putIfAbsent(key: string, text: string): Promise<boolean> {
    return this.#ask('store a file', async (s3) => {
      const object = { ...this.#staged(key), Body: Buffer.from(text), IfNoneMatch: '*' }
      const signal = soon()
      for (let left = CONFLICTS; ; left--) {
        try {
          await s3.client.send(new s3.PutObjectCommand(object), within(signal))
          return true
        } catch (error) {
          if (statusOf(error) === 412) return (await this.get(key, signal)) === text
          // S3 wants it repeated (API PutObject, ConditionalRequestConflict): nobody else may have got it.
          if (statusOf(error) !== 409 || left === 0) throw error
          await sleep(CONFLICT_MS * Math.random(), undefined, { signal })
        }
      }
    })
  }

  /** The bytes of a staged object as they come; null when there is none. */
  open(key: string): Promise<Readable | null> {
    return this.#ask('read a file', async (s3) => {
      // The beginning is to come soon; all of it may take longer.
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(), SMALL_MS)
      try {
        const get = new s3.GetObjectCommand(this.#staged(key))
        const object = await found(s3.client.send(get, within(late.signal)))
        return (object?.Body ?? null) as Readable | null
      } finally {
        clearTimeout(timer)
      }
    })
  }

  /** Whether there is a staged object of this name. */
  has(key: string): Promise<boolean> {
    return this.#ask('read a file', async (s3) => {
      const head = new s3.HeadObjectCommand(this.#staged(key))
      return (await found(s3.client.send(head, within(soon())))) !== null
    })
  }

  /** A staged object as text; null when there is none. */
  get(key: string, signal = soon()): Promise<string | null> {
    return this.#ask('read a file', async (s3) => {
      const get = new s3.GetObjectCommand(this.#staged(key))
      const object = await found(s3.client.send(get, within(signal)))
      return object && ((await object.Body?.transformToString('utf8')) ?? '')
    })
  }

  /** Resolves when the staging bucket answers. */
  async ping(): Promise<void> {
    await this.#ask('be reached', (s3) =>
      s3.client.send(
        new s3.HeadBucketCommand({ Bucket: this.#settings.stagingBucket }),
        within(soon()),
      ),
    )
  }

  #staged(key: string) {
    return { Bucket: this.#settings.stagingBucket, Key: key }
  }

  #ask<T>(what: string, request: (s3: S3) => Promise<T>): Promise<T> {
    return this.#told(what, this.load().then(request))
  }

  async #told<T>(what: string, work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (cause) {
      // A stream that was to be stored can fail by itself, with a reason for the user.
      if (cause instanceof Problem) throw cause
      throw unavailable(`the object store could not ${what} at the moment`, cause)
    }
  }
}
