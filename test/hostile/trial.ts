/** Descriptions are tried, and everything is looked at that could have gone wrong: a list of findings. */
import { setTimeout as sleep } from 'node:timers/promises'
import { attemptAll, complaint, type Ending, type Way } from './attempt.ts'
import type { Canary, Root } from './canary.ts'
import type { Hostile } from './description.ts'
import { jobsAfter, oddity } from './queue.ts'

export interface Trial {
  readonly endings: readonly Ending[]
  /** A line each; where it is known, the id of the description comes first. */
  readonly findings: readonly string[]
}

export interface Setting {
  readonly root: Root
  readonly canary: Canary
  readonly until: (holds: () => Promise<boolean>, seconds?: number) => Promise<unknown>
  /** Asks for somebody else's list as the service has it; its HTTP status. */
  readonly list?: () => Promise<number>
}

/** Seconds. */
export interface Times {
  /** An answer comes within so many. */
  readonly limit: number
  /** Jobs have so many to come to an end: some would run for ever without the schedd's rules. */
  readonly patience?: number
  /** What was accepted stays in the queue for at least so many after the last submission. */
  readonly stay?: number
}

/** Ends when all jobs had their turn; then none of them is left. */
export async function tryAll(
  setting: Setting,
  hostiles: readonly Hostile[],
  ways: readonly Way[],
  { limit, patience = 200, stay = 0 }: Times,
): Promise<Trial> {
  const { root, canary, until } = setting
  await canary.forget()
  const watches = startWatches(setting)
  const first = await submitLast(root)
  const endings = await attemptAll(hostiles, ways)
  const stayed = sleep(stay * 1000)
  // One that hangs ends itself after 60 s.
  await until(async () => (await root('pgrep -x condor_submit')).stdout === '', 90)
  const last = await submitLast(root)
  // A job that is started again and again has had its turn. Seen on HTCondor 25, where the last one waited over 90 s.
  const early = `condor_q -allusers -const 'JobStatus == 2 && NumShadowStarts < 3' -af ClusterId`
  // The schedd starts jobs of its own host when it comes to them, which can be after the last one of the workers. Where
  // its rules refuse them they are not in the queue.
  const ofTheHost = `condor_q -allusers -const 'JobStatus <= 2 && (JobUniverse == 7 || JobUniverse == 12)' -af ClusterId`
  const running = `condor_q -allusers ${last} -af ClusterId; ${early}; ${ofTheHost}`
  const late = await until(async () => (await root(running)).stdout === '', patience).then(
    () => [],
    () => ['not all jobs had their turn, or some do not end'],
  )
  await stayed
  const findings = [
    ...late,
    ...(await watches()),
    ...endings.flatMap((ending) => complaint(ending, limit) ?? []),
    ...(await oddJobs(root, first, last, endings)),
    ...(await canary.findings(endings.map((ending) => ending.text))),
  ]
  await clear(setting, endings)
  return { endings, findings }
}

/**
 * Seconds that everybody else waits at most, whatever was submitted. For a list it is more where the other half of the
 * tests runs beside these, on the same two cores.
 */
const LONGEST_SILENCE = 5
const LONGEST_LIST = process.env.PROC_TEST_SLOW ? 5 : 10

/** Asks the schedd, and for another's list, all the while; the function that ends it gives the findings. */
function startWatches({ root, list }: Setting): () => Promise<string[]> {
  let over = false
  const watch = async (who: string, most: number, ask: () => Promise<boolean>) => {
    const findings = new Set<string>()
    while (!over) {
      const start = performance.now()
      if (!(await ask())) findings.add(`${who} gave no answer`)
      const seconds = (performance.now() - start) / 1000
      if (seconds > most) findings.add(`${who} took ${seconds.toFixed(1)} s`)
      await sleep(500)
    }
    return [...findings]
  }
  const question = 'timeout 60 condor_q -totals -constraint false'
  const watching = [
    watch('the schedd', LONGEST_SILENCE, async () => (await root(question)).status === 0),
    ...(list ? [watch("another's list", LONGEST_LIST, async () => (await list()) === 200)] : []),
  ]
  return async () => {
    over = true
    return (await Promise.all(watching)).flat()
  }
}

/** Queues a job of alice's that runs after all her others; its cluster. */
async function submitLast(root: Root): Promise<number> {
  const lines = 'executable = /bin/true\\npriority = -2147483647\\nqueue\\n'
  const { stdout, stderr } = await root(
    `printf '${lines}' | runuser -u alice -- env -C /home/alice condor_submit -terse -`,
  )
  const cluster = Number.parseInt(stdout, 10)
  if (!cluster) throw new Error(stderr)
  return cluster
}

async function oddJobs(
  root: Root,
  first: number,
  last: number,
  endings: readonly Ending[],
): Promise<string[]> {
  const byRequest = new Map(endings.map((ending) => [ending.request, ending]))
  const findings = new Set<string>()
  for (const job of await jobsAfter(root, first)) {
    // Beyond the last there is what other tests have put into the history.
    if (Number(job.ClusterId) >= last) continue
    const ending = byRequest.get(String(job.ProcRequestId))
    const name = ending?.hostile.name ?? `job ${job.ClusterId}`
    const odd = ending
      ? oddity(job, ending.requirement)
      : `ProcRequestId is ${JSON.stringify(job.ProcRequestId)}`
    if (odd) findings.add(`${name}: ${odd}`)
    // 503 is an outcome that was not known in time.
    if (ending && ![200, 503].includes(ending.status) && job.JobStatus !== 3) {
      findings.add(`${name}: was refused, and is queued`)
    }
  }
  return [...findings]
}

async function clear({ root, until }: Setting, endings: readonly Ending[]): Promise<void> {
  await root('condor_rm -all')
  await until(async () => {
    const { stdout } = await root(
      'condor_q -allusers -af ClusterId; condor_q -allusers -factory -af ClusterId',
    )
    // A job that leave_in_queue keeps.
    if (stdout !== '') await root(`condor_rm -forcex -constraint 'JobStatus == 3'`)
    return stdout === ''
  }, 90)
  const places = endings.map(({ request }) => `/home/alice/proc/${request}`)
  await root(`rm -rf ${places.join(' ')}`)
}
