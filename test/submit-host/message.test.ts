/** What a user reads of HTCondor's complaints. The left side was recorded from 23.9.6 and 25.14.1. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { each } from './each.ts'
import { python } from './python.ts'

const DIRECTORY = '/home/alice/proc/0a1b2c3d-0000-4000-8000-0123456789ab'

const CLEAN = `
import json
from command import Result
from message import submit_failure
status, err = json.load(sys.stdin)
failure = submit_failure(Result(status, b'', err.encode(), max(0, -(status or 0))), '${DIRECTORY}', '/home/alice')
print(json.dumps([failure.status, failure.message]))
`

/** What condor_submit says on stderr, as the gate's Command reads it. */
const SAID = `
import json
from command import Command
from message import submit_failure
script = 'printf %s "$1" >&2; exit 1'
result = Command(['/bin/sh', '-c', script, 'sh', sys.stdin.read()], 10).wait()
failure = submit_failure(result, '${DIRECTORY}', '/home/alice')
print(json.dumps([failure.status, failure.message]))
`

const read = (err: string, status: number | null = 1) =>
  JSON.parse(python(CLEAN, JSON.stringify([status, err])))

test.each([
  [
    '\nERROR: on Line 1 of submit file: \nSubmit:-1:Error "<stdin>", Line 1: Illegal Identifier: <x y>\n\nERROR: Failed to parse command file (line 1).\n',
    'the submit description is not understood on Line 1 of submit file; "<stdin>", Line 1: Illegal Identifier: <x y>',
  ],
  [
    `\nERROR: on Line 5 of ${DIRECTORY}/job.sub: Extra data found after queue statement\n\nERROR: Failed to parse command file (line 5).\n`,
    'the submit description is not understood on Line 5 of job.sub: Extra data found after queue statement',
  ],
  [
    '\nERROR: Failed to commit job submission into the queue.\nERROR: universe 12 is not accepted here; only vanilla (5)\n',
    'universe 12 is not accepted here; only vanilla (5)',
  ],
  [
    'ERROR: \ngetenv = true command not allowed because administrator has set SUBMIT_ALLOW_GETENV = false\n',
    'getenv = true command not allowed because administrator has set SUBMIT_ALLOW_GETENV = false',
  ],
  [
    "\nERROR: on Line 2 of submit file: can't open file /home/alice/items: No such file or directory\n\nERROR: Failed to parse command file (line 2).\n",
    "the submit description is not understood on Line 2 of submit file: can't open file ~/items: No such file or directory",
  ],
  ['ERROR: No such directory: /no/dir\n', 'No such directory: /no/dir'],
  [
    '\nWarning: Use of multiple queue statements in a single submit file is deprecated.\n         This functionality will be removed\nhttps://htcondor.example/\nERROR: Parse error in expression: \n\tRequirements = (((\n\t\n',
    'Parse error in expression; Requirements = (((',
  ],
  [
    '\nERROR: Failed to create proc\nNumber of submitted jobs would exceed MAX_JOBS_PER_SUBMISSION\n',
    'the description queues more jobs than are accepted in one go: submit in parts',
  ],
  [
    '\nERROR: Failed to commit job submission into the queue.\n',
    'Failed to commit job submission into the queue.',
  ],
  ['', 'HTCondor does not accept the submit description'],
  ['ERROR: a\x1b[31mb\u0007c\n', 'a [31mb c'],
])('%j', (err, message) => {
  expect(read(err)).toEqual([65, message])
})

test('a long message is cut', () => {
  const [status, message] = read(`ERROR: ${'x'.repeat(5000)}\n`)
  expect([status, message.length]).toEqual([65, 500])
})

test.each([
  ["\nERROR: Can't find address of local schedd\n", 1, 69],
  ['\n-- Failed to fetch ads from: <127.0.0.1:9618> : submit\nSECMAN:2007:Read failure\n', 1, 69],
  ['Error: communication error\nSECMAN:2011:Connection closed\n', 1, 69],
  ['', null, 75],
  ['sudo: a password is required\n', 1, 78],
])('not the description: %j', (err, status, expected) => {
  const [found, message] = read(err, status)
  expect(found).toBe(expected)
  expect(message).not.toMatch(/127|SECMAN|sudo|password/)
})

test.each([
  [
    '\nERROR: Failed to create proc\nNumber of submitted jobs would exceed MAX_JOBS_PER_OWNER\n',
    73,
    /^you have as many jobs .* submit again/,
  ],
  [
    '\nERROR: Failed to create cluster\nNumber of submitted jobs would exceed MAX_JOBS_SUBMITTED\n',
    75,
    /^all users together have as many jobs .* submit again/,
  ],
  [
    'ERROR: Failed to commit job submission into the queue.\nERROR: MAX_JOBS_SUBMITTED exceeded. Current=1, Limit=1\n',
    75,
    /^all users together have/,
  ],
] as const)('the queue is full, which passes: %j', (err, status, words) => {
  expect(read(err)).toEqual([status, expect.stringMatching(words)])
})

test.each([
  ['', -24],
  [
    "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
    -6,
  ],
])(
  'a limit of its own ended it, which is the fault of the description: %j, status %j',
  (err, status) => {
    expect(read(err, status)).toEqual([
      65,
      expect.stringMatching(/too much time or memory: queue fewer/),
    ])
  },
)

