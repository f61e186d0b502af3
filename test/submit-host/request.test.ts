/** A line of a hostile service: a checked request comes out, or 64 and one line of words. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gate, python, SUBMIT_HOST } from './python.ts'

const CHECK = `
import json
from failure import Failure
from request import read
for line in sys.stdin.read().split():
    try:
        print(json.dumps({'request': read(bytes.fromhex(line[1:]))}))
    except Failure as failure:
        print(json.dumps({'status': failure.status, 'message': failure.message}))
`

interface Verdict {
  request?: Record<string, unknown>
  status?: number
  message?: string
}

/** One Python for all lines; anything but a Failure ends it, and python() throws. */
function check(lines: (string | Buffer)[]): Verdict[] {
  const input = lines.map((line) => `x${Buffer.from(line).toString('hex')}\n`).join('')
  return python(CHECK, input)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

const verdict = (request: unknown) => check([JSON.stringify(request)])[0]

const DIGEST = 'a'.repeat(64)
const file = (name: string) => ({
  name,
  url: 'https://store.example/bucket/k?X-Amz-Signature=0a%2Fb',
  size: 3,
  sha256: DIGEST,
})
const carried = (name: string, bytes: Buffer) => ({
  name,
  content: bytes.toString('base64'),
  size: bytes.length,
  sha256: DIGEST,
})
const SUBMIT = {
  v: 1,
  op: 'submit',
  account: 'alice',
  request: '0a1b2c3d-0000-4000-8000-0123456789ab',
  digest: DIGEST,
  files: [file('job.sub'), file('my prog.exe')],
  description: 'job.sub',
  executable: { file: 'my prog.exe' },
  append: ['+VMAMI = "x:y"', '+VMKeepAlive = 3', 'requirements = VMType =?= "x:y" && Arch == "x"'],
}
const JOB = { v: 1, op: 'job', account: 'alice', cluster: 0, proc: 2147483647 }
const without = (request: object, field: string) =>
  Object.fromEntries(Object.entries(request).filter(([name]) => name !== field))

const ACT = { v: 1, op: 'act', account: 'alice', action: 'hold', jobs: [[7, 0], [8]] }
const PRIO = { v: 1, op: 'act', account: 'alice', action: 'prio', jobs: [[7]], priority: -3 }
const OUTPUT = { v: 1, op: 'output', account: 'a', cluster: 1, proc: 0, file: 'log', most: 9 }

test.each([
  [{ v: 1, op: 'ping' }],
  [without(JOB, 'proc')],
  [{ ...JOB, op: 'analyze' }],
  [ACT],
  [{ ...without(ACT, 'jobs'), action: 'remove', states: [5, 1] }],
  [PRIO],
  [OUTPUT],
  [{ ...OUTPUT, file: 'stdout', first: 0 }],
  [{ ...OUTPUT, file: 'stderr', first: 3, last: 3 }],
  [{ ...OUTPUT, suffix: 5 }],
  [{ v: 1, op: 'status' }],
  [{ v: 1, op: 'list', attributes: ['ClusterId', '_x9'] }],
  [JOB],
  [{ ...JOB, attributes: ['JobStatus'] }],
  [{ v: 1, op: 'remove', account: '_a-9' }],
  [SUBMIT],
  [{ ...SUBMIT, files: [file('job.sub')], executable: { path: '/my/.dir/a b' } }],
  [{ ...SUBMIT, append: [] }],
  [
    {
      ...SUBMIT,
      files: [carried('job.sub', Buffer.of(0, 251, 255)), carried('my prog.exe', Buffer.of())],
    },
  ],
])('understood: %j', (request) => {
  expect(verdict(request)).toEqual({ request })
})

test('a field missing, one too many, one of another type', () => {
  const ping = { v: 1, op: 'ping' }
  const list = { v: 1, op: 'list', attributes: ['A'] }
  const requests = [SUBMIT, { ...JOB, op: 'analyze' }, ACT, OUTPUT, ping, list]
  const hostile = requests.flatMap((request) => [
    ...Object.keys(request).map((field) => without(request, field)),
    { ...request, extra: 1 },
    { ...request, constructor: 1 },
    ...Object.keys(request).flatMap((field) =>
      [null, true, 1.5, -1, '', 'x\ny', [], {}, [[]], { file: 1 }, ['a', 1]].map((value) => ({
        ...request,
        [field]: value,
      })),
    ),
  ])
  // An empty list of lines to append is no fault.
  const faults = hostile.filter((request) => !JSON.stringify(request).includes('"append":[]'))
  const verdicts = check(faults.map((request) => JSON.stringify(request)))
  verdicts.forEach(({ status, message }, i) => {
    expect({ status, fault: faults[i] }).toEqual({ status: 64, fault: faults[i] })
    expect(message).toMatch(/^request not understood: [^\n]+$/)
  })
})

test.each([
  ['account', ['Alice', 'a b', '-a', '9a', 'a.b', 'root\n', 'ä', 'a'.repeat(33), '../a', '']],
  [
    'request',
    [SUBMIT.request.toUpperCase(), `${SUBMIT.request}0`, '../../etc/passwd', '0'.repeat(36)],
  ],
  ['digest', ['A'.repeat(64), 'a'.repeat(63), `${'a'.repeat(63)}\n`, 'g'.repeat(64)]],
  ['description', ['other.sub', 'my prog.exe\n', '../job.sub']],
  [
    'executable',
    [{ file: 'job.sub' }, { file: 'none' }, { path: 'rel' }, { path: '/a', file: 'a' }],
  ],
  [
    'append',
    [
      ...[
        ['a\nqueue'],
        ['a\r'],
        ['a\0'],
        ['\x7f'],
        [1],
        'x',
        ['x'.repeat(4097)],
        Array(33).fill('x'),
      ],
      // Nothing but the service's own attributes: what is written there is not checked with the finished jobs.
      ...[['queue 2'], ['universe = local'], ['+JobUniverse = 12'], ['+VMAMI = "$(X)"']],
      ...[
        ['+VMAMI = "a" b"'],
        ['+VMAMI = x'],
        ['+VMAMI = "a\\"'],
        ['+VM AMI = "a"'],
        ['+VMAMI="a"'],
      ],
      ...['WithinResourceLimits', 'TARGET.Start', 'MY.LastHoldReason is 1', 'Cmd == "x"'].map(
        (one) => [`requirements = ${one}`],
      ),
      [`requirements = ${Array(21).fill('A45').join(' + ')} > 0`],
      ...[['requirements = eval(x)'], ['requirements = true', 'requirements = true']],
    ],
  ],
  [
    'files',
    [[], [file('job.sub'), file('job.sub'), file('my prog.exe')], Array(9).fill(file('a'))],
  ],
])('%s refused', (field, values: unknown[]) => {
  const verdicts = check(values.map((value) => JSON.stringify({ ...SUBMIT, [field]: value })))
  expect(verdicts.map(({ status }) => status)).toEqual(values.map(() => 64))
})

test('jobs are named by numbers, and never by silence', () => {
  const jobs = [[], ['7'], [7], [[]], [[7, 0, 0]], [['7']], [[-1]], [[2 ** 31]], [[7, true]]]
  const faults = [
    ...jobs.map((value) => ({ ...ACT, jobs: value })),
    { ...ACT, jobs: Array(201).fill([7]) },
    { ...ACT, jobs: [['7 || true']] },
    { ...ACT, action: 'qedit' },
    { ...ACT, action: ['hold'] },
    { ...ACT, priority: 1 },
    without(ACT, 'jobs'),
    ...[[], [0], [8], ['5'], [true], 5].map((states) => ({ ...ACT, states })),
    { ...PRIO, states: [1] },
    { ...PRIO, priority: 2 ** 31 },
    without(PRIO, 'priority'),
    { ...OUTPUT, file: '../x' },
    { ...OUTPUT, first: 1, suffix: 1 },
    { ...OUTPUT, last: 1 },
    { ...OUTPUT, suffix: -1 },
  ]
  const verdicts = check(faults.map((request) => JSON.stringify(request)))
  verdicts.forEach(({ status }, i) => {
    expect({ status, fault: faults[i] }).toEqual({ status: 64, fault: faults[i] })
  })
})

const named = (name: string) => ({
  ...SUBMIT,
  files: [file('job.sub'), file(name)],
  executable: { file: name },
})

test('file names', () => {
  const good = ['a', '_', '9', 'a b', 'A.-=~@+:_z', 'é', 'e\u0301', '程序', 'Ⅷ', 'n'.repeat(200)]
  const bad = ['.', '..', '.a', '-a', ' a', 'a ', 'a/b', '/a', 'a\\b', 'a$b', 'a"b', "a'b", 'a;b']
  bad.push(
    'a\0b',
    'a\nb',
    'a\u00a0b',
    '\u0301a',
    '€',
    'a\u202eb',
    '\ud800',
    'n'.repeat(201),
    'é'.repeat(101),
  )
  const verdicts = check([...good, ...bad].map((name) => JSON.stringify(named(name))))
  expect(verdicts.map(({ status }) => status)).toEqual([
    ...good.map(() => undefined),
    ...bad.map(() => 64),
  ])
})

test('paths on the virtual machine', () => {
  const long = 'x'.repeat(199)
  const good = ['/a', '/.a/b c/é', '/usr/bin/python3.11', '/a:b=c~@+', `/.${long}`, `/x${long}`]
  const bad = [
    '/',
    '//a',
    '/a/',
    '/a/../b',
    '/./a',
    '/a//b',
    'a',
    '/a\nb',
    '/$HOME',
    '/a"',
    `/${'a/'.repeat(600)}a`,
    `/.x${long}`,
  ]
  const verdicts = check(
    [...good, ...bad].map((path) => JSON.stringify({ ...SUBMIT, executable: { path } })),
  )
  expect(verdicts.map(({ status }) => status)).toEqual([
    ...good.map(() => undefined),
    ...bad.map(() => 64),
  ])
})

test('files that come along: the bytes that were promised, and for all of them', () => {
  const good = carried('my prog.exe', Buffer.from('four'))
  const faults = [
    [file('job.sub'), good],
    [{ ...file('job.sub'), content: '' }, good],
    ...[
      'Zm91cg',
      'Zm91cg==\n',
      'Zm91 cg==',
      'Zm91cg=',
      '=m91cg==',
      'Zm91ch==',
      'Zm9_cg==',
      'Zm91cg==é',
      '',
      4,
    ].map((content) => ({ ...good, content })),
    ...[3, 5].map((size) => ({ ...good, size })),
    without(good, 'content'),
  ].map((second) => (Array.isArray(second) ? second : [carried('job.sub', Buffer.of()), second]))
  const requests = faults.map((files) => ({ ...SUBMIT, files }))
  check(requests.map((request) => JSON.stringify(request))).forEach(({ status }, i) => {
    expect({ status, fault: faults[i] }).toEqual({ status: 64, fault: faults[i] })
  })
})

test('any bytes come along as they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 2000 }), { minLength: 20, maxLength: 50 }),
      (all) => {
        const requests = all.map((bytes) => ({
          ...SUBMIT,
          files: [carried('job.sub', Buffer.from(bytes)), carried('my prog.exe', Buffer.of())],
        }))
        const verdicts = check(requests.map((request) => JSON.stringify(request)))
        verdicts.forEach((each, i) => {
          expect(each).toEqual({ request: requests[i] })
        })
      },
    ),
    { numRuns: 10 },
  )
}, 60_000)

