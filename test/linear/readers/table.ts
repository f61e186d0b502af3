/** Tables for clients, in every format. */

import type { Request } from '../../../lib/reply/answer.ts'
import { jobDetails } from '../../../lib/reply/job-details.ts'
import { holdReason, inJobDirectory } from '../../../lib/reply/job-directory.ts'
import { jobTable } from '../../../lib/reply/job-table.ts'
import { outcomeRows, outcomeTable } from '../../../lib/reply/outcome-table.ts'
import { schedulerRows, schedulerTable } from '../../../lib/reply/scheduler-table.ts'
import { submittedAnswer } from '../../../lib/reply/submitted.ts'
import { attributesOf, cell, type Table, write } from '../../../lib/reply/table.ts'
import { nameValueLines } from '../../../lib/reply/text.ts'
import { detailsWriterOf, writerOf } from '../../../lib/reply/writers.ts'
import { FORMATS } from '../../../lib/request/format.ts'
import { deliver } from '../../../lib/staging/delivery.ts'
import { event } from '../event.ts'
import { ended, pieces, type Reader } from '../reader.ts'

const DIRECTORY = '/home/a/proc/0123abcd-0123-0123-0123-0123456789ab/'
const WORDS = [
  '/proc/',
  DIRECTORY,
  ' with arguments ',
  ": (errno=8: '",
  "')",
  '$CondorVersion: ',
  'cloud:',
  ']]>',
  '=1',
]
const directory = ['reply/job-directory#inJobDirectory', 'reply/job-directory#holdReason']
const kinds = [...new Map([...FORMATS.values()].map((format) => [format.kind, format])).values()]

/** A job all of whose attributes are this. */
const adOf = (text: string) =>
  Object.fromEntries(attributesOf(jobDetails).map((name) => [name, text]))

const writers = [
  ...[
    'reply/writers#writerOf',
    'reply/writers#detailsWriterOf',
    'reply/table#write',
    'reply/table#cell',
  ],
  ...[
    'reply/csv#csv',
    'reply/html#html',
    'reply/html#htmlDetails',
    'reply/json#json',
    'reply/json#jsonText',
    'reply/submitted#submittedAnswer',
    'reply/votable#votable',
  ],
  ...['reply/text#tabSeparated', 'reply/text#nameValues', 'reply/text#nameValueLines'],
  ...[
    'reply/job-table#jobTable',
    'reply/job-details#jobDetails',
    'reply/table#identifier',
    'reply/table#attributesOf',
  ],
]
/** The answer to a submission of which condor_submit said this. */
const submitted = (text: string) =>
  kinds.map((format) =>
    submittedAnswer(
      { cluster: 1, replayed: false, jobs: 1, warnings: [text, ...pieces(text)] },
      text,
      format,
      { details: text, queue: text },
    ),
  )

const written = async <Row>(table: Table<Row>, batches: Row[][]) => {
  for (const format of kinds) {
    await ended(write(writerOf(format), table, batches))
    await ended(write(detailsWriterOf(format), table, batches))
  }
}

const noStore = () => {
  throw new Error('too much for an answer')
}

export const tables: readonly Reader[] = [
  {
    name: 'a hold reason',
    covers: directory,
    tokens: WORDS,
    read: (text) => [holdReason(text), inJobDirectory(text)],
  },
  {
    name: 'the arguments in a hold reason',
    covers: directory,
    tokens: WORDS,
    read: (text) => holdReason(`'/prog' with arguments ${text}: (errno=8: 'x')`),
  },
  ...[jobTable, jobDetails].flatMap((table) =>
    table.columns
      .filter(({ type }) => type !== 'int' && type !== 'long' && type !== 'double')
      .map((column) => ({
        name: `column ${column.name} of ${table.name}`,
        covers: [
          'reply/table#cell',
          `reply/job-${table === jobTable ? 'table' : 'details'}#${table === jobTable ? 'jobTable' : 'jobDetails'}`,
        ],
        tokens: WORDS,
        read: (text: string) => cell(column, adOf(text)),
      })),
  ),
  {
    name: 'a job in every format',
    covers: writers,
    tokens: WORDS,
    read: async (text) => {
      nameValueLines(jobDetails, adOf(text))
      submitted(text)
      await written(jobDetails, [[adOf(text)]])
    },
  },
  {
    name: 'many jobs in every format',
    covers: writers,
    tokens: WORDS,
    read: (text) =>
      written(jobTable, [
        pieces(text, 512).map(adOf),
        ...pieces(text, 512).map((one) => [adOf(one)]),
      ]),
  },
  {
    name: 'the scheduler in every format',
    covers: ['reply/scheduler-table#schedulerTable', 'reply/scheduler-table#schedulerRows'],
    tokens: WORDS,
    read: (text) => {
      const ad = { Name: text, CondorVersion: `$CondorVersion: ${text}`, State: text, Cpus: text }
      const slots = pieces(text).map((State) => ({ State, Cpus: 1 }))
      return written(schedulerTable, [
        schedulerRows({ schedds: [ad], slots, negotiators: [], submitters: [] }),
      ])
    },
  },
  {
    name: 'outcomes in every format',
    covers: ['reply/outcome-table#outcomeTable', 'reply/outcome-table#outcomeRows'],
    tokens: [],
    read: (text) => {
      const jobs = pieces(text, 8).map((_, cluster) => ({ cluster }))
      const outcomes = jobs.map(() => ({ outcome: 'done', jobs: 1 }) as const)
      return written(outcomeTable, [
        outcomeRows('hold', { jobs }, { jobs: 1, repeated: false, outcomes }),
      ])
    },
  },
  {
    name: 'a reply on its way',
    covers: ['staging/delivery#deliver'],
    tokens: [],
    read: (text) =>
      deliver(noStore, { event: event({}), id: '1' } as Request, pieces(text), 'text/plain'),
  },
]
