/** When an account last changed the queue: its next list must show that. */
import type { ObjectStore } from '../staging/object-store.ts'
import { soonAfter } from '../staging/patience.ts'
import { writtenKey } from './state.ts'

/**
 * To be awaited between the end of an operation and its answer. Never rejects. A store that does not
 * answer must not keep the caller waiting beyond the deadline: then lists come from the schedd anyway.
 */
export async function noteWrite(
  store: ObjectStore,
  account: string,
  deadline: number,
): Promise<void> {
  const signal = soonAfter(deadline)
  await store.put(writtenKey(account), Buffer.from(String(Date.now())), { signal }).catch(() => {})
}

/** Epoch milliseconds at which the account's last operation had ended, 0 where it had none lately. */
export const writtenAt = async (store: ObjectStore, account: string): Promise<number> =>
  Number(await store.get(writtenKey(account))) || 0
