/** A queued job as a snapshot keeps it: the cells of the list's columns, as text. */
import { Arriving } from '../arriving.ts'
import type { ClassAd } from '../condor/classad.ts'
import { unavailable } from '../problem.ts'
import { jobTable } from '../reply/job-table.ts'
import { cell, type Table } from '../reply/table.ts'

export type JobRow = readonly string[]

/** The list of jobs, made of rows instead of ClassAds. */
export const jobRowTable: Table<JobRow> = {
  ...jobTable,
  columns: jobTable.columns.map((column, i) => ({ ...column, value: (row) => row[i] })),
}

export const rowOf = (ad: ClassAd): JobRow => jobTable.columns.map((column) => cell(column, ad))

/** A line of a snapshot; JSON escapes the line ends inside. */
export const lineOf = (row: JobRow): string => `${JSON.stringify(row)}\n`

/** The line by which a row is compared with that of another snapshot: time alone is no change. */
export const comparable = (row: JobRow, line: string): string =>
  AT_WORK.has(statusOf(row)) ? lineOf(row.with(RUN_TIME, '')) : line

export const parseRow = (line: string): JobRow => JSON.parse(line)

const index = (name: string) => jobTable.columns.findIndex((column) => column.name === name)
const [ID, USER, STATUS] = [index('Job ID'), index('User'), index('Status')]
const RUN_TIME = index('Run Time')
/** In these the run time grows by itself. */
const AT_WORK = new Set(['Running', 'Transferring Output'])

export const userOf = (row: JobRow): string => row[USER] ?? ''
/** As in the column Status: `Idle`, `Running`, ... */
export const statusOf = (row: JobRow): string => row[STATUS] ?? ''

export function idOf(row: JobRow): { readonly cluster: number; readonly proc: number } {
  const [cluster, proc] = (row[ID] ?? '').split('.')
  return { cluster: Number(cluster), proc: Number(proc) }
}

/** The lines of a snapshot's bytes, some at a time. Problem 503 where they break off. */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  const arrived = new Arriving('\n')
  try {
    for await (const chunk of bytes) {
      const lines = arrived.add(decoder.decode(chunk, { stream: true }))?.split('\n')
      if (lines === undefined) continue
      arrived.keep(lines.pop() ?? '')
      yield lines
    }
    if (arrived.rest() !== '') throw new Error('the snapshot is not complete')
  } catch (error) {
    throw unavailable('the list of jobs could not be read at the moment', error)
  }
}
