/** The directories of results: which are needed, and how they are made. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { each } from './each.ts'
import { python } from './python.ts'

const OWN = '/home/a/proc/r'
const MARK = '1234567890'
const NEEDED = `
from dry_run import Jobs
from result_directories import needed
def one(case):
    jobs = Jobs('${MARK}')
    jobs.cluster = {name.lower(): (name, value) for name, value in case['shared'].items()}
    jobs.procs = [{name.lower(): (name, value) for name, value in proc.items()} for proc in case['procs']]
    return needed(jobs, ['${OWN}', '/mnt/r'], ['job.sub', 'prog'])
`
type Attributes = Record<string, string>
const quoted = (attributes: Attributes) =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, `"${value}"`]))
const needed = (shared: Attributes, ...procs: Attributes[]) =>
  each<string[]>(NEEDED, [
    { shared: quoted({ Iwd: OWN, ...shared }), procs: procs.length > 0 ? procs.map(quoted) : [{}] },
  ])[0]

test('of names without one there are none', () => {
  expect(needed({ Out: 'o', Err: './e', UserLog: '/dev/null', In: 'a/b' })).toEqual([])
})

test('those above each file, in any spelling, below the working directory of each job', () => {
  expect(
    needed(
      { Out: 'a//o', Err: `${OWN}/b/./e`, UserLog: '/mnt/r/c/l', JobStarterLog: 'd/s' },
      {},
      { Iwd: `${OWN}/run1` },
      { Out: 'x/y/o' },
    ),
  ).toEqual(['a', 'b', 'c', 'd', 'run1', 'run1/a', 'run1/d', 'x/y'])
})

test('those of renamed results, and none outside', () => {
  expect(needed({ TransferOutputRemaps: 'a = r/a; b=c;d = /home/a/other/x ; e = r/s/e' })).toEqual([
    'r',
    'r/s',
  ])
})

test.each([
  [{ Out: `d${MARK}/o` }, /^output must not have \$\(Cluster\)/],
  [{ Iwd: `${OWN}/${MARK}` }, /^initialdir must not have \$\(Cluster\)/],
  [{ Out: 'a/b', Err: 'a/b/c' }, /'a\/b' as a file and as a directory/],
  [{ UserLog: 'prog/l' }, /'prog' as a file/],
  [{ Out: 'res/' }, /output must name a file, and 'res\/' is a directory/],
  [{ Err: 'n'.repeat(256) }, /longer name than is possible \(255 bytes\)/],
  [{ Out: `${'d/'.repeat(31)}o` }, /more than 30 levels deep/],
  [{ Out: `${'é'.repeat(256)}/o` }, /longer name/],
])('%j cannot be made', (shared, message) => {
  expect(needed(shared)).toMatch(message)
})

test('no more than a submission may have jobs', () => {
  const procs = Array.from({ length: 20_001 }, (_, i) => ({ Out: `${i}/o` }))
  expect(needed({}, ...procs)).toMatch(/more than 20,000 directories/)
})

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'canfar-proc-directories-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const make = (...paths: string[]) =>
  python(
    `import os\nfrom job_directory import made\nfd = os.open(sys.argv[1], os.O_RDONLY)\nprint(made(fd, [os.fsencode(path) for path in sys.argv[2:]]), end='')\nassert len(os.listdir('/proc/self/fd')) < 10`,
    '',
    home,
    ...paths,
  )

test('they are made, and made again, as the account’s own alone', () => {
  expect(make('a/b', 'a/c', 'd')).toBe('')
  expect(make('a/b/e', 'd')).toBe('')
  expect([readdirSync(home), readdirSync(join(home, 'a'))]).toEqual([
    ['a', 'd'],
    ['b', 'c'],
  ])
})

test('never through a link, a file or the directory above', () => {
  mkdirSync(join(home, 'other'))
  symlinkSync(join(home, 'other'), join(home, 'link'))
  writeFileSync(join(home, 'file'), '')
  expect(make('link/x')).toMatch(/link\/x .* is not a directory of this account alone/)
  expect(make('file/x')).toMatch(/is not a directory/)
  for (const path of ['../x', 'a/../../x', '/x', 'a//b', '.', '']) {
    expect(make(path)).toMatch(/is no directory/)
  }
  expect(readdirSync(join(home, 'other'))).toEqual([])
  expect(existsSync(join(home, '../x'))).toBe(false)
})

test('with nothing queued only what is empty goes', () => {
  const request = '00000000-0000-4000-8000-000000000001'
  const own = join(home, 'proc', request)
  mkdirSync(join(own, 'a/b/c'), { recursive: true })
  mkdirSync(join(own, 'kept'))
  writeFileSync(join(own, 'kept/result'), '')
  symlinkSync(join(own, 'a'), join(own, 'link'))
  python(
    `import pwd\nimport job_directory\nclass Entry:\n    pw_dir = sys.argv[1]\npwd.getpwuid = lambda _: Entry\njob_directory.remove(sys.argv[2], ['j'])`,
    '',
    home,
    request,
  )
  expect(readdirSync(own).sort()).toEqual(['kept', 'link'])
})

const INITIAL = `
import os
from initial_directory import named
from command import Result
def one(case):
    os.chdir(case['directory'])
    open('j', 'wb').write(case['text'].encode('latin-1'))
    def look(text, more):
        one.text, one.more = text.decode('latin-1'), more
        return Result(case.get('status', 0), case['out'].encode('latin-1'), b'')
    found = named('j', look)
    return [found and [path.decode('latin-1') for path in found], one.text, one.more]
`
const initial = (text: string, values: string[], status = 0) =>
  each<[string[], string, string[]]>(INITIAL, [
    {
      directory: home,
      text,
      status,
      out: values.map((value, i) => `::set(9,${i}) GateDirectory="${value}"`).join('\n'),
    },
  ])[0] as [string[], string, string[]]

test('initialdir has another name when condor_submit is asked for it', () => {
  const [found, text, more] = initial(
    'InitialDir = $(x)\nInitial_Dir=a\njob_iwd = b\nqueue InitialDir in (c)\n',
    [
      ...[
        'a',
        './b//c',
        'caf\xe9',
        '../x',
        'a/../../b',
        '/tmp',
        `${home}/d`,
        '',
        '.',
        'n'.repeat(256),
        'd/'.repeat(31),
      ],
    ],
  )
  expect(found).toEqual(['a', 'b/c', 'caf\xe9', 'd'])
  expect(text).toBe(
    'gate_directory_ = $(x)\ngate_directory_=a\ngate_directory_ = b\nqueue gate_directory_ in (c)\n',
  )
  expect(more.join(' ')).toContain('MY.GateDirectory')
  expect(initial('queue\n', ['a'], 1)[0]).toEqual([])
  const many = Array.from({ length: 2_000 }, (_, i) => `${i}/1/2/3/4/5/6/7/8/9/0`)
  expect(initial('queue\n', many)[0]).toBe(null)
})
