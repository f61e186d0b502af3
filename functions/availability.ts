/** GET /proc/availability, for anyone; and the scheduled check that it answers from. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { deepCheck, shallowCheck } from '../lib/health/check.ts'
import { inForce, isAhead, type Maintenance, retrySeconds } from '../lib/health/maintenance.ts'
import { type HealthState, nextState, parseState, STATE } from '../lib/health/state.ts'
import { type Found, foundLately, noteFound, suspectedAt } from '../lib/health/suspicion.ts'
import { logLine, logZeros } from '../lib/log/log.ts'
import { badRequest } from '../lib/problem.ts'
import { type Answer, answers } from '../lib/reply/answer.ts'
import { availabilityDocument } from '../lib/reply/availability.ts'
import { readParameters } from '../lib/request/parameters.ts'
import { maintenance, store, submitHost } from '../lib/services.ts'
import { readHealthSeconds } from '../lib/settings.ts'

/** A monitor waits seconds, not minutes: what has not answered by then is down. */
const PATIENCE_MS = 8_000
const CHECK_MS = 20_000
/** Then the schedule has looked again. */
const CHECKED_SECONDS = 60
/** A fault that was found is told for so long: each look logs in, and sshd shuts out whoever fails at that too often. */
const FOUND_MS = 10_000
/** That all is well is told for so long: anybody may ask, and a look costs the submit host as much as a submission. */
const WELL_MS = 2_000
const freshMs = readHealthSeconds() * 1000

const answer = answers('availability', async function availability(request): Promise<Answer> {
  const parameters = readParameters(request.event.multiValueQueryStringParameters, ['detail'])
  const detail = parameters.get('detail') ?? 'max'
  if (detail !== 'min' && detail !== 'max') throw badRequest('detail must be min or max')
  const deadline = Math.min(request.deadline, Date.now() + PATIENCE_MS)
  const [kept, window, suspected, found] = await Promise.all([
    lastState(),
    announced(),
    suspectedAt(store()),
    foundLately(store()),
  ])
  const now = new Date()
  // What the check found wrong stays so until the next one: it looks at more than we can in a few seconds.
  const isCurrent = kept !== undefined && now.getTime() - kept.checkedAt < freshMs
  const fresh = isCurrent && !(kept.available && suspected >= kept.checkedAt)
  const faults = fresh
    ? kept.faults
    : await lookedFor(found, kept?.checkedAt ?? 0, suspected, deadline)
  const notes = isCurrent ? (kept.notes ?? []) : []
  const down = window !== undefined && inForce(window, now)
  const available = faults.length === 0 && !down
  // CADC's heartbeat: a status and nothing else.
  if (detail === 'min') {
    const status = available ? 200 : 503
    const seconds = down ? retrySeconds(window, now) : CHECKED_SECONDS
    return {
      status,
      contentType: 'text/plain; charset=utf-8',
      body: '',
      ...(available ? {} : { headers: { 'Retry-After': String(seconds) } }),
    }
  }
  const { upSince } = kept ?? {}
  return {
    status: 200,
    contentType: 'text/xml; charset=utf-8',
    body: availabilityDocument({
      available,
      ...(available && upSince !== undefined ? { upSince: new Date(upSince) } : {}),
      ...(window?.downAt ? { downAt: window.downAt } : {}),
      ...(window?.backAt ? { backAt: window.backAt } : {}),
      notes: [
        ...(window ? [window.note] : []),
        ...(available ? ['service is accepting jobs'] : faults),
        ...notes,
      ],
    }),
  }
})

/**
 * The faults that are to be seen now. What another request found lately is told again, but where the scheduled check came
 * after, or a request failed since nothing was found wrong.
 */
async function lookedFor(
  found: Found | undefined,
  checkedAt: number,
  suspected: number,
  deadline: number,
): Promise<readonly string[]> {
  if (found !== undefined) {
    const isDown = found.faults.length > 0
    const since = Date.now() - (isDown ? FOUND_MS : WELL_MS)
    if (found.at > Math.max(checkedAt, since, isDown ? 0 : suspected)) return found.faults
  }
  const { faults } = await shallowCheck({ store: store(), submitHost: submitHost() }, deadline)
  await noteFound(store(), faults)
  return faults
}

/** The schedule sends `{"scheduled": true}`; everything else is a request of the gateway's. */
export async function handler(
  event: APIGatewayProxyEvent | { readonly scheduled: true },
  context: Context,
): Promise<APIGatewayProxyResult | HealthState> {
  return 'scheduled' in event ? check() : answer(event, context)
}

/** Checks everything, and keeps what was found for those who ask. */
async function check(): Promise<HealthState> {
  const previous = await lastState()
  const parts = { store: store(), submitHost: submitHost() }
  const { queueLength, sessions, ...findings } = await deepCheck(parts, Date.now() + CHECK_MS)
  const state = nextState(previous, findings, Date.now())
  await store()
    .put(STATE, Buffer.from(JSON.stringify(state)), { contentType: 'application/json' })
    .catch(() => {}) // a store that is down is among the faults already
  logZeros()
  const { available, faults, notes } = state
  logLine('health', { available, faults, notes }, undefined, {
    Available: Number(available),
    ...(queueLength === undefined ? {} : { QueueLength: queueLength }),
    ...(sessions === undefined ? {} : { Sessions: sessions }),
  })
  return state
}

async function lastState(): Promise<HealthState | undefined> {
  const text = await store()
    .get(STATE)
    .catch(() => null)
  return text === null ? undefined : parseState(text)
}

/** A window that is in force or to come; without the store nobody knows of one. */
async function announced(): Promise<Maintenance | undefined> {
  const window = await maintenance().catch(() => undefined)
  return window !== undefined && isAhead(window, new Date()) ? window : undefined
}
