/** What the submit host and its schedd say. */
import { Arriving } from '../../../lib/arriving.ts'
import { actOnJobs, removeJobs } from '../../../lib/condor/action.ts'
import { analyzeJob, verdict } from '../../../lib/condor/analysis.ts'
import {
  integer,
  jobState,
  number,
  parseAds,
  readAds,
  stateNumber,
  text,
  time,
} from '../../../lib/condor/classad.ts'
import { perform, problemOf, stream } from '../../../lib/condor/gate.ts'
import { findJobs } from '../../../lib/condor/job.ts'
import { listJobs } from '../../../lib/condor/jobs.ts'
import { hostKeys, readKnownHosts } from '../../../lib/condor/known-hosts.ts'
import { openOutput } from '../../../lib/condor/output.ts'
import { ping, schedulerState } from '../../../lib/condor/scheduler.ts'
import { submitJobs } from '../../../lib/condor/submit.ts'
import { arriving, ended, pieces, type Reader } from '../reader.ts'
import { later, saying } from './saying.ts'

const AD = ['\n}\n', '{\n', '"a": 1', '[\n', ']\n', '}']
const ANALYSIS = [
  ...[
    'Of 9 machines',
    'Of 3 slots',
    ' are able to run your job',
    ' slots match and are willing to run your job',
  ],
  ...[' match and are already running your jobs', ' match but are serving other users'],
  ...[' reject your job because of their own requirements', '\n[0]  0  ', '\n[0]  never  '],
  ...['RequestMemory', 'TARGET.', '\n  RequestMemory = 3 (mb)\n', 'The Requirements expression'],
]
const at = { cluster: 1, proc: 0 }

const adOf = (value: string) =>
  JSON.stringify({ Owner: 'alice', ClusterId: 1, ProcId: 0, HoldReason: value }, null, 1)

export const condor: readonly Reader[] = [
  {
    name: 'pieces of what arrives',
    covers: ['arriving#Arriving'],
    tokens: AD,
    read: (words) => {
      const arrived = new Arriving('\n}\n')
      for (const piece of pieces(words, 7)) {
        const whole = arrived.add(piece)
        if (whole !== undefined) arrived.keep(whole.slice(whole.lastIndexOf('\n}\n') + 3))
      }
      return arrived.rest()
    },
  },
  {
    name: 'ads',
    covers: ['condor/classad#readAds'],
    tokens: AD,
    read: (words) => ended(readAds(arriving(words))),
  },
  {
    name: 'an ad with a long value',
    covers: ['condor/jobs#listJobs', 'condor/gate#stream', 'condor/classad#readAds'],
    tokens: AD,
    read: async (words) => {
      await ended(listJobs(saying(`[\n${adOf(words)}\n]\n`), [], later()))
      await ended(stream(saying(words), { op: 'list' }, later()))
    },
  },
  {
    name: 'the ads of a whole reply',
    covers: ['condor/classad#parseAds', 'condor/job#findJobs', 'condor/gate#perform'],
    tokens: AD,
    read: async (words) => {
      await perform(saying(words), findJobs('alice', at, []), later()).catch(() => {})
      findJobs('alice', at, []).read(`[${adOf(words)}]`)
      findJobs('alice', at, []).read(`[${pieces(words).map(adOf)}]`)
      return parseAds(words)
    },
  },
  {
    name: 'a value of an ad',
    covers: ['text', 'number', 'integer', 'time', 'jobState', 'stateNumber'].map(
      (one) => `condor/classad#${one}`,
    ),
    tokens: ['/Expr(', '-1', '.5'],
    read: (words) => {
      const ad = { a: words, JobStatus: words }
      return [
        text(ad, 'a'),
        number(ad, 'a'),
        integer(ad, 'a'),
        time(ad, 'a'),
        jobState(ad),
        stateNumber(words),
      ]
    },
  },
  {
    name: 'an analysis',
    covers: ['condor/analysis#analyzeJob', 'condor/analysis#verdict'],
    tokens: ANALYSIS,
    read: (words) => verdict({ JobStatus: 1 }, analyzeJob('alice', at).read(words)),
  },
  {
    name: 'the condition of an analysis',
    covers: ['condor/analysis#verdict'],
    tokens: ANALYSIS,
    read: (words) => verdict({ JobStatus: 1 }, `Of 9 machines\n[0]  0  ${words}`),
  },
  {
    name: 'the reason of a state',
    covers: ['condor/analysis#verdict'],
    tokens: [],
    read: (words) =>
      [3, 2, 5, 6].map((JobStatus) =>
        verdict({ JobStatus, HoldReason: words, RemoveReason: words, RemoteHost: words }),
      ),
  },
  {
    name: 'replies in JSON',
    covers: [
      ...['condor/action#actOnJobs', 'condor/action#removeJobs', 'condor/submit#submitJobs'],
      ...['condor/scheduler#schedulerState', 'condor/scheduler#ping'],
    ],
    tokens: ['{"a":', '[', '"', '{"outcomes":['],
    read: (words) => {
      const operations = [
        actOnJobs('alice', 'hold', { jobs: [] }),
        removeJobs('alice'),
        schedulerState,
        ping,
        submission,
      ]
      for (const reply of [
        words,
        JSON.stringify({ jobs: words, outcomes: pieces(words), outcome: words, schedd: words }),
      ]) {
        for (const { read } of operations) attempted(() => read(reply))
      }
    },
  },
  {
    name: 'the last words of condor-gate',
    covers: ['condor/gate#problemOf'],
    tokens: ['ERROR: ', 'submit'],
    read: (words) => [65, 66, 67, 69, 73, 75, 77, 78, 1].map((status) => problemOf(status, words)),
  },
  {
    name: 'what a job wrote',
    covers: ['condor/output#openOutput'],
    tokens: ['{"size":1}\n', '{"size":9,"first":0,"length":9}\n'],
    read: async (words) => {
      const wanted = { account: 'alice', ...at, file: 'log', range: undefined, most: 9 } as const
      const { bytes } = await openOutput(saying(words), wanted, later())
      await ended(bytes)
    },
  },
  {
    name: 'known hosts',
    covers: ['condor/known-hosts#readKnownHosts', 'condor/known-hosts#hostKeys'],
    tokens: ['a ssh-ed25519 AAAA\n', 'a,b', '[a]:22', '@cert-authority '],
    read: (words) => [hostKeys(words, 'a', 22), readKnownHosts(words, { host: 'a', port: 22 })],
  },
]

const submission = submitJobs({
  account: 'alice',
  request: '1',
  digest: '',
  description: { name: 'a', size: 0, sha256: '', content: '' },
  executable: { path: '/a' },
  append: [],
})

function attempted(work: () => unknown): void {
  try {
    work()
  } catch {
    // It is the work that counts.
  }
}
