/** What is asked of condor-gate on the submit host, and what its exit statuses mean to a caller. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  badRequest,
  declined,
  forbidden,
  notFound,
  Problem,
  unavailable,
  unknownOutcome,
} from '../problem.ts'
import { NotSent, UnknownOutcome } from './attempt.ts'
import type { Connection } from './connection.ts'
import type { Exchange } from './exchange.ts'

/** One operation: its request line and, beside it, the reading of its reply. */
export interface Operation<Reply> {
  readonly request: { readonly op: string } & Readonly<Record<string, unknown>>
  /**
   * May throw: the reply of a compromised or broken host is untrusted. `repeated`: the reply of an earlier attempt was
   * lost, and this one tells what was left to do.
   */
  readonly read: (stdout: string, repeated?: boolean) => Reply
  /** What a user can ask for instead, where the reply may be too large to be read whole. */
  readonly smaller?: string
}

/** Replies that are read whole are small; the list of jobs is streamed instead. */
const REPLY_BYTES = 16 * 1024 * 1024

/** Between two questions for the outcome of an attempt that is still being worked on. */
const PATIENCE_MS = 500

/**
 * Performs an operation and reads its whole reply. Every operation may be repeated (a submission
 * carries its request id, by which the gate recognises it), so an unknown outcome is asked for
 * again. `deadline` in epoch milliseconds. Throws Problems: 400, 403, 404, 409, 422, 503.
 */
export async function perform<Reply>(
  connection: Connection,
  operation: Operation<Reply>,
  deadline: number,
): Promise<Reply> {
  const line = requestLine(operation.request)
  const attempt = async (repeated: boolean) => {
    const exchange = await connection.send(line, deadline)
    const stdout = await whole(exchange, operation.smaller)
    await checkEnd(exchange, operation.request.op)
    return operation.read(stdout, repeated)
  }
  try {
    return await attempt(false).catch((error: unknown) => {
      if (error instanceof UnknownOutcome) return outcomeOf(() => attempt(true), error, deadline)
      throw error
    })
  } catch (error) {
    throw asProblem(error, operation.request.op)
  }
}

/** Repeats an attempt of `unknown` outcome; a 409 then is that attempt itself, still at work. */
async function outcomeOf<Reply>(
  again: () => Promise<Reply>,
  unknown: UnknownOutcome,
  deadline: number,
): Promise<Reply> {
  while (Date.now() < deadline) {
    try {
      return await again()
    } catch (error) {
      if (error instanceof NotSent) throw unknown
      if (!(error instanceof Problem && error.status === 409)) throw error
    }
    await sleep(PATIENCE_MS)
  }
  throw unknown
}

/**
 * Performs an operation whose reply is too large to hold. The bytes come as the submit host writes
 * them; the iteration throws, and so never ends early, when the reply is not complete.
 */
export async function* stream(
  connection: Connection,
  request: Operation<never>['request'],
  deadline: number,
): AsyncGenerator<Buffer> {
  try {
    const exchange = await connection.send(requestLine(request), deadline)
    yield* arriving(exchange)
    await checkEnd(exchange, request.op)
  } catch (error) {
    throw asProblem(error, request.op)
  }
}

const requestLine = (request: Operation<never>['request']) => JSON.stringify({ v: 1, ...request })

async function checkEnd(exchange: Exchange, op: string): Promise<void> {
  const { status, stderr } = await exchange.ended
  if (endedBySignal(status)) throw new UnknownOutcome(`condor-gate ended with ${status}`)
  if (status !== 0) throw problemOf(status, stderr, op)
}

/** 128 + signal number, as a shell reports it: the gate was killed (shutdown, out of memory). */
const endedBySignal = (status: number) => status > 128 && status < 128 + 65

async function* arriving({ stdout }: Exchange): AsyncGenerator<Buffer> {
  try {
    yield* stdout.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  } finally {
    // Of a reader who left: a channel ends for ssh2 only when all that came was read.
    stdout.destroy()
    stdout.resume()
  }
}

async function whole(exchange: Exchange, smaller: string | undefined): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of arriving(exchange)) {
    bytes += chunk.length
    if (bytes > REPLY_BYTES) throw tooMuch(smaller)
    chunks.push(chunk)
  }
  // Lenient: HTCondor passes on bytes of a user's that are not UTF-8.
  return Buffer.concat(chunks).toString('utf8')
}

function tooMuch(smaller: string | undefined): Problem {
  const told = `more than ${REPLY_BYTES / 1024 / 1024} MB came from the submit host`
  return smaller === undefined ? unavailable(told) : badRequest(`${told}; ${smaller}`)
}

/**
 * The statuses of sysexits.h that condor-gate ends with. Its message is one line, the last of `stderr`: before it sshd and
 * the account's shell may have said something, which is for the log alone. That of 65 is HTCondor's own message; that of
 * 66, 73, 75, 77 and 78 is a fixed sentence of the gate's.
 */
export function problemOf(status: number, stderr: string, op = ''): Error {
  const message = stderr.trimEnd().split('\n').at(-1)?.trim() ?? ''
  // Of a submission the gate finds out, or its own sentence says that it is not known.
  const open = op === 'submit' ? '' : (UNKNOWN[op] ?? '')
  const cause = new Error(`condor-gate ended with ${status}: ${stderr.trim()}`)
  switch (status) {
    case 64:
      return unavailable(
        'the service and its submit host are of versions that do not fit; tell the people who run it',
        cause,
      )
    case 65:
      return badRequest(message || 'HTCondor cannot interpret the submit description', cause)
    case 66:
      return notFound(message || 'you have no such job, queued or lately finished')
    case 67:
      return forbidden('your account does not exist on the submit host; ask for access', cause)
    case 77:
      return forbidden(
        `${message || 'this account is not allowed to submit jobs'}; ask for access`,
        cause,
      )
    case 69:
      return unavailable(`the HTCondor scheduler is not reachable at the moment${open}`, cause)
    case 73:
      return declined(message || 'you have too many jobs in the queue', cause)
    case 78:
      return incomplete(message, cause)
    // Python, the account's shell and sshd end so where the gate cannot be started.
    case 1:
    case 2:
    case 126:
    case 127:
    case 255:
      return incomplete("the gate's program does not start", cause)
    case 75: {
      const late = (message || 'the submit host could not finish the request in time') + open
      const unknown = op === 'submit' && late.startsWith('it is not known')
      return unknown ? unknownOutcome(late, cause) : unavailable(late, cause)
    }
    default:
      return cause
  }
}

const incomplete = (reason: string, cause: Error) =>
  unavailable(
    `the submit host is not set up completely: ${reason}; tell the people who run it`,
    cause,
  )

function asProblem(error: unknown, op: string): unknown {
  if (error instanceof Problem) return error
  if (error instanceof NotSent) return unavailable(error.reason, error)
  if (error instanceof UnknownOutcome) {
    const message = LATE + (UNKNOWN[op] ?? '')
    return op === 'submit' ? unknownOutcome(message, error) : unavailable(message, error)
  }
  return error
}

const LATE = 'the submit host did not answer in time'
const CHECK =
  ', and it is not known whether this was done: look at your jobs (user=me) before you repeat it'

/** What is left open when an operation that changes the queue got no answer, or ended before its end. */
const UNKNOWN: Readonly<Record<string, string>> = {
  submit: `${CHECK}, or repeat it with the same Idempotency-Key`,
  act: CHECK,
  remove: CHECK,
}
