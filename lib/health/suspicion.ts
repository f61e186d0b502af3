/** What a request found out before the scheduled check could: that a part of the service does not answer. */
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
