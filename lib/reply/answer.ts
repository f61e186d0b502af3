/** From a function's work to what the gateway gets: the one place where an error becomes a status. */
import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { type Audit, logRequest } from '../log/log.ts'
import { Problem } from '../problem.ts'
import { errorFormat } from '../request/format.ts'
import { header } from '../request/header.ts'
import { jsonError } from './json.ts'
import { votableError } from './votable.ts'

/** Lambda gives up after 28 s, from when the function was started: what is left must suffice to answer. */
const RESERVE_MS = 1_500
/**
 * The gateway gives up after 29 s, from when it sent the event (API Gateway quotas, integration timeout): the start of
 * an instance is in it. Its clock of the request begins earlier, before the authorizer.
 */
const GATEWAY_MS = 29_000
const GATEWAY_RESERVE_MS = 2_000
/** Nothing else takes so long where all is well, but to submit very many jobs. */
const LATE_MS = 8_000

export interface Request {
  readonly event: APIGatewayProxyEvent
  /** Answered as X-Request-Id; a submission replaces it by its own. */
  id: string
  /** When the answer must be ready, in epoch milliseconds. */
  readonly deadline: number
  /** What was done to the queue, for the log. */
  audit?: Audit
  /** Says that it may take long, where all is well, too. */
  takesLong(): void
  /** Waits for a stage of the work, and notes for the log how long it took. */
  measure<T>(stage: string, work: Promise<T>): Promise<T>
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  /** A Buffer is sent as the bytes it is. */
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export const plainText = (body: string, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  contentType: 'text/plain; charset=utf-8',
  body,
  headers,
})

/** Whoever wants to know that a part of the service may be down. */
export interface Outages {
  late(): Promise<void>
  failed(error: unknown): Promise<void>
}

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>

/**
 * When the answer must be ready. A time of the gateway that lies ahead, or further back than any gateway waits, is
 * another clock's, or an old event's that somebody repeats: then Lambda's own limit alone counts.
 */
function deadlineOf(event: APIGatewayProxyEvent, context: Context, now: number): number {
  const own = now + context.getRemainingTimeInMillis() - RESERVE_MS
  const asked = event.requestContext?.requestTimeEpoch
  if (!Number.isFinite(asked) || asked > now || asked < now - GATEWAY_MS) return own
  return Math.min(own, asked + GATEWAY_MS - GATEWAY_RESERVE_MS)
}

/**
 * Makes a Lambda handler of `work`: whatever it throws becomes an answer of the contract, and each
 * event one line of the log. `outages` is told of work that takes long, and of what was thrown,
 * before it is answered; neither rejects.
 */
export function answers(
  operation: string,
  work: (request: Request) => Promise<Answer>,
  outages?: Outages,
): Handler {
  let cold = true
  return async function handle(event, context) {
    const started = Date.now()
    const stages: Record<string, number> = {}
    const late = setTimeout(() => void outages?.late(), LATE_MS)
    const request: Request = {
      event,
      takesLong: () => clearTimeout(late),
      id: event.requestContext?.requestId || randomUUID(),
      deadline: deadlineOf(event, context, started),
      async measure(stage, work) {
        const begun = Date.now()
        try {
          return await work
        } finally {
          stages[stage] = (stages[stage] ?? 0) + Date.now() - begun
        }
      },
    }
    let answer: Answer
    let error: unknown
    try {
      answer = await work(request)
    } catch (thrown) {
      error = thrown ?? new Error(String(thrown))
      answer = errorAnswer(thrown, request)
      await outages?.failed(thrown)
    }
    clearTimeout(late)
    const line = {
      operation,
      request: request.id,
      extended: event.requestContext?.extendedRequestId,
      account: event.requestContext?.authorizer?.account,
      method: event.httpMethod,
      path: event.resource,
      status: answer.status,
      milliseconds: Date.now() - started,
      stages,
      received: Buffer.byteLength(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
      sent: answer.body.length,
      cold,
      audit: request.audit,
    }
    logRequest(line, error)
    cold = false
    return result(answer, request)
  }
}

/**
 * Only what was thrown on purpose reaches the user; anything else is a fixed sentence with the id
 * under which the log holds the cause. A client that asked for a VOTable gets DALI's error document,
 * one that asked for JSON an object with the one member `error`.
 */
function errorAnswer(error: unknown, request: Request): Answer {
  const problem =
    error instanceof Problem
      ? error
      : new Problem(500, `internal error; please report request ${request.id}`)
  // A message may quote HTCondor or the request; it stays one line.
  const line = advised(problem)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
  const { kind, contentType } = errorFormat(
    responseFormat(request.event),
    header(request.event, 'accept'),
  )
  const write = { votable: votableError, json: jsonError, text: (text: string) => `${text}\n` }[
    kind
  ]
  return { status: problem.status, contentType, body: write(line), headers: problem.headers }
}

/** A 503 says when to try again, unless its own sentence tells what to do: behind a `;`, or `repeat`, or `again`. */
function advised({ status, message, headers }: Problem): string {
  const seconds = headers['Retry-After']
  if (status !== 503 || seconds === undefined || /;|\b(again|repeat)\b/.test(message))
    return message
  return `${message}; try again in ${seconds} seconds`
}

/** As it was written, in whatever state the parameters are. */
function responseFormat({ queryStringParameters }: APIGatewayProxyEvent): string | undefined {
  const given = Object.entries(queryStringParameters ?? {})
  return given.find(([name]) => name.toLowerCase() === 'responseformat')?.[1]
}

function result(answer: Answer, request: Request): APIGatewayProxyResult {
  const { body } = answer
  return {
    statusCode: answer.status,
    headers: {
      'Content-Type': answer.contentType,
      'X-Request-Id': request.id,
      'X-Content-Type-Options': 'nosniff',
      ...answer.headers,
    },
    // Of a HEAD too: the gateway sends its length and not the body (RFC 9110, sections 8.6 and 9.3.2).
    body: typeof body === 'string' ? body : body.toString('base64'),
    isBase64Encoded: typeof body !== 'string' && body.length > 0,
  }
}
