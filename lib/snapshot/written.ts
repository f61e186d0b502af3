/** When an account last changed the queue: its next list must show that. */
import type { ObjectStore } from '../staging/object-store.ts'
import { soonAfter } from '../staging/patience.ts'
import { writtenKey } from './state.ts'

/**
 * A note counts for so long beyond its moment. Who submits job after job writes one note in that time and not one
 * with each: measured, a sixth of what a submission costs. Their lists are asked of the schedd meanwhile.
 */
const AHEAD_MS = 1_000
/** Notes of several instances can arrive in another order than they were made in. */
const DISORDER_MS = 250

/** Until when this instance's notes count, by account. */
const noted = new Map<string, number>()

/**
 * To be awaited between the end of an operation and its answer. Never rejects. A store that does not
 * answer must not keep the caller waiting beyond the deadline: then lists come from the schedd anyway.
 */
export async function noteWrite(
  store: ObjectStore,
  account: string,
  deadline: number,
): Promise<void> {
  const now = Date.now()
  if ((noted.get(account) ?? 0) > now + DISORDER_MS) return
  const until = now + AHEAD_MS
  const signal = soonAfter(deadline)
  await store.put(writtenKey(account), Buffer.from(String(until)), { signal }).then(
    () => noted.set(account, until),
    () => {},
  )
}

/**
 * Epoch milliseconds: a snapshot that was taken later shows what the account did last. 0 where it did
 * nothing lately.
 */
export const writtenAt = async (store: ObjectStore, account: string): Promise<number> =>
  Number(await store.get(writtenKey(account))) || 0