test('urls that would be something else to curl', () => {
  const urls = [
    'file:///etc/passwd',
    'HTTPS://a/b',
    'https://a/b"\noutput = "/x',
    'https://a/b\\x',
    'https://a/b c',
    'https://a/../b',
    'https://a/%2e%2E/b',
    'https://a/./b',
    'https://a/b#c',
    'https://ä/b',
    `https://a/${'b'.repeat(9000)}`,
    '-K/etc/passwd',
  ]
  const verdicts = check(
    urls.map((url) =>
      JSON.stringify({ ...SUBMIT, files: [{ ...file('job.sub'), url }, file('my prog.exe')] }),
    ),
  )
  expect(verdicts.map(({ status }) => status)).toEqual(urls.map(() => 64))
})

test.each([
  ['NaN', '{"v":NaN,"op":"ping"}'],
  ['a fraction', '{"v":1.0,"op":"ping"}'],
  ['an exponent', '{"v":1e0,"op":"ping"}'],
  ['a boolean for a number', '{"v":true,"op":"ping"}'],
  ['a name twice', '{"v":1,"op":"ping","op":"status"}'],
  ['a number of many digits', `{"v":${'1'.repeat(5000)},"op":"ping"}`],
  ['deep nesting', `${'['.repeat(100_000)}`],
  ['deep objects', '{"a":'.repeat(40_000)],
  ['text behind', '{"v":1,"op":"ping"} x'],
  ['a byte order mark', '\ufeff{"v":1,"op":"ping"}'],
  ['a control character in a string', '{"v":1,"op":"pi\tng"}'],
  ['nothing', ''],
  ['blanks', '   '],
  ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['too long', `{"v":1,"op":"ping","x":"${'x'.repeat(256 * 1024)}"}`],
])('%s is 64', (_, line) => {
  expect(check([line])[0]).toMatchObject({ status: 64 })
})

