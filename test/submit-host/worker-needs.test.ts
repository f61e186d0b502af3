/** What is said of a pool that lacks what jobs need, and of input files that its workers would not copy. */
import { expect, test } from 'vitest'
import { each } from './each.ts'

const PROGRAM = `
import worker_needs
from command import Result
from dry_run import Jobs
def one(case):
    jobs = Jobs('1234567890')
    jobs.cluster = {name.lower(): (name, value) for name, value in case['shared'].items()}
    jobs.procs = [{name.lower(): (name, value) for name, value in proc.items()} for proc in case['procs']]
    asked = []
    def read_all(argv, limit):
        asked.append(argv[2:])
        able = ' '.join(['true' for _ in argv[2:-1]] + ['one.example\\n'])
        return Result(case['status'], case.get('pool', able).encode(), b'')
    worker_needs.read_all = read_all
    return [worker_needs.warnings(jobs), asked]
`
type Attributes = Record<string, string>
type Pool = { pool?: string; status?: number | null }
/** What is said, and what the collector is asked. The pool is one slot that can do everything, unless it is given. */
function warnings(shared: Attributes, procs: Attributes[] = [{}], pool: Pool = {}) {
  const one = { status: 0, ...pool, shared, procs }
  return each<[string[], string[][]]>(PROGRAM, [one])[0]
}

const IF_NEEDED = { ShouldTransferFiles: '"IF_NEEDED"', FileSystemDomain: '"one.example"' }
const NOT_TRANSFERRED = [/neither copies nor downloads.* write should_transfer_files = yes/]
const said = (...words: RegExp[]) => [
  words.map((word) => expect.stringMatching(word)),
  expect.anything(),
]

test('nothing is asked where nothing is needed', () => {
  expect(warnings({ Cmd: '"/bin/true"', ...IF_NEEDED })).toEqual([[], []])
  expect(warnings({ WantDocker: 'false' })).toEqual([[], []])
})

test.each([
  '/etc/hostname',
  'sub/file',
  'sub/',
  '/',
  '..',
  '../prog',
  './sub/file',
  ' a , b , /c ',
  'https://a.example/b',
  'FILE:///etc/hostname',
])('%s is not in the directory where the job runs', (files) => {
  expect(warnings({ ...IF_NEEDED, TransferInput: `"${files}"` })).toEqual(said(...NOT_TRANSFERRED))
})

test.each(['prog', './prog', '././prog', 'a, ./b,c', './', '.', '', 'a name', '..prog', 'a:b'])(
  '%s is there anyway',
  (files) => {
    expect(warnings({ ...IF_NEEDED, TransferInput: `"${files}"` })).toEqual([[], []])
  },
)

test('each job is judged by its own three attributes', () => {
  const file = { TransferInput: '"/c"' }
  const yes = { ShouldTransferFiles: '"YES"' }
  const elsewhere = { FileSystemDomain: '"two.example"' }
  expect(warnings(IF_NEEDED, [{}, { ...file, ...yes }])).toEqual([[], []])
  expect(warnings({ ...IF_NEEDED, ...file }, [yes, { TransferInput: '"c"' }])).toEqual([[], []])
  expect(warnings(IF_NEEDED, [{}, { ...file, ...elsewhere }])).toEqual(said())
  expect(warnings(IF_NEEDED, [{}, file])).toEqual(said(...NOT_TRANSFERRED))
  expect(warnings({ ...IF_NEEDED, ...file }, [yes, elsewhere, {}])).toEqual(
    said(...NOT_TRANSFERRED),
  )
})

test('names of file systems, and if_needed, are compared in any case; an expression is no text', () => {
  const file = { TransferInput: '"/c"' }
  const domain = { FileSystemDomain: '"One.Example"' }
  expect(warnings({ ...domain, ...file, ShouldTransferFiles: '"If_Needed"' })).toEqual(
    said(...NOT_TRANSFERRED),
  )
  expect(warnings({ ...domain, ...file, ShouldTransferFiles: '"auto"' })).toEqual(
    said(...NOT_TRANSFERRED),
  )
  for (const value of ['undefined', 'ifThenElse(true, "IF_NEEDED", "NO")', '"NO"', '']) {
    expect(warnings({ ...IF_NEEDED, ...file, ShouldTransferFiles: value })).toEqual([[], []])
  }
  expect(warnings({ ...IF_NEEDED, TransferInput: 'undefined' })).toEqual([[], []])
})

test('a need is told where no slot fulfils it, of the slots that are not parts of others', () => {
  const docker = { WantDocker: 'true' }
  const pool = (...lines: string[]) => ({ pool: lines.map((line) => `${line}\n`).join('') })
  const none = pool('true false one.example', 'false false one.example', 'true false two.example')
  expect(warnings({}, [{}, docker], none)).toEqual(said(/^none of the 2 slots .* runs Docker/))
  expect(warnings(docker, [{}], pool('true false a', 'false true a'))).toEqual(said())
  expect(warnings(docker, [{}], pool('true false a', 'true undefined a', 'true true b'))).toEqual(
    said(),
  )
})

test('of several needs each is told by itself, in one question', () => {
  const needs = { WantContainer: 'true', TransferInput: '"OSDF:///a, https://b.example/c"' }
  expect(warnings(needs, [{}], { pool: 'true false true false one.example\n' })).toEqual([
    [expect.stringMatching(/runs containers/), expect.stringMatching(/fetches osdf: files/)],
    [
      [
        'SlotType =!= "Dynamic"',
        '(HasContainer =?= true)',
        '(stringListIMember("https", HasFileTransferPluginMethods) =?= true)',
        '(stringListIMember("osdf", HasFileTransferPluginMethods) =?= true)',
        'FileSystemDomain',
      ],
    ],
  ])
})

test('nothing is said of a pool that is empty or silent', () => {
  const needs = { WantDocker: 'true', ...IF_NEEDED, TransferInput: '"/c"' }
  expect(warnings(needs, [{}], { pool: '' })).toEqual(said())
  expect(warnings(needs, [{}], { status: 1, pool: 'true false one.example\n' })).toEqual(said())
  expect(warnings(needs, [{}], { status: null })).toEqual(said())
})

test('no scheme of a user is more than letters, and vos: is refused', () => {
  const odd = String.raw`a\"b://c, x y://d, ${'s'.repeat(21)}://e, 1://f, ://g`
  expect(warnings({ TransferInput: `"${odd}"` })).toEqual([[], []])
  expect(warnings({}, [{}, { TransferInput: '"a, VOS://cadc/b"' }])).toMatch(/takes no vos: file/)
})

test('a list of files is read once, however many jobs have it', () => {
  const files = `"${'a,'.repeat(500_000)}/c"`
  const procs = Array.from({ length: 2_000 }, (_, i) => ({ FileSystemDomain: `"${i}.example"` }))
  expect(warnings({ ...IF_NEEDED, TransferInput: files }, procs)).toEqual(said())
})
