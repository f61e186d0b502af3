/** The state of the scheduler: the daemons' own ads, and the short question whether it answers. */
import type { ClassAd } from './classad.ts'
import type { Operation } from './gate.ts'

export interface SchedulerState {
  readonly schedds: readonly ClassAd[]
  /** One ad for each slot of the pool. */
  readonly slots: readonly ClassAd[]
  readonly negotiators: readonly ClassAd[]
  /** One ad for each user with jobs in the queue, counts as of the schedd's last update. */
  readonly submitters: readonly ClassAd[]
}

export const schedulerState: Operation<SchedulerState> = {
  request: { op: 'status' },
  read(stdout) {
    const { schedds, slots, negotiators, submitters } = JSON.parse(stdout)
    const complete = [schedds, slots, negotiators, submitters].every(Array.isArray)
    if (!complete) throw new Error('no scheduler state')
    return { schedds, slots, negotiators, submitters }
  },
}

/** Asks the schedd itself for a sign of life; gives its name. */
export const ping: Operation<string> = {
  request: { op: 'ping' },
  read(stdout) {
    const { schedd } = JSON.parse(stdout)
    if (typeof schedd !== 'string') throw new Error('the schedd did not say its name')
    return schedd
  },
}
