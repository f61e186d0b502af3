/** The expressions among the attributes of jobs, told as `condor_q -af` tells them. */
import { Evaluation, isExpression } from '../classad/evaluation.ts'
import { logLine } from '../log/log.ts'
import { type ClassAd, integer } from './classad.ts'
import type { Connection } from './connection.ts'
import { type Operation, perform } from './gate.ts'

/** What the usual expressions are made of, beside the columns. Idle jobs have none of it: each would cost the list a percent. */
const REFERRED = ['MemoryUsage', 'ResidentSetSize']
/** Those which may be any expression, of all that are shown: as submit-host/gate/job_attributes.py says. */
const REQUESTS = ['RequestCpus', 'RequestMemory', 'RequestDisk']

/** Jobs and clusters in one question, and jobs that wait for its answer. */
const MOST_NAMES = 200
const MOST_JOBS = 20_000
/** Nobody waits long for three numbers: without them the list is still whole. */
const PATIENCE_MS = 8_000

export const withReferred = (attributes: readonly string[]): string[] => [
  ...new Set([...attributes, ...REFERRED]),
]

/** Ads with `attributes` as they come; those with an expression that only HTCondor can tell come last. */
export async function* evaluated(
  connection: Connection,
  batches: AsyncIterable<ClassAd[]>,
  attributes: readonly string[],
  deadline: number,
): AsyncGenerator<ClassAd[]> {
  const evaluation = new Evaluation(attributes)
  const open: ClassAd[] = []
  const clusters = new Set<number>()
  for await (const ads of batches) {
    const told = ads.filter((ad) => {
      evaluation.settle(ad)
      if (!REQUESTS.some((name) => isExpression(ad[name]))) return true
      const cluster = integer(ad, 'ClusterId') ?? 0
      if (open.length >= MOST_JOBS || (clusters.size >= MOST_NAMES && !clusters.has(cluster))) {
        return true
      }
      clusters.add(cluster)
      open.push(ad)
      return false
    })
    yield told
  }
  if (open.length === 0) return
  await settle(
    connection,
    open,
    [...clusters].map((cluster) => [cluster]),
    deadline,
  )
  yield open
}

/** The same of a few, of one cluster, that are in the queue or in the history. */
export async function evaluatedJobs(
  connection: Connection,
  ads: ClassAd[],
  attributes: readonly string[],
  deadline: number,
): Promise<ClassAd[]> {
  const evaluation = new Evaluation(attributes)
  for (const ad of ads) {
    evaluation.rename(ad)
    evaluation.settle(ad)
  }
  const isOpen = (ad: ClassAd) => REQUESTS.some((name) => isExpression(ad[name]))
  const open = ads.filter(isOpen)
  if (open.length === 0) return ads
  const names =
    open.length > 1 ? [[integer(open[0] ?? {}, 'ClusterId') ?? 0]] : open.map((ad) => idOf(ad))
  await settle(connection, open, names, deadline)
  const left = open.filter(isOpen)
  if (left.length > 0) await settle(connection, left, names, deadline, true)
  return ads
}

const idOf = (ad: ClassAd) => [integer(ad, 'ClusterId') ?? 0, integer(ad, 'ProcId') ?? 0]

/** Puts the numbers of HTCondor's into the ads. Without them they stay as they are: that is logged, and no error. */
async function settle(
  connection: Connection,
  ads: readonly ClassAd[],
  jobs: readonly (readonly number[])[],
  deadline: number,
  ended = false,
): Promise<void> {
  try {
    const until = Math.min(deadline, Date.now() + PATIENCE_MS)
    const values = await perform(connection, askValues(jobs, ended), until)
    for (const ad of ads) Object.assign(ad, values.get(idOf(ad).join(' ')))
  } catch (error) {
    logLine('values', { jobs: ads.length }, error)
  }
}

/** By `<cluster> <proc>`: null where there is no number. */
const askValues = (
  jobs: readonly (readonly number[])[],
  ended: boolean,
): Operation<Map<string, Record<string, number | null>>> => ({
  request: { op: 'values', jobs, attributes: REQUESTS, ...(ended && { ended }) },
  read: (stdout) =>
    new Map(
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [cluster, proc, ...values] = line.split(' ')
          return [
            `${cluster} ${proc}`,
            Object.fromEntries(REQUESTS.map((name, i) => [name, finite(values[i])])),
          ]
        }),
    ),
})

/** `undefined` and `error` are HTCondor's words for no number. */
function finite(word: string | undefined): number | null {
  const value = Number(word)
  return Number.isFinite(value) ? value : null
}
