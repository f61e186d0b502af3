/** What requests found out before the scheduled check could: that a part of the service does not answer, and which. */
import { Problem } from '../problem.ts'
import type { ObjectStore } from '../staging/object-store.ts'

/** Its key in the staging bucket. Where the store itself is down there is no state either, and everybody looks. */
const SUSPICION = 'health/suspicion'
const PATIENCE_MS = 1_000

/** Notes that a request waits for longer than it should, or was not served. Never rejects. */
export async function suspect(store: ObjectStore): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  await store.put(SUSPICION, Buffer.from(String(Date.now())), { signal }).catch(() => {})
}

/** The same where a request ended so. To be awaited by a function, which is frozen with its answer. */
export async function suspectAfter(store: ObjectStore, error: unknown): Promise<void> {
  if (error instanceof Problem && error.status === 503 && !error.expected) await suspect(store)
}

/** When the last request found so, in epoch milliseconds; 0 where none did, or nobody can say. */
export const suspectedAt = async (store: ObjectStore): Promise<number> =>
  Number(await store.get(SUSPICION).catch(() => 0)) || 0

/** What a request for availability found when it looked, for those that come soon after. */
const FOUND = 'health/found'

export interface Found {
  /** Epoch milliseconds. */
  readonly at: number
  readonly faults: readonly string[]
}

/** Never rejects: without the store everybody looks. */
export async function noteFound(store: ObjectStore, faults: readonly string[]): Promise<void> {
  const found: Found = { at: Date.now(), faults }
  const signal = AbortSignal.timeout(PATIENCE_MS)
  await store.put(FOUND, Buffer.from(JSON.stringify(found)), { signal }).catch(() => {})
}

/** Undefined where nobody looked, or nobody can say. */
export async function foundLately(store: ObjectStore): Promise<Found | undefined> {
  try {
    const { at, faults } = JSON.parse((await store.get(FOUND)) ?? '{}')
    return Number.isSafeInteger(at) && Array.isArray(faults)
      ? { at, faults: faults.map(String) }
      : undefined
  } catch {
    return undefined
  }
}
