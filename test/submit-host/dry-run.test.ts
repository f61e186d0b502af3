/** The finished jobs, as condor_submit prints them without submitting any. */
import { expect, test } from 'vitest'
import { each } from './each.ts'

const MARK = '1234567890'
const PROGRAM = `
from dry_run import read
def one(out):
    jobs = read(out.encode('latin-1'), ${MARK})
    return [jobs.cluster, jobs.procs]
`
type Jobs = [Record<string, [string, string]>, Record<string, [string, string]>[]]
const read = (...lines: string[]) => each<Jobs>(PROGRAM, [lines.join('\n')])[0]

const set = (proc: number, text: string) => `::set(${MARK},${proc}) ${text}`
const HEAD = ['Dry-Run job(s)', '::get_newCluster', '::get_newProc']
const ONE = [...HEAD, set(-1, 'Cmd="/x"'), set(0, 'ProcId=0')]

test('what all jobs have in common, and what each has of its own', () => {
  expect(
    read(...HEAD, set(-1, 'Args="a = b) c"'), set(0, 'A=1'), '::get_newProc', set(1, 'a=2')),
  ).toEqual([{ args: ['Args', '"a = b) c"'] }, [{ a: ['A', '1'] }, { a: ['a', '2'] }]])
})

test('the later one of two counts, whatever its case', () => {
  expect(read(...ONE, set(-1, 'CMD="/y"'))).toMatchObject([{ cmd: ['CMD', '"/y"'] }, [{}]])
})

test('words of a description are passed over before the jobs, and nothing else is', () => {
  expect(read('my own words', '::set', ...ONE)).toMatch(/something else/)
  expect(read('my own words', ...ONE)).toMatchObject([{}, [{}]])
  expect(read(...ONE, '', `${MARK}.0 - ${MARK}.0`)).toMatchObject([{}, [{}]])
  expect(read(...ONE, 'set(1,0) A=1')).toMatch(/something else/)
  expect(read(...ONE, '::set(1,0) ProcRequestId="x"')).toMatch(/something else than plain jobs/)
})

/** HTCondor prints a line break in a string as it is, and escapes quotes in it. */
test.each([
  ['a string', 'NotifyUser="a', set(-1, 'A=eval/**/(T)'), 'b"'],
  ['one with a quote before its break', 'NotifyUser="a\\"', set(-1, 'A=eval/**/(T)'), 'b"'],
  ['one that ends in an attribute', 'VMAMI="a\\"', set(-1, 'B=\\"z"')],
  ['in a number', 'VMAMI="a\\"', set(-1, 'B=1"')],
  ['in a name', 'VMAMI="a\\"', set(-1, 'q" == 1')],
  ['in a quoted name', 'VMAMI="a\\"', set(-1, `B='1"`)],
  ['in a string of an attribute', 'VMAMI="a\\"', set(-1, 'C=" == "foo\\"')],
  ['in a command', 'VMAMI="a\\"', '::sendCommand(RESCHEDULE, x", 0)'],
  ['in the number of jobs', 'VMAMI="a\\"', `${MARK}.0 - ${MARK}.0"`],
  ['in another attribute of ours', 'VMAMI="a\\"', set(-1, 'VMAMI=a"')],
  ['a quoted name', "VMAMI='a", set(-1, 'A=eval/**/(T)'), "b'"],
  ['a string of an expression', 'VMAMI=strcat("a\\"', set(-1, 'A=1'), '", "b")'],
])('no attribute begins within %s', (_, first, ...rest) => {
  expect(read(...ONE, set(-1, first), ...rest)).toMatch(/one line of text|something else/)
})

test('a backslash or a quote in a string is its own', () => {
  for (const value of ['"C:\\dir\\"', '"a\\"b"', '"it\'s"', 'strcat("a\\"", B, "\'")', '1 + 2']) {
    expect(read(...ONE, set(0, `A=${value}`))).toMatchObject([{}, [{ a: ['A', value] }]])
  }
})

test.each([
  ['::setFactory(1234567890,file)', /^max_materialize and max_idle are not available/],
  ['::send_Jobset(1)', /^jobset is not available/],
  ['::send_SpoolFile: cluster 1', /^copy_to_spool is not available/],
  ['::anything', /something else than plain jobs: anything/],
  [set(7, 'A=1'), /something else than plain jobs/],
  [set(0, 'A'), /something else than plain jobs/],
])('%s is refused', (line, words) => {
  expect(read(...ONE, line)).toMatch(words)
})

test('none, and two clusters, are refused', () => {
  expect(read('Dry-Run job(s)')).toBe('the description queues no jobs')
  expect(read('::get_newCluster')).toBe('the description queues no jobs')
  expect(read('::get_newProc')).toMatch(/something else/)
  expect(read(...ONE, '::get_newCluster', '::get_newProc')).toMatch(/makes 2 clusters; one/)
})

test('a mark has ten digits, and is another one each time', () => {
  const marks = each<number>(
    'from dry_run import cluster_mark\ndef one(_): return cluster_mark()',
    [1, 2, 3],
  )
  expect(new Set(marks).size).toBe(3)
  for (const mark of marks) expect(String(mark)).toMatch(/^1\d{9}$/)
})
