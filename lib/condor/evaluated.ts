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

/** The most clusters that one question names. */
const MOST_CLUSTERS = 200
/** The most jobs that wait for answers. Of more, half of those of the owner who has most go without, and keep their expressions. */
const MOST_JOBS = 20_000
/** The gate ends a question after 3 s, and says so. Past the deadline of a question its connection, which others use, is given up. */
const QUESTION_MS = 6_000
/** No question begins with less time than this left, in which the gate's own limit passes. */
const NEEDED_MS = 4_000
/** Everybody's list waits for the answers: no question begins later, and without answers the list is still whole. */
const PATIENCE_MS = 4_000
/** A question that failed after this long may have been too much for HTCondor; one that failed sooner says nothing of its owner. */
const SLOW_MS = 2_500
/** For so long nobody asks about an owner's jobs, after a question that was too much. */
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
      if (!requests.some((name) => isExpression(ad[name]))) return true
      waiting += 1
      const owner = String(ad.Owner)
      const others = open.get(owner)
      if (others) others.push(ad)
      else open.set(owner, [ad])
      return false
    })
    yield told
    while (waiting > MOST_JOBS) {
      const released = halfOfTheMost(open)
      waiting -= released.length
      yield released
    }
  }
  if (open.size === 0) return
  await settleByOwner(connection, open, deadline)
  yield [...open.values()].flat()
}

/** Takes the later half of their jobs from the owner who has most. */
function halfOfTheMost(open: ReadonlyMap<string, ClassAd[]>): ClassAd[] {
  let most: ClassAd[] = []
  for (const ads of open.values()) if (ads.length > most.length) most = ads
  return most.splice(most.length >> 1)
}

/** One owner's expressions cannot keep the values of another's from the list: who has fewest jobs is asked about first. */
async function settleByOwner(
  connection: Connection,
  open: ReadonlyMap<string, readonly ClassAd[]>,
  deadline: number,
): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  const fewestFirst = [...open].sort(([, some], [, others]) => some.length - others.length)
  for (const [owner, ads] of fewestFirst) {
    if ((spared.get(owner) ?? 0) > Date.now()) continue
    const clusters = Map.groupBy(ads, (ad) => integer(ad, 'ClusterId') ?? 0)
    const ids = [...clusters.keys()]
    for (let at = 0; at < ids.length; at += MOST_CLUSTERS) {
      if (Date.now() > until) return
      const asked = ids.slice(at, at + MOST_CLUSTERS)
      const theirs = asked.flatMap((id) => clusters.get(id) ?? [])
      const begun = Date.now()
      const names = asked.map((id) => [id])
      if (await settle(connection, theirs, names, deadline)) continue
      if (Date.now() - begun > SLOW_MS) spared.set(owner, Date.now() + SPARED_MS)
      break
    }
  }
}

/**
 * Tells the expressions of a few jobs of one cluster, in the queue or in the history, in place. `deadline` is in epoch
 * milliseconds. Never rejects: what nobody can tell in time stays an expression.
 */
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

/** Puts HTCondor's numbers into the ads. Where it gives none in time the ads stay as they are, and it is false. */
async function settle(
  connection: Connection,
  ads: readonly ClassAd[],
  jobs: readonly (readonly number[])[],
  deadline: number,
  ended = false,
): Promise<boolean> {
  if (deadline - Date.now() < NEEDED_MS) return false
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
