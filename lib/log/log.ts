/** One line of JSON for each event. Never a header, a body or a URL's query: they hold secrets. */
import { Problem } from '../problem.ts'
import { embedded, type Metrics } from './metrics.ts'

/** Who did what to the queue; these lines are the audit trail. */
export interface Audit {
  readonly action: 'submit' | 'remove' | 'hold' | 'release' | 'prio'
  /** The cluster submitted, and whether an earlier attempt had done it. */
  readonly cluster?: number
  readonly replayed?: boolean
  /** To how many jobs it was done. */
  readonly jobs?: number
  /** By a second attempt: the answer of the first was lost, and it may have done it to more. */
  readonly repeated?: boolean
  /** The jobs that were named; without, it was all of the account's, or those of a state. */
  readonly ids?: string
  readonly priority?: number
}

export interface RequestLine {
  readonly operation: string
  readonly request: string
  /** The gateway's own id of it, which no client can set. */
  readonly extended?: string | undefined
  readonly account: string | undefined
  readonly method: string
  readonly path: string
  readonly status: number
  readonly milliseconds: number
  /** Milliseconds by stage: `form`, `staging`, `schedd`, `snapshot`, `wait`. */
  readonly stages: Readonly<Record<string, number>>
  /** Bytes of the request's body and of the answer's. */
  readonly received: number
  readonly sent: number
  /** Whether it was the first event of its instance. */
  readonly cold: boolean
  readonly audit: Audit | undefined
}

export function logRequest({ operation, ...line }: RequestLine, error: unknown): void {
  const { status, milliseconds, stages } = line
  const expected = error instanceof Problem && error.expected
  logLine(operation, line, error, {
    Requests: 1,
    // Who asks to WAIT is not served slowly.
    Latency: milliseconds - (stages.wait ?? 0),
    ...(stages.schedd === undefined ? {} : { ScheddTime: stages.schedd }),
    ServerErrors: Number(status === 500),
    ClientErrors: Number(status >= 400 && status < 500),
    Busy: Number(status === 503 && !expected),
    Answered5xx: Number(status >= 500),
  })
}

/** What the alarms add up, each of the operations that they look at. */
const COUNTED: Readonly<Record<string, Metrics>> = {
  get: { Requests: 0, ServerErrors: 0, Busy: 0 },
  post: { Requests: 0, ServerErrors: 0, Busy: 0 },
  delete: { Requests: 0, ServerErrors: 0, Busy: 0 },
  authorize: { TooLarge: 0, AuthorizerFailures: 0 },
}

/**
 * A line of zeros for each operation: a metric without any point, as that of removals on a quiet day, could leave an alarm
 * that adds it up without a value.
 */
export function logZeros(): void {
  for (const [operation, metrics] of Object.entries(COUNTED)) {
    write({ operation: 'health', zeros: operation, ...embedded(operation, metrics) })
  }
}

/** Any line, with the figures it stands for. */
export function logLine(operation: string, line: object, error?: unknown, metrics?: Metrics): void {
  write({
    operation,
    ...line,
    ...(error === undefined ? {} : { problem: causes(error) }),
    ...(metrics === undefined ? {} : embedded(operation, metrics)),
  })
}

function write(line: object): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`)
}

/** The error and what caused it, names and messages only, without the query of any URL. */
export function causes(error: unknown): string[] {
  const told: string[] = []
  for (let at = error; at !== undefined && at !== null && told.length < 6; ) {
    const text = at instanceof Error ? `${at.name}: ${at.message}` : String(at)
    told.push(text.replace(/\S+/g, withoutQuery).slice(0, 1000))
    at = at instanceof Error ? at.cause : undefined
  }
  return told
}

/** A word that is a URL, or holds one. */
function withoutQuery(word: string): string {
  const url = word.search(/https?:\/\//)
  const query = url === -1 ? -1 : word.indexOf('?', url)
  return query === -1 ? word : `${word.slice(0, query)}?…`
}
