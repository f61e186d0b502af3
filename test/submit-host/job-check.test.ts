/** Which finished jobs may go to the schedd, and what of them is left out: as the dry run of condor_submit prints them. */
import { expect, test } from 'vitest'
import { python } from './python.ts'

const PROGRAM = `
import json
from dry_run import read
from failure import Failure
from job_check import check
from job_place import Place
from plain_description import write
for homes, shared, procs in json.load(sys.stdin):
    lines = ['::get_newCluster', '::get_newProc', '::int(1234567890,-1) ClusterId=1234567890', '::set(1234567890,-1) JobUniverse=5']
    lines += ['::set(1234567890,-1) ' + line for line in shared]
    for at, proc in enumerate(procs):
        lines += ['::get_newProc'] if at else []
        lines += [f'::int(1234567890,{at}) ProcId={at}', *[f'::set(1234567890,{at}) {line}' for line in proc]]
    try:
        jobs = read('\\n'.join(lines).encode('latin-1'), 1234567890)
        check(jobs, 'alice', Place(['/home/alice/proc/r'], homes))
        text = write(jobs, '/bin/true', False, ['+ProcRequestId = "r"']).decode('latin-1')
        kept = [line for line in text.split('\\n') if not line.endswith(' = undefined')]
        print(json.dumps(kept[6:-1]))
    except Failure as failure:
        print(json.dumps(failure.message))
`
const check = (
  shared: readonly string[],
  procs: readonly string[][] = [[]],
  homes: string[] = [],
) => JSON.parse(python(PROGRAM, JSON.stringify([[homes, shared, procs]]))) as string | string[]

test("what is the service's or HTCondor's own is left out, and the rest stands for itself", () => {
  expect(
    check([
      'Cmd="/x"',
      'VMAMI="other"',
      'procrequestid=undefined',
      'QDate=1',
      'NotifyUser="-X!x"',
      'Out="a $x b"',
      'Mine=1 + 2',
    ]),
  ).toEqual(['MY.Out = "a $(DOLLAR)x b"', 'MY.Mine = 1 + 2', '+ProcRequestId = "r"', 'queue 1'])
  expect(check(['Out="o.1234567890"'])).toContain('MY.Out = "o.$(Cluster)"')
})

test('jobs that differ are rows, in which a blank and a comma end no value', () => {
  expect(check(['Args="a"'], [['JobStatus=5'], ['JobStatus=1', 'Args="b, c"', 'X=1']])).toEqual([
    'MY.Args = "a"',
    '+ProcRequestId = "r"',
    ...[
      expect.any(String),
      expect.any(String),
      expect.any(String),
      expect.any(String),
      expect.any(String),
    ],
    'queue MY.Args,MY.X,hold from (',
    '"a" undefined true',
    '"b$(GATE_C_)$(GATE_S_)c" 1 false',
    ')',
  ])
})

test.each([
  ['JobUniverse=12', /^universe 12 is not accepted/],
  ['AcctGroupUser="bob"', /^accounting_group and accounting_group_user are not accepted/],
  ['JobNotification=2', /^notification must be never/],
  ['Owner="bob"', /^the owner of a job/],
  ['NumJobStarts=3', /^NumJobStarts is set by HTCondor itself/],
  ['TransferPlugins="x=y"', /^transfer_plugins are not available/],
  ['CheckpointDestination="x"', /^checkpoint_destination is not/],
  ['WantIOProxy=true', /^condor_chirp/],
  ['HookKeyword="X"', /^HookKeyword belongs to HTCondor/],
  ['TransferOutput="a,box://x/y"', /^transfer_output_files must name files, not URLs/],
  ['TransferOutputRemaps="a=../b"', /^transfer_output_remaps must not have \.\./],
  ['Out="/etc/x"', /^output must be below/],
  ['UserLog="/home/alice/.ssh/x"', /^log must be below/],
  ['Iwd="/home/alice"', /^initialdir must be below/],
  ['JobPrio=1 + 1', /^priority must be a whole number/],
  ['Rank=eval(x)', /^Rank the function eval is not available/],
  ['a b=1', /is no name for an attribute/],
])('%s is refused', (line, words) => {
  expect(check([line])).toMatch(words)
  expect(check([], [[], [line]])).toMatch(words)
})

test("the cluster's number names no attribute, neither as its name nor in an expression", () => {
  for (const line of [
    'A_1234567890=1',
    'A1_7=A0_1234567890 + A0_1234567890',
    'Rank=MY.A1234567890',
    'PeriodicHold=regexp("a", x1234567890x)',
  ])
    expect(check([line]), line).toMatch(/must not have \$\(Cluster\) in/)
  expect(check(['A=1234567890 + 1', 'B="x1234567890x"', 'C=size("1234567890") > 2'])).toEqual(
    expect.arrayContaining(['MY.A = $(Cluster) + 1', 'MY.B = "x$(Cluster)x"']),
  )
})

