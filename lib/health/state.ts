/** What the scheduled check found last, kept in the object store so that it outlives every instance. */

export interface HealthState {
  /** Epoch milliseconds. */
  readonly checkedAt: number
  readonly available: boolean
  /** When it last became available, epoch milliseconds; absent while it is not. */
  readonly upSince?: number
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[]
}

/** The state after a check; `upSince` moves only when the service comes up. */
export function nextState(
  previous: HealthState | undefined,
  faults: readonly string[],
  now: number,
): HealthState {
  if (faults.length > 0) return { checkedAt: now, available: false, faults }
  const upSince = previous?.available ? (previous.upSince ?? now) : now
  return { checkedAt: now, available: true, upSince, faults }
}

/** Undefined where the text is not such a state: the next check writes a new one. */
export function parseState(text: string): HealthState | undefined {
  try {
    const { checkedAt, available, upSince, faults } = JSON.parse(text)
    const good =
      Number.isSafeInteger(checkedAt) &&
      typeof available === 'boolean' &&
      (upSince === undefined || Number.isSafeInteger(upSince)) &&
      Array.isArray(faults)
    if (!good) return undefined
    const state = { checkedAt, available, faults: faults.map(String) }
    return upSince === undefined ? state : { ...state, upSince }
  } catch {
    return undefined
  }
}
