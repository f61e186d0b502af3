/** The one sentence on why a job waits, from what condor_q of 23.9 and of 25 really wrote. */
import { expect, test } from 'vitest'
import { analyzeJob, verdict } from '../../lib/condor/analysis.ts'

const MEMORY = `-- Schedd: submit.condor.test : <127.0.0.1:17763?...
-- Schedd: submit.condor.test : <127.0.0.1:17763?...
The Requirements expression for job 5.000 is

    (TARGET.Arch == "X86_64") && (TARGET.Memory >= RequestMemory)

Job 5.000 defines the following attributes:

    DiskUsage = 1
    RequestDisk = DiskUsage (kb)
    RequestMemory = 999999 (mb)

The Requirements expression for job 5.000 reduces to these conditions:

         Slots
Step    Matched  Condition
-----  --------  ---------
[0]           2  TARGET.Arch == "X86_64"
[5]           0  TARGET.Memory >= RequestMemory

005.000:  Run analysis summary ignoring user priority.  Of 1 machines,
      1 are rejected by your job's requirements
      0 reject your job because of their own requirements
      0 match and are already running your jobs
      0 match but are serving other users
      0 are able to run your job
`
const NEVER = `Step   Matched  Condition
----- --------- ---------
[0]       never  false

083.000:  Run analysis summary ignoring user priority.  Of 1 slots on 1 machines,
      1 slots are rejected by your job's requirements
      0 slots reject your job because of their own requirements
      0 slots match and are willing to run your job
`
const summary = (rejected: number, refusing: number, running: number, busy: number, able: number) =>
  `Of 9 machines,
      ${rejected} are rejected by your job's requirements
      ${refusing} reject your job because of their own requirements
      ${running} match and are already running your jobs
      ${busy} match but are serving other users
      ${able} are able to run your job
`

test.each([
  [MEMORY, 'Waiting: none of 1 machines has Memory >= 999999 MB'],
  [NEVER, 'Waiting: none of 1 slots has false'],
  [NEVER.replace('0 slots match', '1 slots match'), /^Waiting: 1 of 1 slots could run it/],
  [summary(9, 0, 0, 0, 0), 'Waiting: none of 9 machines has all that the job asks for'],
  [summary(7, 2, 0, 0, 0), 'Waiting: 2 of 9 machines fit, and do not accept the job'],
  [summary(4, 0, 2, 3, 0), 'Waiting: the 5 of 9 machines that fit are all busy'],
  [summary(0, 0, 0, 0, 9), /^Waiting: 9 of 9 machines could run it/],
  ['', 'Waiting: there are no machines in the pool at the moment'],
])('an idle job', (analysis, sentence) => {
  const said = verdict({ JobStatus: 1 }, analysis)
  expect(said).toMatch(sentence)
  expect(said).not.toContain('\n')
})

test.each([
  [
    { JobStatus: 5, HoldReason: 'via condor_hold', EnteredCurrentStatus: 1e9 },
    'Held since 2001-09-09T01:46:40Z: via condor_hold',
  ],
  [{ JobStatus: 2, RemoteHost: 'slot1@w' }, 'Running on slot1@w'],
  [{ JobStatus: 4, ExitCode: 3 }, 'Completed with exit code 3'],
  [{ JobStatus: 4, ExitSignal: 9 }, 'Completed with signal 9'],
  [{ JobStatus: 3, RemoveReason: 'by alice' }, 'Removed: by alice'],
  [{ JobStatus: 6 }, 'Its output is being transferred from the worker'],
  [{ JobStatus: 7 }, 'Suspended'],
  [{}, 'Its state is not known'],
])('%j', (ad, sentence) => {
  expect(verdict(ad)).toBe(sentence)
})

test("the schedd's address does not reach the user", () => {
  const { read } = analyzeJob('alice', { cluster: 5, proc: 0 })
  expect(read(MEMORY)).toMatch(/^The Requirements expression for job 5\.000 is\n/)
  expect(read(MEMORY)).not.toContain('127.0.0.1')
})