/** Requests with parts exchanged for anything, so that the fuzz gets past the first check. */
const nearly = fc
  .tuple(
    fc.constantFrom<object>(
      SUBMIT,
      JOB,
      ACT,
      PRIO,
      OUTPUT,
      { v: 1, op: 'list', attributes: ['A'] },
      { v: 1, op: 'ping' },
    ),
    fc.constantFrom(...[SUBMIT, PRIO, OUTPUT].flatMap(Object.keys), 'states', 'first', 'x'),
    fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(SUBMIT))),
  )
  .map(([request, field, value]) => JSON.stringify({ ...request, [field]: value }))

test('any line gives 64 or a checked request, never a traceback', () => {
  const line = fc.oneof(
    nearly,
    fc.json().map(String),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  )
  fc.assert(
    fc.property(fc.array(line, { minLength: 20, maxLength: 100 }), (lines) => {
      const verdicts = check(lines)
      expect(verdicts.length).toBe(lines.length)
      verdicts.forEach(({ request, status, message }, i) => {
        if (request) expect(request).toEqual(JSON.parse(String(lines[i])))
        else expect([status, message]).toEqual([64, expect.stringMatching(/^request not/)])
      })
    }),
    { numRuns: 40 },
  )
}, 60_000)

test('a name that is accepted is one plain file name, whatever it is made of', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(name, { minLength: 50, maxLength: 200 }), (names) => {
      const verdicts = check(names.map((each) => JSON.stringify(named(each))))
      verdicts.forEach((each, i) => {
        if (each.request)
          expect(names[i]).toMatch(/^(?! )[\p{L}\p{N}_][\p{L}\p{M}\p{N} ._+@=~:-]*(?<! )$/u)
      })
    }),
    { numRuns: 20 },
  )
}, 60_000)