test('of a dry run its own limits and a crash are the fault of the description, and whoever else ends it is not', () => {
  const kinds = python(`
from command import Command
from message import description_failure
for signal in (14, 24, 25, 11, 6, 9, 15, 1):
    result = Command(['/bin/sh', '-c', f'kill -{signal} $$'], 10).wait()
    print(description_failure(result, '${DIRECTORY}', '/home/alice').status)
`)
  expect(kinds.trim().split('\n')).toEqual(['65', '65', '65', '65', '65', '75', '75', '75'])
})

test.each([
  ['ERROR: No such directory: /no/dir\n', 65, 'No such directory: /no/dir'],
  ["ERROR: Can't find address of local schedd\n", 69, 'the scheduler cannot be reached'],
  ['sudo: a password is required\n', 78, 'it does not let the service act for its users'],
])(
  "sudo's warning that the host's name does not resolve changes nothing: %j",
  (err, status, words) => {
    for (const before of ['', 'sudo: unable to resolve host submit: Name or service not known\n']) {
      expect(JSON.parse(python(SAID, before + err))).toEqual([status, words])
    }
  },
)

test('no path of this host is passed on, also where home is a link', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'message-')))
  try {
    mkdirSync(join(folder, 'nfs', 'alice'), { recursive: true })
    symlinkSync(join(folder, 'nfs', 'alice'), join(folder, 'home'))
    const program = `
from message import clean
home = sys.argv[1]
print(clean(sys.stdin.buffer.read(), home + '/proc/r', home))`
    const err = ['nfs/alice/proc/r/job.sub', 'home/proc/r/job.sub', 'nfs/alice/x', 'home/x']
      .map((path) => `${folder}/${path} `)
      .join('')
    expect(python(program, err, join(folder, 'home'))).toBe('job.sub job.sub ~/x ~/x\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const WARNINGS = `
from message import warnings
def one(err):
    return warnings(err.encode('latin-1'), '/home/alice/proc/x', '/home/alice')
`

test.each([
  ['WARNING: one\nWARNING: two\n', ['one', 'two']],
  ["WARNING: the line 'a = x WARNING: b' was unused\n", ["the line 'a = x WARNING: b' was unused"]],
  [
    '\nWARNING: Empty value(s) for x at ItemIndex=2!WARNING: y\n',
    ['Empty value(s) for x at ItemIndex=2!', 'y'],
  ],
  ['\nWarning: Use of multiple queue statements in one\n  is deprecated\nWARNING: z\n', ['z']],
  ['said by nobody\nERROR: no warning\n', []],
  ['WARNING: /home/alice/proc/x/l and /home/alice/y\n  on a line\n', ['l and ~/y on a line']],
])('the warnings of %j', (err, said) => {
  expect(each(WARNINGS, [err])).toEqual([said])
})

const TOOL = `
import json
from command import Result
from message import query_failure
status, err = json.load(sys.stdin)
failure = query_failure(Result(status, b'', err.encode()))
print(json.dumps([failure.status, failure.message, failure.detail]))
`

/** condor_q of both versions goes on so, whatever its first line was. */
const EXTRA = `
Extra Info: You probably saw this error because the condor_schedd is not
running on the machine you are trying to query. If the condor_schedd is not
running, the Condor system will not be able to find an address and port to
connect to and satisfy this request.
`

test.each([
  // Recorded with schedd, collector or all of HTCondor stopped, from 23.9.6 and 25.14.1.
  ["Error: Can't find address for schedd submit.condor.test\n", 1],
  [`Error: (null)\n${EXTRA}`, 1],
  [EXTRA, 1],
  [`Error: SECMAN:2011:Connection closed during command authorization.\n${EXTRA}`, 1],
  [`Error: CEDAR:6001:Failed to connect to <127.0.0.1:29182>\n${EXTRA}`, 1],
  ['Error:  Could not fetch startd ads\n', 1],
  ['Error: communication error\nCEDAR:6001:Failed to connect to <127.0.0.1:29182>\n', 1],
  ['condor_rm: (null)\n', 1],
  ['condor_hold: (null)\n', 1],
  ['condor_release: (null)\n', 1],
  ["condor_prio: ERROR: Can't find address of local schedd\n", 1],
  ["Can't find address of local schedd\n", 1],
  // From the sources of both.
  ['Error: unknown host pool.example\n', 1],
  ['Unable to resolve COLLECTOR_HOST (pool.example).\n', 1],
  ['Error fetching ads: communication error\n', 1],
  ["condor_rm: can't connect to local schedd\n", 1],
])('the scheduler is not there: %j', (err, status) => {
  expect(JSON.parse(python(TOOL, JSON.stringify([status, err])))).toEqual([
    69,
    'the scheduler cannot be reached',
    err,
  ])
})

test.each([
  ["timeout: failed to run command '/usr/bin/condor_q': No such file or directory\n", 127],
  ['', 126],
  ['Configuration Error Line 2 while reading config source /etc/condor/config.d/98-x\n', 1],
  ['sudo: /usr/bin/condor_rm: command not found\n', 1],
])('this host is not set up: %j, status %s', (err, status) => {
  const [found, message, detail] = JSON.parse(python(TOOL, JSON.stringify([status, err])))
  expect([found, detail]).toEqual([78, err])
  expect(message).not.toMatch(/\/|sudo|condor_/)
})

test.each(['Job 1.0 not found\n', 'Error: Argument 2 (x) is not a valid constraint\n', ''])(
  'anything else is a fault of our own: %j',
  (err) => {
    expect(JSON.parse(python(TOOL, JSON.stringify([1, err])))[0]).toBe(70)
  },
)
