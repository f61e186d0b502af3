/** GET with `id` and WAIT: answers when a job changes its state, without a question to the schedd for each who waits. */
import { setTimeout as sleep } from 'node:timers/promises'
import { perform } from '../condor/gate.ts'
import { findJobs } from '../condor/job.ts'
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
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), WAIT_SECONDS)
  throw badRequest(`WAIT must be a whole number of seconds, not ${quoted(text)}`)
}

/** Throws Problems: 404 for a job that is not the account's, 503 where nobody can tell. */
export async function waitView(
  request: Request,
  asked: { account: string; name: JobName; seconds: number; format: Format },
  queue: SharedQueue,
): Promise<Answer> {
  const { account, name, format } = asked
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
  const left = gone ? await ended(request, account, name, now.rows) : { rows: [], overflow: false }
  const rows = [...now.rows, ...left.rows]
  if (rows.length === 0) {
    throw notFound(`you have no job ${printJobName(name)}, queued or lately finished`)
  }
  if (left.overflow) refuseCut(format, name.cluster)
  const pieces = write(detailsWriterOf(format), waitTable, [rows], () => left.overflow)
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

/** Jobs of that name which have left the queue, and whether there are more of them than are told. */
async function ended(
  request: Request,
  account: string,
  name: JobName,
  queued: readonly JobRow[],
): Promise<{ rows: JobRow[]; overflow: boolean }> {
  const ask = (question: Parameters<typeof findJobs>[3]) =>
    perform(submitHost(), findJobs(account, name, ATTRIBUTES, question), request.deadline)
  let ads = await ask({ ended: true })
  // Or it came into the queue so lately that no snapshot has it.
  if (ads.length === 0 && queued.length === 0) ads = await ask({})
  const known = new Set(queued.map((row) => row[0]))
  const rows = ads
    .slice(0, JOBS_OF_CLUSTER)
    .map((ad) => columns.map((column) => cell(column, ad)))
    .filter((row) => !known.has(row[0]))
  return { rows, overflow: ads.length > JOBS_OF_CLUSTER }
}

const stateOf = (rows: readonly JobRow[]): string =>
  rows
    .map((row) => `${row[0]} ${statusOf(row)}`)
    .sort()
    .join()
