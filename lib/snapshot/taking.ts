/** A snapshot in the making. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobRow } from './job-row.ts'
import type { Snapshot } from './state.ts'

/** The rows as the schedd sends them, for the one reader whose turn it is. */
export interface Taking {
  /** Of the snapshot that it will be. */
  readonly id: string
  rows(): AsyncGenerator<JobRow[]>
  /** When the schedd was asked. */
  readonly taken: number
  /** Once `rows` has ended; stays undefined where the store does not work. */
  snapshot: Snapshot | undefined
}

/**
 * A taking whose rows have begun to come. Where they do not come within `patience` (milliseconds) it is the old
 * snapshot, and `late` is told. The taking then goes on for as long as the instance runs: one that is frozen with its
 * answer loses the turn, and the next reader takes another.
 */
export async function soonOr(
  taking: Taking,
  old: Snapshot,
  patience: number,
  late: () => Promise<void>,
): Promise<Snapshot | Taking> {
  const rows = taking.rows()
  const first = rows.next()
  const waiting = new AbortController()
  const tired = sleep(patience, 'tired', { signal: waiting.signal }).catch(() => undefined)
  const winner = await Promise.race([tired, first.catch(() => undefined)])
  waiting.abort()
  if (winner === 'tired') {
    void drain(first, rows).catch(() => {})
    await late()
    return old
  }
  taking.rows = () => resumed(first, rows)
  return taking
}

type Rows = AsyncGenerator<JobRow[]>

async function* resumed(first: ReturnType<Rows['next']>, rows: Rows): Rows {
  try {
    const { done, value } = await first
    if (!done) yield value
    yield* rows
  } finally {
    await rows.return(undefined)
  }
}

async function drain(first: ReturnType<Rows['next']>, rows: Rows): Promise<void> {
  await first
  for await (const _ of rows);
}
