/** The two buckets of the service: made and filled in the local store, looked at in a store of the user's own. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { StoreKeys } from './host/ceph.ts'

export interface Store {
  endpoint: string
  region: string
  stagingBucket: string
  configBucket: string
  /** Undefined where the user's own AWS settings apply. */
  keys: StoreKeys | undefined
}

const client = ({ endpoint, region, keys }: Store) =>
  new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    ...(keys && { credentials: keys }),
  })

const PATIENCE = 60_000 // ms until radosgw has to take an object

/**
 * Makes both buckets and puts the configuration objects, trying until the store takes them: that
 * radosgw answers over HTTP does not mean yet that it can write.
 */
export async function fillBuckets(store: Store, config: Record<string, string>): Promise<void> {
  const s3 = client(store)
  const deadline = Date.now() + PATIENCE
  const insist = async (work: () => Promise<unknown>) => {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (Date.now() > deadline) {
          throw new Error('The local object store takes no objects', { cause: error })
        }
        await sleep(100)
      }
    }
  }
  const bucket = (name: string) => insist(() => s3.send(new CreateBucketCommand({ Bucket: name })))
  await Promise.all([bucket(store.stagingBucket), bucket(store.configBucket)])
  await Promise.all(
    Object.entries(config).map(([Key, Body]) =>
      insist(() => s3.send(new PutObjectCommand({ Bucket: store.configBucket, Key, Body }))),
    ),
  )
  s3.destroy()
}

/**
 * A store of the user's own is only read: it may serve others, who want no development passwords in
 * it. Throws an Error that names the objects it lacks.
 */
export async function checkBuckets(store: Store, names: readonly string[]): Promise<void> {
  const s3 = client(store)
  const missing: string[] = []
  for (const name of names) {
    try {
      await s3.send(new HeadObjectCommand({ Bucket: store.configBucket, Key: name }))
    } catch (error) {
      missing.push(`${name} (${error instanceof Error ? error.name : 'error'})`)
    }
  }
  s3.destroy()
  if (missing.length > 0) {
    throw new Error(
      `Bucket ${store.configBucket} at ${store.endpoint} must hold, readable: ${missing.join(', ')}`,
    )
  }
}
