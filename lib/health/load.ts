/** Whether the scheduler can take more: told by the last scheduled check, before anything is staged. */
import { integer, number, text } from '../condor/classad.ts'
import type { SchedulerState } from '../condor/scheduler.ts'
import { declined, unavailable } from '../problem.ts'

export interface Load {
  /** Share of the time that the busiest schedd works, 0 to 1; absent where it did not say. */
  readonly dutyCycle?: number
  /** Jobs in the queue by account. */
  readonly jobs: Readonly<Record<string, number>>
}

export interface Limits {
  /** Above this share the schedd falls behind: HTCondor's own advice is 0.95. */
  readonly dutyCycle: number
  readonly jobsPerAccount: number
}

/** The schedd tells of itself every few minutes, the check looks every one. */
const RETRY_SECONDS = 120

export function loadOf({ schedds, submitters }: SchedulerState): Load {
  const cycles = schedds.map((ad) => number(ad, 'RecentDaemonCoreDutyCycle') ?? 0)
  const jobs: Record<string, number> = { __proto__: null } as never
  for (const ad of submitters) {
    // Jobs with nice_user = true are those of the submitter nice-user.alice (seen with 23.9, 2026-11-26).
    const account = text(ad, 'Name')
      ?.replace(/^nice-user\./, '')
      .split('@', 1)[0]
    if (account === undefined) continue
    const counts = ['IdleJobs', 'RunningJobs', 'HeldJobs'].map((name) => integer(ad, name) ?? 0)
    jobs[account] = (jobs[account] ?? 0) + counts.reduce((sum, count) => sum + count)
  }
  return cycles.length > 0 ? { dutyCycle: Math.max(...cycles), jobs } : { jobs }
}

/** Problem 503 where one more submission of the account would be too much. */
export function refuseWhenBusy(load: Load | undefined, account: string, limits: Limits): void {
  if (load === undefined) return
  if ((load.dutyCycle ?? 0) > limits.dutyCycle) {
    throw unavailable('the scheduler is too busy to take more jobs', 'duty cycle', RETRY_SECONDS)
  }
  const jobs = Object.hasOwn(load.jobs, account) ? (load.jobs[account] ?? 0) : 0
  if (jobs >= limits.jobsPerAccount) {
    throw declined(
      `you have ${jobs} jobs in the queue, and ${limits.jobsPerAccount} are allowed; submit again when some have ended`,
      'jobs of the account',
      RETRY_SECONDS,
    )
  }
}
