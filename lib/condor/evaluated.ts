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

/** Clusters in one question, and jobs that wait for the answers. */
const MOST_NAMES = 200
const MOST_JOBS = 20_000
/** The gate ends a question after 3 s, and says so. Whoever does not wait for that gives up the whole connection. */
const QUESTION_MS = 6_000
/** Everybody's list waits for the answers: no question begins later, and without answers the list is still whole. */
const PATIENCE_MS = 4_000
/** An owner whose expressions HTCondor could not tell in time is passed over for so long. */
const SPARED_MS = 60_000

/** Until when nobody is asked about an owner's jobs, in epoch milliseconds. */
const spared = new Map<string, number>()

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
  const requests = REQUESTS.filter((name) => attributes.includes(name))
  const evaluation = new Evaluation(attributes)
  const open = new Map<string, ClassAd[]>()
  let waiting = 0
  for await (const ads of batches) {
    const told = ads.filter((ad) => {
      // Whoever refers to a request in small letters has HTCondor name it so.
      if (requests.some((name) => ad[name] === undefined)) evaluation.rename(ad)
      evaluation.settle(ad)
      if (waiting >= MOST_JOBS || !requests.some((name) => isExpression(ad[name]))) return true
      waiting += 1
      const owner = String(ad.Owner)
      const others = open.get(owner)
      if (others) others.push(ad)
      else open.set(owner, [ad])
      return false
    })
    yield told
  }
  if (open.size === 0) return
  await settleByOwner(connection, open, deadline)
  yield [...open.values()].flat()
}

/** One owner's expressions cannot keep the values of another's from the list: who has fewest jobs is asked about first. */
async function settleByOwner(
  connection: Connection,
  open: ReadonlyMap<string, readonly ClassAd[]>,
  deadline: number,
): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  const byNumber = [...open].sort(([, some], [, others]) => some.length - others.length)
  for (const [owner, ads] of byNumber) {
    if ((spared.get(owner) ?? 0) > Date.now()) continue
    const clusters = Map.groupBy(ads, (ad) => integer(ad, 'ClusterId') ?? 0)
    const names = [...clusters.keys()]
    for (let at = 0; at < names.length; at += MOST_NAMES) {
      if (Date.now() > until) return
      const some = names.slice(at, at + MOST_NAMES)
      const theirs = some.flatMap((cluster) => clusters.get(cluster) ?? [])
      const jobs = some.map((cluster) => [cluster])
      if (await settle(connection, theirs, jobs, deadline)) continue
      spared.set(owner, Date.now() + SPARED_MS)
      break
    }
  }
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

/** Puts the numbers of HTCondor's into the ads. Without them, which is logged, they stay as they are: then it is false. */
async function settle(
  connection: Connection,
  ads: readonly ClassAd[],
  jobs: readonly (readonly number[])[],
  deadline: number,
  ended = false,
): Promise<boolean> {
  const until = Math.min(deadline, Date.now() + QUESTION_MS)
  try {
    const values = await perform(connection, askValues(jobs, ended), until)
    for (const ad of ads) Object.assign(ad, values.get(idOf(ad).join(' ')))
    return true
  } catch (error) {
    logLine('values', { jobs: ads.length }, error)
    return false
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
