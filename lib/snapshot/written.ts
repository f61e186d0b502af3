/** When an account last changed the queue: its next list must show that. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ObjectStore } from '../staging/object-store.ts'
import { writtenKey } from './state.ts'

/** No operation goes on for longer: a function ends after 28 s. */
const LONGEST_MS = 30_000

/** A store that does not answer must not keep the caller waiting: then lists come from the schedd anyway. */
const PATIENCE_MS = 3_000

/**
 * To be called while the operation goes on, and awaited before its answer: what the schedd is asked
 * before the operation can have ended does not count for this account. Never rejects.
 */
export async function noteWrite(store: ObjectStore, account: string): Promise<void> {
  const until = String(Date.now() + LONGEST_MS)
  const noted = store.put(writtenKey(account), Buffer.from(until)).catch(() => {})
  await Promise.race([noted, sleep(PATIENCE_MS, undefined, { ref: false })])
}

/** Epoch milliseconds by when the account's last operation has ended, 0 where it had none lately. */
export const writtenUntil = async (store: ObjectStore, account: string): Promise<number> =>
  Number(await store.get(writtenKey(account))) || 0
