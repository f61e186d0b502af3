/** What the scheduled check found last, kept in the object store so that it outlives every instance. */

import type { Load } from './load.ts'

/** Its key in the staging bucket. */
export const STATE = 'health/state.json'

export interface HealthState {
  /** Epoch milliseconds. */
  readonly checkedAt: number
  readonly available: boolean
  /** When it last became available, epoch milliseconds; absent while it is not. */
  readonly upSince?: number
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[]
  readonly notes?: readonly string[]
  readonly load?: Load
}

/** The state after a check; `upSince` moves only when the service comes up. */
export function nextState(
  previous: HealthState | undefined,
  found: Pick<HealthState, 'faults' | 'notes' | 'load'>,
  now: number,
): HealthState {
  const state = { ...found, checkedAt: now }
  if (found.faults.length > 0) return { ...state, available: false }
  const upSince = previous?.available ? (previous.upSince ?? now) : now
  return { ...state, available: true, upSince }
}

/** Undefined where the text is not such a state: the next check writes a new one. */
export function parseState(text: string): HealthState | undefined {
  try {
    const { checkedAt, available, upSince, faults, notes, load } = JSON.parse(text)
    const good =
      Number.isSafeInteger(checkedAt) &&
      typeof available === 'boolean' &&
      (upSince === undefined || Number.isSafeInteger(upSince)) &&
      Array.isArray(faults)
    if (!good) return undefined
    return {
      checkedAt,
      available,
      faults: faults.map(String),
      ...(upSince === undefined ? {} : { upSince }),
      ...(Array.isArray(notes) ? { notes: notes.map(String) } : {}),
      ...(load?.jobs ? { load } : {}),
    }
  } catch {
    return undefined
  }
}
