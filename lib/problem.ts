/** The one error type of the service: what it throws on purpose, and may therefore show to a user. */

export type Status = 400 | 403 | 404 | 405 | 409 | 413 | 422 | 500 | 503

export class Problem extends Error {
  readonly status: Status
  /** Response headers the status calls for: `Allow` of 405, `Retry-After` (seconds) of 503 and 409. */
  readonly headers: Readonly<Record<string, string>>
  /** The operators have it so, and want no alarm of it. */
  readonly expected: boolean

  /** `message` is public: one line that a person can act on. `cause` is for the log alone. */
  constructor(
    status: Status,
    message: string,
    options: { cause?: unknown; headers?: Record<string, string>; expected?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.status = status
    this.headers = options.headers ?? {}
    this.expected = options.expected ?? false
  }
}

/** The request cannot be understood, or HTCondor could not interpret the submit description. */
export const badRequest = (message: string, cause?: unknown) => new Problem(400, message, { cause })

/** No credentials, wrong ones, or an account that may not submit. */
export const forbidden = (message: string, cause?: unknown) => new Problem(403, message, { cause })

export const notFound = (message: string) => new Problem(404, message)

/** `allow` lists the methods of the route (RFC 9110, section 15.5.6: the header is required). */
export const methodNotAllowed = (method: string, allow: string) =>
  new Problem(405, `${method} is not supported here; use ${allow}`, { headers: { Allow: allow } })

/** The same Idempotency-Key is being worked on by another request right now. */
export const inProgress = (message: string) =>
  new Problem(409, message, { headers: { 'Retry-After': '2' } })

export const tooLarge = (message: string) => new Problem(413, message)

/** An Idempotency-Key that was used for another request. */
export const conflictingKey = (message: string) => new Problem(422, message)

/** Most submissions that were under way have ended by then; a repetition before that is 409. */
const REPEAT_SECONDS = 10

/** A part the service stands on is unreachable or overloaded; `retryAfter` in seconds. */
export const unavailable = (message: string, cause?: unknown, retryAfter = 30) =>
  new Problem(503, message, { cause, headers: { 'Retry-After': String(retryAfter) } })

/** It may have been done or not: a client that repeats it by itself, after so many seconds, could do it twice. */
export const unknownOutcome = (message: string, cause?: unknown) =>
  new Problem(503, message, { cause })

/** The same where the request has an Idempotency-Key: to repeat it is safe, and right. */
export function repeatable(error: unknown): unknown {
  if (!(error instanceof Problem) || error.status !== 503 || error.headers['Retry-After'])
    return error
  return unavailable(error.message, error.cause, REPEAT_SECONDS)
}

/** The service could, and is meant not to: maintenance, a quota, what this site does not offer. */
export const declined = (message: string, cause?: unknown, retryAfter = 30) =>
  new Problem(503, message, {
    cause,
    headers: { 'Retry-After': String(retryAfter) },
    expected: true,
  })
