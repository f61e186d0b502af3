/** Many submissions while everything breaks now and then; in the end every key has exactly one cluster. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Site, startDetours } from '../faults/detour.ts'
import { Client, type Job } from './client.ts'
import type { HostFault } from './host-faults.ts'
import { type Random, seeded } from './random.ts'
import { type Tally, tally } from './tally.ts'

export interface Plan {
  readonly seed: number
  readonly jobs: number
  readonly clients: number
  /** Share of the attempts that meet a fault of their own, 0 to 1. */
  readonly share: number
  /** What befalls submit host and store, all of it this often in the whole soak. */
  readonly hostFaults: Readonly<Record<string, HostFault>>
  readonly rounds: number
  /** Told how many jobs have been through. */
  readonly progress?: (done: number) => void
  /** Aborting ends the soak early: it rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface Outcome extends Tally {
  readonly seconds: number
  /** How many faults came true, by kind. */
  readonly faults: Readonly<Record<string, number>>
  /** How many answers there were, by status. */
  readonly statuses: Readonly<Record<string, number>>
}

/** Attempts at a key when nothing breaks any more; a claim can outlast its fault by two minutes. */
const LAST_TRIES = 150

/** Rejects where it could not do its work, by a fault that could not be made or mended for instance; all of it has ended then, too. */
export async function soak(site: Site, plan: Plan): Promise<Outcome> {
  const started = Date.now()
  const random = seeded(plan.seed)
  const faults: Record<string, number> = {}
  const note = (kind: string, times = 1) => {
    faults[kind] = (faults[kind] ?? 0) + times
  }
  const detours = await startDetours(site, plan.clients)
  const clients = detours.ways.map(
    (way) => new Client(way, seeded(random.whole(0, 2 ** 31)), plan.share, note),
  )
  const jobs = Array.from({ length: plan.jobs }, (_, index) => jobOf(plan.seed, index, random))
  const failed = new AbortController()
  const signal = AbortSignal.any([failed.signal, ...(plan.signal ? [plan.signal] : [])])
  signal.addEventListener('abort', () => {
    for (const client of clients) client.stop()
  })
  const orFail = (work: Promise<void>) => work.catch((error) => failed.abort(error))
  try {
    let done = 0
    const weather = breakHost(site, plan, random, note, () => done, signal)
    const submissions = each(clients, jobs, async (client, job) => {
      await client.submit(job)
      done++
      plan.progress?.(done)
    })
    await Promise.all([orFail(weather), orFail(submissions)])
    await Promise.all(clients.map((client) => client.quiet()))
    await each(clients, jobs, (client, job) => client.settle(job, LAST_TRIES))
    signal.throwIfAborted()
    const statuses: Record<string, number> = {}
    for (const { statusCode } of jobs.flatMap(({ answers }) => answers)) {
      statuses[statusCode] = (statuses[statusCode] ?? 0) + 1
    }
    const seconds = Math.round((Date.now() - started) / 1000)
    return { ...(await tally(site, jobs)), seconds, faults, statuses }
  } finally {
    for (const client of clients) client.stop()
    await detours.close()
  }
}

/** Most stay in the queue; some run at once, and are in the history when they are looked for. */
function jobOf(seed: number, index: number, random: Random): Job {
  const account = random.pick(['alice', 'bob'])
  const key = `soak-${seed}-${index}`
  const description = random.chance(0.05) ? 'queue\n' : 'hold = true\nqueue\n'
  const program = random.chance(0.3) ? { program: Buffer.alloc(random.whole(1, 200_000), '#') } : {}
  return { wanted: { account, key, description, ...program }, answers: [] }
}

/** Each client takes the next job when it has done with one. */
async function each(
  clients: readonly Client[],
  jobs: readonly Job[],
  work: (client: Client, job: Job) => Promise<void>,
): Promise<void> {
  const left = jobs.values()
  await Promise.all(
    clients.map(async (client) => {
      for (const job of left) await work(client, job)
    }),
  )
}

/** Spreads the host's faults over the soak, in an order of the seed's. */
async function breakHost(
  site: Site,
  { hostFaults, rounds, jobs }: Plan,
  random: Random,
  note: (kind: string, times: number) => void,
  done: () => number,
  signal: AbortSignal,
): Promise<void> {
  const order = Array.from({ length: rounds }, () => random.shuffled(Object.entries(hostFaults)))
  const all = order.flat()
  for (const [index, [kind, fault]] of all.entries()) {
    while (done() < ((index + 0.5) / all.length) * jobs) await sleep(20, undefined, { signal })
    note(kind, await fault(site, random))
  }
}
