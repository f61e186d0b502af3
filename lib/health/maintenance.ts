/** A maintenance window, announced by the object `maintenance.json` in the config bucket. */
import { logLine } from '../log/log.ts'
import { declined } from '../problem.ts'
import { watchedIfAny } from '../staging/configuration.ts'
import type { ObjectStore } from '../staging/object-store.ts'

export const MAINTENANCE = 'maintenance.json'

export interface Maintenance {
  /** From when no submissions are taken; absent means since ever. */
  readonly downAt: Date | undefined
  /** Until when; absent means until the object is taken away. */
  readonly backAt: Date | undefined
  readonly note: string
}

/** Retry-After where nobody said when the service will be back, in seconds. */
const UNKNOWN_SECONDS = 600
const NOTE = 'the service is down for maintenance'

/** ISO 8601 with an offset or Z: without one, or with the month first, people and programs read different times. */
const TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/**
 * `{"downAt": "2026-12-01T08:00:00Z", "backAt": "…", "note": "…"}`, each optional. Throws on anything else: a key that
 * is misspelt would close the service at once.
 */
export function parseMaintenance(text: string): Maintenance {
  const written: unknown = JSON.parse(text)
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw wrong('it must be an object')
  }
  const { downAt, backAt, note = NOTE, ...others } = written as Record<string, unknown>
  const [other] = Object.keys(others)
  if (other !== undefined) throw wrong(`nothing is called ${other}`)
  if (typeof note !== 'string') throw wrong('note must be text')
  const window = { downAt: instant('downAt', downAt), backAt: instant('backAt', backAt), note }
  if (window.downAt && window.backAt && window.backAt <= window.downAt) {
    throw wrong('backAt must be after downAt')
  }
  return window
}

function instant(name: string, value: unknown): Date | undefined {
  if (value === undefined) return undefined
  const day = typeof value === 'string' ? TIME.exec(value)?.[1] : undefined
  const date = new Date(day === undefined ? Number.NaN : String(value))
  // JavaScript takes 30 February for 2 March.
  const real = day !== undefined && new Date(`${day}T00:00Z`).toJSON()?.startsWith(day)
  if (!real || Number.isNaN(date.getTime())) {
    throw wrong(`${name} must be a time such as 2026-12-01T08:00:00Z`)
  }
  return date
}

const wrong = (what: string) => new Error(`${MAINTENANCE}: ${what}`)

/**
 * Gives the announced window, if any, as `watchedIfAny` does. One that cannot be used changes nothing: the last good one
 * stays in use, and without one there is none. Nobody needs the object to submit jobs.
 */
export function watchedMaintenance(store: ObjectStore): () => Promise<Maintenance | undefined> {
  let good: Maintenance | undefined
  const read = watchedIfAny(store, MAINTENANCE, (text) => {
    try {
      return { window: parseMaintenance(text) }
    } catch (error) {
      const kept = good === undefined ? 'none' : 'the last good one'
      logLine('configuration', { object: MAINTENANCE, kept }, error)
      return 'unusable'
    }
  })
  return async () => {
    const found = await read()
    if (found !== 'unusable') good = found?.window
    return good
  }
}

export function inForce({ downAt, backAt }: Maintenance, now: Date): boolean {
  return (downAt === undefined || downAt <= now) && (backAt === undefined || now < backAt)
}

/** Whether it still has to be told: in force or to come. */
export const isAhead = ({ backAt }: Maintenance, now: Date): boolean =>
  backAt === undefined || now < backAt

/** When to try again, in seconds: when the window ends. */
export const retrySeconds = ({ backAt }: Maintenance, now: Date): number =>
  backAt ? Math.max(1, Math.ceil((backAt.getTime() - now.getTime()) / 1000)) : UNKNOWN_SECONDS

/** While a window is in force submissions are Problem 503, to be tried again when it ends. */
export async function refuseInMaintenance(
  maintenance: Promise<Maintenance | undefined>,
  now = new Date(),
): Promise<void> {
  const window = await maintenance
  if (window === undefined || !inForce(window, now)) return
  throw declined(window.note, 'maintenance', retrySeconds(window, now))
}