test('where results may go to the home, a hidden name stays out, and initialdir does', () => {
  const home = (line: string) => check([line], [[]], ['/home/alice'])
  expect(home('Out="/home/alice/results/x"')).toContain('MY.Out = "/home/alice/results/x"')
  expect(home('Out="/home/alice/.local/x"')).toMatch(/hidden name/)
  expect(home('Out="/home/bob/x"')).toMatch(/must be below/)
  expect(home('Iwd="/home/alice"')).toMatch(/must be below/)
})

test('a cron day that some months have not is refused, unless another is before it', () => {
  for (const day of [
    '30',
    '31',
    '29,30',
    '30-31',
    '*/31',
    '*/30',
    '0',
    '',
    ',1',
    '29-30/30',
    'x',
    '1/2',
  ])
    expect(check([`CronDayOfMonth="${day}"`]), day).toMatch(/^cron_day_of_month must begin with/)
  for (const day of ['*', '1', '28', '1,31', '5-31', '*/2', '*/14', ' 7'])
    expect(check([`CronDayOfMonth="${day}"`]), day).toContain(`MY.CronDayOfMonth = "${day}"`)
})

test('what all jobs have together is bounded: the schedd reads it in its one thread, and lists show it', () => {
  const procs = (count: number) => Array.from({ length: count }, () => [])
  const name = `JobBatchName="${'x'.repeat(9_000)}"`
  expect(check([name], procs(5_000))).toEqual(expect.any(Array))
  expect(check([name], procs(6_000))).toMatch(/^names, reasons and results of 6,000 jobs have more/)
  const results = `TransferOutput="${'x'.repeat(200_000)}"`
  expect(check([results], procs(100))).toEqual(expect.any(Array))
  expect(check([results], procs(300))).toMatch(/^names, reasons and results of 300 jobs/)
  const own = Array.from({ length: 6_000 }, (_, at) => [`JobBatchName="${`${at}`.padEnd(9_000)}"`])
  expect(check([], own)).toMatch(/^names, reasons and results of 6,000 jobs/)
  const different = (count: number) =>
    Array.from({ length: count }, (_, at) => Array.from({ length: 18 }, (_, n) => `A${n}=${at}`))
  expect(check([], different(5_000))).toEqual(expect.any(Array))
  expect(check([], different(12_000))).toMatch(/^12,000 jobs differ in more than 200,000/)
  const environment = (at: number) => `Environment="a=${`${at}`.padEnd(900_000)}"`
  expect(check([environment(0)], procs(200))).toEqual(expect.any(Array))
  expect(
    check(
      [],
      Array.from({ length: 120 }, (_, at) => [environment(at)]),
    ),
  ).toMatch(/^the attributes of 120 jobs have more than/)
})

test('a claim is not kept idle for long', () => {
  expect(check(['KeepClaimIdle=300'])).toContain('MY.KeepClaimIdle = 300')
  expect(check(['KeepClaimIdle=301'])).toMatch(/^keep_claim_idle must not be more than 300 seconds/)
})

test('lists that HTCondor moves on at each start are short', () => {
  expect(check(['JobMachineAttrs="a,b"', 'JobMachineAttrsHistoryLength=20'])).toContain(
    'MY.JobMachineAttrs = "a,b"',
  )
  for (const line of [
    'JobMachineAttrsHistoryLength=21',
    'JobMachineAttrsHistoryLength=999',
    `JobMachineAttrs="${'a,'.repeat(60)}"`,
    `JobMachineAttrs="${'a'.repeat(1_001)}"`,
  ])
    expect(check([line]), line).toMatch(/^job_machine_attrs/)
})

test('where results may go anywhere in the home, they never become the home itself or another job', () => {
  const remap = (path: string) =>
    check([`TransferOutputRemaps="d = ${path}"`], [[]], ['/home/alice'])
  for (const path of [
    '/home/alice',
    '/home/alice/',
    '/home/alice//',
    '/home/alice/proc/x',
    '/home/alice/.ssh/x',
    '/home/alice//.ssh',
  ])
    expect(remap(path), path).toMatch(/^transfer_output_remaps must/)
  expect(remap('/home/alice/results/d')).toContain(
    'MY.TransferOutputRemaps = "d = /home/alice/results/d"',
  )
})

test('what HTCondor names by itself is refused', () => {
  for (const name of [
    'MATCH_EXP_Out',
    'match_Memory',
    'SUBMIT_Iwd',
    '_condor_x',
    '_x_catalog_a',
    'Target',
    'My',
    'NegotiatorMatchExprX',
    'DataReuseManifestSHA256',
  ])
    expect(check([`${name}="x"`]), name).toMatch(/belongs to HTCondor/)
})

test('results have no text that is filled in at the match', () => {
  for (const name of [
    'TransferOutput',
    'TransferOutputRemaps',
    'TransferCheckpoint',
    'In',
    'Out',
    'Iwd',
  ])
    expect(check([`${name}="a = box:$$(X:/)/y"`]), name).toMatch(/must not have \$\$/)
})