test.each([
  ['half a line', '{"v":1,"op":"pi'],
  ['a line that is not ended', '{"v":1,"op":"ping"}'],
])('the forced command: %s is 75: the connection broke, and it may be repeated', (_, input) => {
  expect(gate(input)).toEqual({
    status: 75,
    stdout: '',
    stderr: 'the request did not arrive whole\n',
  })
})

test.each([
  ['nothing', ''],
  ['two lines', '{"v":1,"op":"ping"}\n{"v":1,"op":"ping"}\n'],
  ['no JSON', 'condor_q\n'],
  ['a megabyte', `${'x'.repeat(1 << 20)}\n`],
  ['bytes', Buffer.from([0, 255, 10])],
])('the forced command: %s is 64 and one line of words', (_, input) => {
  const output = gate(input)
  expect(output).toEqual({
    status: 64,
    stdout: '',
    stderr: expect.stringMatching(/^request not understood: .+\n$/),
  })
})

test('the forced command: with nobody left to read its words it ends with its own status', () => {
  const program = `
import os
def ended(line):
    stdin = os.memfd_create('in')
    os.write(stdin, line); os.lseek(stdin, 0, 0)
    read, write = os.pipe()
    os.close(read)
    pid = os.fork()
    if pid == 0:
        os.dup2(stdin, 0); os.dup2(write, 1); os.dup2(write, 2)
        os.execv('/usr/bin/python3', ['python3', '-IS', sys.argv[1]])
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(ended(b'not understood\\n'), ended(b'{"v":1,'))`
  expect(python(program, '', join(SUBMIT_HOST, 'condor-gate'))).toBe('64 75\n')
})

test('what costs milliseconds to import is not imported, by any part', () => {
  const dear = python(`
import session, accounts, submission, removal, action, output, receiver, reader
print(sorted({'os', 're', 'json', 'hashlib', 'base64', 'subprocess'} & set(sys.modules)))`)
  expect(dear).toBe('[]\n')
})
