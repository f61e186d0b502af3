/** A maintenance window, announced by the object `maintenance.json` in the config bucket. */
import { declined } from '../problem.ts'

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

/** `{"downAt": "2026-12-01T08:00:00Z", "backAt": "…", "note": "…"}`, each optional. Throws on anything else. */
export function parseMaintenance(text: string): Maintenance {
  const { downAt, backAt, note = NOTE } = JSON.parse(text)
  if (typeof note !== 'string') throw new Error('maintenance.json: note must be text')
  return { downAt: instant('downAt', downAt), backAt: instant('backAt', backAt), note }
}

function instant(name: string, value: unknown): Date | undefined {
  if (value === undefined) return undefined
  const date = typeof value === 'string' ? new Date(value) : new Date(Number.NaN)
  if (Number.isNaN(date.getTime())) throw new Error(`maintenance.json: ${name} must be a time`)
  return date
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
