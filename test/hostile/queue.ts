/** The jobs that came of it, as the schedd has them: each must be like any other job of alice. */
import { VM } from './attempt.ts'
import type { Root } from './canary.ts'
import { CANARY } from './description.ts'

const ATTRIBUTES = [
  ...['ClusterId', 'ProcId', 'Owner', 'User', 'JobUniverse', 'JobStatus', 'JobNotification'],
  ...['AcctGroup', 'AcctGroupUser', 'AccountingGroup', 'ProcRequestId', 'VMAMI', 'VMInstanceType'],
  ...['JobBatchName', 'RemoteHost', 'VMImage', 'PeriodicHoldReason', 'HoldReason', 'RequestMemory'],
  ...['NumJobStarts', 'QDate', 'JobPrio', 'RemoteWallClockTime', 'ImageSize', 'DiskUsage', 'Cmd'],
  ...['TransferExecutable', 'Requirements'],
] as const

export type Job = Readonly<Partial<Record<(typeof ATTRIBUTES)[number], unknown>>>

/** Jobs of clusters above `last`: those in the queue, factories, and those that have ended. */
export async function jobsAfter(root: Root, last: number): Promise<Job[]> {
  const wanted = `-json -attributes ${ATTRIBUTES} -constraint 'ClusterId > ${last}'`
  const parts = await Promise.all(
    ['condor_q -allusers', 'condor_q -allusers -factory', 'condor_history'].map(async (command) => {
      const { stdout } = await root(`${command} ${wanted}`)
      return JSON.parse(stdout.trim() || '[]') as Record<string, unknown>[]
    }),
  )
  return parts.flat().map(asNamed)
}

/** The ad has the names as the description wrote them, in whatever case. */
function asNamed(ad: Record<string, unknown>): Job {
  const found = Object.entries(ad).map(([name, value]) => [name.toLowerCase(), value])
  const values = Object.fromEntries(found)
  return Object.fromEntries(ATTRIBUTES.map((name) => [name, values[name.toLowerCase()]]))
}

/** What the schedd's rule accepts, and what JSON adds. */
const LONGEST = 20_000

const own = (job: Job) => [undefined, job.Owner]

const RULES: Partial<Record<(typeof ATTRIBUTES)[number], (value: unknown, job: Job) => boolean>> = {
  Owner: (value) => value === 'alice',
  User: (value) => value === 'alice@condor.test',
  JobUniverse: (value) => value === 5,
  // A factory, which makes the jobs, has no ProcId and may have no state.
  JobStatus: (value, { ProcId }) =>
    [1, 2, 3, 4, 5, 6].includes(value as number) || (value === undefined && ProcId === undefined),
  JobNotification: (value) => value === undefined || value === 0,
  AcctGroup: (value) => value === undefined || value === 'nice-user',
  AcctGroupUser: (value, job) => own(job).includes(value),
  AccountingGroup: (value, job) => [...own(job), `nice-user.${job.Owner}`].includes(value),
  Cmd: (value) => value === `${CANARY}/work`,
  TransferExecutable: (value) => value === false,
  VMAMI: (value) => value === VM.image,
  VMInstanceType: (value) => value === VM.flavor,
}

/** Whether an expression is `(requirement) && (...)`, as condor_q -json shows it, and what is between those brackets is all. */
function requires(shown: unknown, requirement: string): boolean {
  const [, text = ''] = /^\/Expr\((.*)\)\/$/s.exec(String(shown)) ?? []
  const start = `(${requirement}) && (`
  if (!text.startsWith(start)) return false
  const signs = text.slice(start.length).replace(/"(?:[^"\\]|\\.)*"/gs, '')
  let depth = 1
  let at = 0
  for (; at < signs.length && depth > 0; at += 1) {
    if (signs[at] === '(') depth += 1
    if (signs[at] === ')') depth -= 1
  }
  return depth === 0 && at === signs.length
}

/** What of a job is not as any job of the service is; undefined where nothing is. */
export function oddity(job: Job, requirement?: string): string | undefined {
  if (requirement && !requires(job.Requirements, requirement)) {
    return `Requirements are ${String(job.Requirements).slice(0, 100)}`
  }
  for (const [name, holds] of Object.entries(RULES)) {
    const value = job[name as keyof Job]
    if (!holds(value, job)) return `${name} is ${JSON.stringify(value)?.slice(0, 100)}`
  }
  // The list shows them to everybody.
  const { length } = JSON.stringify({ ...job, Requirements: undefined })
  if (length > LONGEST) return `${length} characters of it are shown`
  return undefined
}
