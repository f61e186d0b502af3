/** When an account last changed the queue: its next list must show that. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ObjectStore } from '../staging/object-store.ts'
import { writtenKey } from './state.ts'

/** A store that does not answer must not keep the caller waiting: then lists come from the schedd anyway. */
const PATIENCE_MS = 3_000

/** To be awaited between the end of an operation and its answer. Never rejects. */
export async function noteWrite(store: ObjectStore, account: string): Promise<void> {
  const noted = store.put(writtenKey(account), Buffer.from(String(Date.now()))).catch(() => {})
  await Promise.race([noted, sleep(PATIENCE_MS, undefined, { ref: false })])
}

/** Epoch milliseconds at which the account's last operation had ended, 0 where it had none lately. */
export const writtenAt = async (store: ObjectStore, account: string): Promise<number> =>
  Number(await store.get(writtenKey(account))) || 0
