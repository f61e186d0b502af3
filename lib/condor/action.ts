/** What an account does to its own jobs in the queue. */
import type { JobName } from '../request/job-name.ts'
import { stateNumber } from './classad.ts'
import type { Operation } from './gate.ts'

export type Action = 'remove' | 'hold' | 'release' | 'prio'

/** Which of the account's jobs: those that are named and in one of the states, where these are given. */
export interface Selection {
  readonly jobs?: readonly JobName[]
  /** Words of the column Status. */
  readonly states?: ReadonlySet<string>
}

/**
 * What became of a job that was named: done; it was so already; its state does not allow it; the
 * schedd refused; it is another user's; it has ended; there is none; nobody could be asked of it.
 */
export type Outcome = (typeof OUTCOMES)[number]

const OUTCOMES = [
  'done',
  'already',
  'state',
  'failed',
  'other',
  'finished',
  'unknown',
  'unsettled',
] as const

export interface ActionResult {
  /** How many jobs it was done to. */
  readonly jobs: number
  /** The answer of an earlier attempt was lost: `jobs` and `outcomes` tell only of what that one left. */
  readonly repeated: boolean
  /** For each of the selection's `jobs`, in their order. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly jobs: number }[]
}

/** Acts on the selected jobs, each for itself: one that cannot be does not keep the others. */
export const actOnJobs = (
  account: string,
  action: Action,
  { jobs, states }: Selection,
  priority?: number,
): Operation<ActionResult> => ({
  request: {
    op: 'act',
    account,
    action,
    ...(jobs && {
      jobs: jobs.map(({ cluster, proc }) => (proc === undefined ? [cluster] : [cluster, proc])),
    }),
    ...(states && { states: [...states].map(stateNumber) }),
    ...(priority !== undefined && { priority }),
  },
  read(stdout, repeated = false) {
    const reply = JSON.parse(stdout)
    const outcomes = reply.outcomes.map(([outcome, count]: [Outcome, number]) => {
      if (!OUTCOMES.includes(outcome) || !Number.isSafeInteger(count)) throw new Error('no outcome')
      return { outcome, jobs: count }
    })
    if (!Number.isSafeInteger(reply.jobs) || outcomes.length !== (jobs?.length ?? 0)) {
      throw new Error('not an outcome for each job')
    }
    return { jobs: reply.jobs, repeated, outcomes }
  },
})

/** Removes every job of the account. */
export const removeJobs = (account: string): Operation<ActionResult> => ({
  request: { op: 'remove', account },
  read(stdout, repeated = false) {
    const { removed } = JSON.parse(stdout)
    if (!Number.isSafeInteger(removed)) throw new Error('no count of removed jobs')
    return { jobs: removed, repeated, outcomes: [] }
  },
})
