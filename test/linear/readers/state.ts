/** What the service keeps in the object store, what an operator puts there, and what it logs. */
import { configurationNotes } from '../../../lib/health/configuration.ts'
import { diskNotes } from '../../../lib/health/disks.ts'
import { loadOf, refuseWhenBusy } from '../../../lib/health/load.ts'
import { parseMaintenance } from '../../../lib/health/maintenance.ts'
import { parseState } from '../../../lib/health/state.ts'
import { endingSoon } from '../../../lib/health/truststore.ts'
import { causes, logLine, logRequest } from '../../../lib/log/log.ts'
import {
  comparable,
  idOf,
  lineOf,
  parseRow,
  readLines,
  rowOf,
  statusOf,
  userOf,
} from '../../../lib/snapshot/job-row.ts'
import { Page } from '../../../lib/snapshot/page.ts'
import { parseSnapshotState } from '../../../lib/snapshot/state.ts'
import type { ObjectStore } from '../../../lib/staging/object-store.ts'
import { silently } from '../event.ts'
import { arriving, ended, pieces, type Reader } from '../reader.ts'

const JSON_WORDS = ['{"a":', '[', '"', '{"turn":1,"earlier":[', '{"note":"']
const request = {
  operation: 'get',
  request: '1',
  account: 'a',
  method: 'GET',
  status: 500,
  milliseconds: 1,
} as const
const rest = { stages: {}, received: 0, sent: 0, cold: false, audit: undefined } as const

/** A store all of whose objects are this. */
const holding = (text: string) =>
  ({ configuration: async () => ({ text }) }) as unknown as ObjectStore

const rowsOf = (text: string) =>
  pieces(text).map((Cmd, n) =>
    rowOf({ ClusterId: (n * 7919) % 10_007, ProcId: n, Owner: Cmd, Cmd, JobStatus: 2 }),
  )

export const state: readonly Reader[] = [
  {
    name: 'the load of the scheduler',
    covers: ['health/load#loadOf', 'health/load#refuseWhenBusy'],
    tokens: ['nice-user.', 'alice@'],
    read: (text) => {
      const submitters = [text, ...pieces(text)].map((Name) => ({ Name, IdleJobs: Name }))
      const load = loadOf({
        schedds: [{ RecentDaemonCoreDutyCycle: text }],
        slots: [],
        negotiators: [],
        submitters,
      })
      refuseWhenBusy(load, text, { dutyCycle: 1, jobsPerAccount: 1 })
    },
  },
  {
    name: 'the disks of the submit host',
    covers: ['health/disks#diskNotes'],
    tokens: ['queue', 'records'],
    read: (text) => {
      const low = { bytes: [0, 1], inodes: [0, 1] } as const
      diskNotes(Object.fromEntries([text, ...pieces(text)].map((name) => [name, low])))
    },
  },
  {
    name: 'what an operator keeps in the bucket',
    covers: ['health/configuration#configurationNotes', 'health/truststore#endingSoon'],
    tokens: [
      '-----BEGIN CERTIFICATE-----\n',
      '-----END CERTIFICATE-----\n',
      '"/CN=a" jane\n',
      'a:',
      'ssh-rsa ',
      ...JSON_WORDS,
    ],
    read: async (text) => {
      await configurationNotes(holding(text), { host: 'a', port: 22, user: 'a' })
      for (const bundle of [text, `-----BEGIN CERTIFICATE-----\n${text}`]) {
        try {
          endingSoon(bundle, 0)
        } catch {
          // It is no certificate.
        }
      }
    },
  },
  {
    name: 'state in JSON',
    covers: [
      'health/state#parseState',
      'health/maintenance#parseMaintenance',
      'snapshot/state#parseSnapshotState',
    ],
    tokens: [...JSON_WORDS, '2026-12-01T08:00:00', '.0', 'Z'],
    read: (text) => {
      parseState(text)
      parseSnapshotState(text)
      const faults = [text, ...pieces(text)]
      parseState(JSON.stringify({ checkedAt: 1, available: false, faults }))
      parseMaintenance(JSON.stringify({ note: text, backAt: text }))
    },
  },
  {
    name: 'a line of the log',
    covers: ['log/log#logLine', 'log/log#logRequest', 'log/log#causes'],
    tokens: ['http://', 'https://', 'http://a?b ', '?'],
    read: (text) =>
      silently(() => {
        causes(new Error(text, { cause: text }))
        logLine('get', { path: text }, text)
        logRequest({ ...request, ...rest, path: text }, new Error(text))
      }),
  },
  {
    name: 'rows of a snapshot',
    covers: ['rowOf', 'lineOf', 'comparable', 'parseRow', 'userOf', 'statusOf', 'idOf'].map(
      (one) => `snapshot/job-row#${one}`,
    ),
    tokens: ['1.0', '.'],
    read: (text) => {
      for (const row of [...rowsOf(text), [text, text]]) {
        const line = comparable(row, lineOf(row))
        const read = parseRow(line)
        idOf(read)
        userOf(read)
        statusOf(read)
      }
    },
  },
  {
    name: 'the lines of a snapshot',
    covers: ['snapshot/job-row#readLines'],
    tokens: ['["1.0"]\n'],
    read: (text) => ended(readLines(arriving(text))),
  },
  {
    name: 'a page of a snapshot',
    covers: ['snapshot/page#Page'],
    tokens: [],
    read: (text) => {
      const lines = rowsOf(text).map(lineOf)
      return ended(
        new Page(
          async function* () {
            yield lines
          },
          { most: 10 },
        ).rows(),
      )
    },
  },
]
