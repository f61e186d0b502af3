/** GET with `id` and WAIT: answers when a job changes its state, without a question to the schedd for each who waits. */
import { setTimeout as sleep } from 'node:timers/promises'
import { readJobs } from '../condor/job.ts'
import { JOBS_OF_CLUSTER, WAIT_SECONDS } from '../limits.ts'
import { badRequest, notFound, unavailable } from '../problem.ts'
import type { Answer, Request } from '../reply/answer.ts'
import { jobDetails } from '../reply/job-details.ts'
import { jobTable } from '../reply/job-table.ts'
import { attributesOf, cell, type Table, write } from '../reply/table.ts'
import { detailsWriterOf } from '../reply/writers.ts'
import type { Format } from '../request/format.ts'
import { type JobName, printJobName } from '../request/job-name.ts'
import { quoted } from '../request/quotation.ts'
import { store, submitHost } from '../services.ts'
import { idOf, type JobRow, parseRow, statusOf, userOf } from '../snapshot/job-row.ts'
import type { SharedQueue } from '../snapshot/queue.ts'
import type { Snapshot } from '../snapshot/state.ts'
import { deliver } from '../staging/delivery.ts'
import { refuseCut } from './overflow.ts'

/** To read of a job that has left the queue, and to answer. */
const RESERVE_MS = 3_000
/** Those who wait do not all look at the same moment. */
const SPREAD_MS = 200

/** The columns of the list, and how the job ended: what the snapshots and the history hold. */
const ending = new Set(['Ended on', 'Exit Code', 'Exit Signal', 'Removal Reason'])
const columns = [...jobTable.columns, ...jobDetails.columns.filter(({ name }) => ending.has(name))]
const waitTable: Table<JobRow> = {
  name: 'job',
  description: 'A job in the queue, or how it ended',
  columns: columns.map((column, i) => ({ ...column, value: (row) => row[i] })),
}
const ATTRIBUTES = attributesOf({ ...jobTable, columns })

/** Reads WAIT, in seconds. Throws Problem 400. */
export function readWait(text: string): number {
  // As in UWS 1.1, section 2.2.1.1: as long as the service lets anybody wait.
  if (text === '-1') return WAIT_SECONDS
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), WAIT_SECONDS)
  throw badRequest(
    `WAIT must be a whole number of seconds, or -1 for the longest wait, not ${quoted(text)}`,
  )
}

/** Throws Problems: 404 for a job that is not the account's, 503 where nobody can tell. */
export async function waitView(
  request: Request,
  asked: { account: string; name: JobName; seconds: number; format: Format },
  queue: SharedQueue,
): Promise<Answer> {
  const { account, name, format } = asked
  request.takesLong()
  const until = Math.min(Date.now() + asked.seconds * 1000, request.deadline - RESERVE_MS)
  const before = await look(request, queue, account, name)
  let now = before
  while (now.rows.length > 0 && stateOf(now.rows) === stateOf(before.rows)) {
    const stale = Math.max(0, queue.freshUntil(now.snapshot) - Date.now())
    const next = stale + Math.random() * SPREAD_MS
    if (Date.now() + next > until) {
      await request.measure('wait', sleep(Math.max(0, until - Date.now())))
      break
    }
    await request.measure('wait', sleep(next))
    now = await look(request, queue, account, name)
  }
  const queued = new Set(now.rows.map(([id]) => id))
  // Not by their number: a job factory makes another job when one ends.
  const gone = now.rows.length === 0 || before.rows.some(([id]) => !queued.has(id))
  const { rows, overflow } =
    gone || now.rows.some(hasEnded)
      ? await withEnds(request, account, name, now.rows, gone)
      : { rows: now.rows, overflow: false }
  if (rows.length === 0) {
    throw notFound(`you have no job ${printJobName(name)}, queued or lately finished`)
  }
  if (overflow) refuseCut(format, name.cluster)
  const pieces = write(detailsWriterOf(format), waitTable, [rows.toSorted(byProc)], () => overflow)
  return deliver(store, request, pieces, format.contentType)
}

/** The account's rows of that name in a snapshot that is fresh. */
async function look(request: Request, queue: SharedQueue, account: string, name: JobName) {
  const view = await queue.look(account, request.deadline)
  const found: JobRow[] = []
  const own = (row: JobRow) => {
    const { cluster, proc } = idOf(row)
    const named = cluster === name.cluster && (name.proc === undefined || proc === name.proc)
    if (named && userOf(row) === account) found.push(row)
  }
  let snapshot: Snapshot | undefined
  if ('rows' in view) {
    for await (const rows of view.rows()) rows.forEach(own)
    snapshot = view.snapshot
  } else {
    snapshot = view
    // Other jobs' rows need not be parsed.
    const start = `["${name.cluster}.`
    for await (const lines of (await queue.open(view.id)) ?? []) {
      for (const line of lines) if (line.startsWith(start)) own(parseRow(line))
    }
  }
  if (!snapshot) throw unavailable('the object store could not store a file at the moment')
  return { snapshot, rows: found }
}

/**
 * The queued jobs of that name with how they ended, those that have left the queue where some are `gone`, and whether
 * there are more of these than are told.
 */
async function withEnds(
  request: Request,
  account: string,
  name: JobName,
  queued: readonly JobRow[],
  gone: boolean,
): Promise<{ rows: JobRow[]; overflow: boolean }> {
  const ask = async (question: { ended?: boolean }) => {
    const { deadline } = request
    const ads = await readJobs(submitHost(), account, name, ATTRIBUTES, deadline, question)
    return ads.map((ad): JobRow => columns.map((column) => cell(column, ad)))
  }
  // Most that ended have left by now: the schedd is asked only for those that have not.
  const left = await ask({ ended: true })
  const found = new Map(left.map((row) => [row[0], row]))
  const kept = queued.some((row) => hasEnded(row) && !found.has(row[0]))
  // Or it came into the queue so lately that no snapshot has it.
  const late = left.length === 0 && queued.length === 0
  if (kept || late) for (const row of await ask({})) found.set(row[0], row)
  const rows = queued.map((row) => found.get(row[0]) ?? row)
  for (const row of queued) found.delete(row[0])
  const others = gone ? [...found.values()] : []
  const overflow = gone && Math.max(left.length, others.length) > JOBS_OF_CLUSTER
  return { rows: [...rows, ...others.slice(0, JOBS_OF_CLUSTER)], overflow }
}

const ENDED = new Set(['Completed', 'Removed'])
const hasEnded = (row: JobRow): boolean => ENDED.has(statusOf(row))

const byProc = (a: JobRow, b: JobRow): number => idOf(a).proc - idOf(b).proc

const stateOf = (rows: readonly JobRow[]): string =>
  rows
    .map((row) => `${row[0]} ${statusOf(row)}`)
    .sort()
    .join()
