/** What VOSpace says when it does not give out a file, and what the user is told then. */
import { badRequest, forbidden, Problem, unavailable } from '../../problem.ts'
import { type Answer, readText } from './guarded-request.ts'

/** `status` 0: known from a job's error alone. `text` is the service's own, for the log. */
export type Fault = {
  readonly status: number
  readonly text: string
  readonly retryAfter?: string | undefined
}

type Kind = 'missing' | 'refused' | 'no file' | 'unusable' | 'large' | 'locked' | 'busy' | 'down'

// The fault words of VOSpace 2.1 and of cadc-vos-server's NodeFault. They are more to the point than
// the status: a job's error has no status, and services differ (NodeBusy is 409 or 503).
const WORDS: ReadonlyMap<string, Kind> = new Map([
  ['NodeNotFound', 'missing'],
  ['ContainerNotFound', 'missing'],
  ['UnreadableLinkTarget', 'missing'],
  ['LinkFound', 'missing'],
  ['PermissionDenied', 'refused'],
  ['NotAuthenticated', 'refused'],
  ['Unauthorized', 'refused'],
  ['InvalidURI', 'unusable'],
  ['InvalidArgument', 'unusable'],
  ['TypeNotSupported', 'unusable'],
  ['ViewNotSupported', 'unusable'],
  ['OptionNotSupported', 'unusable'],
  ['ProtocolNotSupported', 'unusable'],
  ['QuotaExceeded', 'large'],
  ['NodeLocked', 'locked'],
  ['NodeBusy', 'busy'],
  ['ServiceBusy', 'down'],
  ['TransientException', 'down'],
])

const STATUSES: ReadonlyMap<number, Kind> = new Map([
  [400, 'unusable'],
  [401, 'refused'],
  [403, 'refused'],
  [404, 'missing'],
  [409, 'busy'],
  [410, 'missing'],
  [413, 'large'],
  [423, 'locked'],
])

const NO_FILE = /\bdirector(y|ies)\b|not a data ?node|\bContainerNode\b/i
/** Seconds that a client is asked to wait at most, whatever VOSpace says, and where it says nothing. */
const MAX_RETRY_AFTER = 600
const RETRY_AFTER = 30

/** Milliseconds that the text of a fault may take; its status is known without. */
const TEXT_LIMIT = 2000

/** Reads the fault of an answer that is not the file; its body is consumed. */
export async function readFault(answer: Answer): Promise<Fault> {
  const timer = setTimeout(() => answer.body.destroy(), TEXT_LIMIT)
  const text = await readText(answer.body, 1024, true).catch(() => '')
  clearTimeout(timer)
  return { status: answer.status, text, retryAfter: answer.headers['retry-after'] }
}

/** True where the service's words are ones that VOSpace defines. */
export const isNamed = (fault: Fault) => WORDS.has(word(fault)) || NO_FILE.test(fault.text)

/** True where the same request may be answered another time. */
export const isTemporary = (fault: Fault) => ['locked', 'busy', 'down'].includes(kindOf(fault))

/** The user's Problem. `uri` is as the user wrote it; `authenticated`: not read anonymously. */
export function faultProblem(fault: Fault, uri: string, authenticated: boolean): Problem {
  const cause = new Error(`VOSpace: ${fault.status} ${fault.text.trim().slice(0, 300)}`)
  const later = (message: string) => unavailable(message, cause, retryAfter(fault.retryAfter))
  switch (kindOf(fault)) {
    case 'missing':
      return badRequest(`no such file in VOSpace: ${uri}`, cause)
    case 'no file':
      return badRequest(`not a file but a directory in VOSpace: ${uri}`, cause)
    case 'unusable':
      return badRequest(`VOSpace cannot give out this file: ${uri}`, cause)
    case 'refused': {
      const how = authenticated
        ? 'it must be readable for this service or for anyone'
        : 'this service reads as anyone would, so it must be public'
      return forbidden(`permission denied by VOSpace: ${uri} (${how})`, cause)
    }
    case 'large':
      return new Problem(413, `too large for VOSpace itself: ${uri}`, { cause })
    case 'locked':
      return later(`locked in VOSpace, try again later: ${uri}`)
    case 'busy':
      return later(`being written in VOSpace, try again later: ${uri}`)
    case 'down':
      return later(`VOSpace is not available, try again later: ${uri}`)
  }
}

const word = (fault: Fault) => /^\s*([A-Za-z]+)/.exec(fault.text)?.[1] ?? ''

function kindOf(fault: Fault): Kind {
  const temporary = fault.status === 503 || fault.status === 429
  const named = WORDS.get(word(fault))
  if (named !== undefined && !temporary) return named
  if (NO_FILE.test(fault.text) && (fault.status === 400 || fault.status === 0)) return 'no file'
  return STATUSES.get(fault.status) ?? 'down'
}

/** Retry-After is seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(value: string | undefined): number {
  if (value === undefined) return RETRY_AFTER
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  if (Number.isNaN(seconds)) return RETRY_AFTER
  return Math.min(MAX_RETRY_AFTER, Math.max(1, Math.ceil(seconds)))
}
