/** The state of the scheduler: the daemons' own ads, and the short question whether it answers. */
import { unavailable } from '../problem.ts'
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

/** The revision of condor-gate's requests that is spoken here, see submit-host/gate/readiness.py. */
const REVISION = 2

/** What a file system has left, and what it has. */
export interface Disk {
  readonly bytes: readonly [left: number, all: number]
  readonly inodes: readonly [left: number, all: number]
}

/** The submit host, where a submission would work. */
export interface Readiness {
  /** The schedd's name; empty while it is silent because it takes a large submission. */
  readonly schedd: string
  /** Ssh connections that the service has open there. */
  readonly sessions?: number
  readonly disks: Readonly<Record<string, Disk>>
}

/**
 * Asks for all that a submission needs there: sudo and its programs, a place for the record, the schedd itself.
 * Throws a Problem (503) that names the part which is not as it should be, and, where service and gate are of
 * versions that do not fit, the command that mends it.
 */
export const ping: Operation<Readiness> = {
  request: { op: 'ping' },
  read(stdout) {
    const { schedd, gate = 1, oldest = 1, sessions, disks } = JSON.parse(stdout)
    if (typeof schedd !== 'string') throw new Error('the schedd did not say its name')
    if (!(gate >= REVISION)) throw unfit(OLD_GATE)
    if (!(oldest <= REVISION)) throw unfit(OLD_SERVICE)
    return {
      schedd,
      ...(Number.isSafeInteger(sessions) ? { sessions } : {}),
      disks: Object.fromEntries(Object.entries(disks ?? {}).filter(isDisk)),
    }
  },
}

const OLD_GATE =
  'the programs on the submit host are older than the service: run ./install of its own submit-host/ there'
const OLD_SERVICE =
  'the service is older than the programs on the submit host: deploy it again from the project that they came from'

const unfit = (message: string) => unavailable(message, 'revisions of service and condor-gate')

function isDisk(entry: [string, unknown]): entry is [string, Disk] {
  const { bytes, inodes } = (entry[1] ?? {}) as Partial<Disk>
  return [bytes, inodes].every((pair) => pair?.length === 2 && pair.every(Number.isFinite))
}
