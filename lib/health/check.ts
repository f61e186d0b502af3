/** Asking the parts that the service stands on: shallow for a monitor, deep for the schedule. */
import { randomUUID } from 'node:crypto'
import { integer, number } from '../condor/classad.ts'
import type { Connection } from '../condor/connection.ts'
import { perform } from '../condor/gate.ts'
import { ping, type Readiness, schedulerState } from '../condor/scheduler.ts'
import { logLine } from '../log/log.ts'
import { Problem, unavailable } from '../problem.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { configurationNotes } from './configuration.ts'
import { diskNotes } from './disks.ts'
import { type Load, loadOf } from './load.ts'

/** A negotiator that has not looked for so long, in seconds, gives no job a machine. */
const NEGOTIATOR_SECONDS = 900

export interface Parts {
  readonly store: ObjectStore
  readonly submitHost: Connection
}

export interface Findings {
  /** What is wrong, a sentence each; empty when all is well. */
  readonly faults: string[]
  /** What an operator should see to although the service works. */
  readonly notes?: string[]
  /** Jobs in the queue, what the scheduler bears, and the service's ssh sessions there, where the check asked. */
  readonly queueLength?: number
  readonly load?: Load
  readonly sessions?: number
}

/** Whether the submit host is ready and the store answers; by `deadline` (epoch milliseconds) it is known. */
export async function shallowCheck(parts: Parts, deadline: number): Promise<Findings> {
  const faults = await Promise.all([
    faultOf('the submit host', () => readiness(parts, deadline), deadline),
    faultOf('the object store', () => parts.store.ping(), deadline),
  ])
  return { faults: faults.filter((fault) => fault !== undefined) }
}

/**
 * Asks by a connection of its own: one that stands goes on while the host lets nobody in any more, and would hide that.
 * No other request of this instance uses it meanwhile.
 */
function readiness({ submitHost }: Parts, deadline: number): Promise<Readiness> {
  submitHost.close()
  return perform(submitHost, ping, deadline)
}

/** The submit host, a negotiator that worked lately, and an object written, read and removed. */
export async function deepCheck(parts: Parts, deadline: number): Promise<Findings> {
  let pressure: { queueLength: number; load: Load } | undefined
  let host: Readiness | undefined
  async function pool(): Promise<void> {
    host = await readiness(parts, deadline)
    const state = await perform(parts.submitHost, schedulerState, deadline)
    const queued = state.schedds.map((ad) => integer(ad, 'TotalJobAds') ?? 0)
    pressure = { queueLength: queued.reduce((sum, jobs) => sum + jobs, 0), load: loadOf(state) }
    const ends = state.negotiators.map((ad) => number(ad, 'LastNegotiationCycleEnd0') ?? 0)
    if (Date.now() / 1000 - Math.max(0, ...ends) > NEGOTIATOR_SECONDS) {
      throw new Problem(503, 'no negotiator has matched jobs to machines lately')
    }
  }
  let notes: string[] = []
  async function objects(): Promise<void> {
    await roundTrip(parts.store)
    notes = await configurationNotes(parts.store, parts.submitHost.host)
  }
  const faults = await Promise.all([
    faultOf('the submit host', pool, deadline),
    faultOf('the object store', objects, deadline),
  ])
  const found = faults.filter((fault) => fault !== undefined)
  const { disks = {}, sessions } = host ?? {}
  return {
    faults: found,
    notes: [...notes, ...diskNotes(disks)],
    ...pressure,
    ...(sessions === undefined ? {} : { sessions }),
  }
}

/** Writes an object, reads it and removes it again; rejects unless it came back as it was. */
async function roundTrip(store: ObjectStore): Promise<void> {
  const key = `health/${randomUUID()}`
  await store.put(key, Buffer.from(key))
  const read = await store.get(key)
  await store.remove([key])
  if (read !== key) throw unavailable('the object store does not give back what it was given')
}

/** What is wrong with a part, in a sentence; undefined when it answered well and in time. */
async function faultOf(part: string, probe: () => Promise<unknown>, deadline: number) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const wait = Math.max(0, deadline - Date.now())
    timer = setTimeout(() => reject(new Error('no answer in time')), wait)
  })
  try {
    await Promise.race([probe(), late])
    return undefined
  } catch (error) {
    logLine('health', {}, error)
    return error instanceof Problem ? error.message : `${part} does not answer`
  } finally {
    clearTimeout(timer)
  }
}
