import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actOnJobs, removeJobs } from '../../lib/condor/action.ts'
import { cloudCommands } from '../../lib/condor/cloud.ts'
import { problemOf } from '../../lib/condor/gate.ts'
import { findJobs } from '../../lib/condor/job.ts'
import { hostKeys } from '../../lib/condor/known-hosts.ts'
import { submitJobs } from '../../lib/condor/submit.ts'
import { Problem } from '../../lib/problem.ts'

test.each([
  [65, 400, 'ERROR: no such universe'],
  [67, 403, 'your account does not exist on the submit host; ask for access'],
  [77, 403, 'ERROR: no such universe; ask for access'],
  [69, 503, 'the HTCondor scheduler is not reachable at the moment'],
  [75, 503, 'ERROR: no such universe'],
])('exit status %s of the gate is %s', (exit, status, message) => {
  const problem = problemOf(exit, 'ERROR: no such universe\n')
  expect(problem).toBeInstanceOf(Problem)
  expect(problem).toMatchObject({ status, message })
  expect('Retry-After' in (problem as Problem).headers).toBe(status === 503)
})

test.each([
  ['act', 69],
  ['act', 75],
  ['remove', 69],
  ['remove', 75],
])('%s that ends with %s may have been done', (op, exit) => {
  const open = /, and it is not known whether this was done: look at your jobs \(user=me\)/
  expect(problemOf(exit, 'the scheduler did not answer in time', op).message).toMatch(open)
  for (const other of ['submit', 'job'])
    expect(problemOf(exit, '', other).message).not.toMatch(open)
  expect(problemOf(66, '', op).message).not.toMatch(open)
})

test('that an account has as many jobs as its site allows is no fault, that sudo refuses is one', () => {
  const words = 'you have as many jobs in the queue as the scheduler allows'
  expect(problemOf(73, words)).toMatchObject({ status: 503, message: words, expected: true })
  expect(problemOf(78, 'the group of its users is missing')).toMatchObject({
    status: 503,
    message:
      'the submit host is not set up completely: the group of its users is missing; tell the people who run it',
    expected: false,
  })
})

test('a failure without words has some', () => {
  expect(problemOf(75, '').message).toBe('the submit host could not finish the request in time')
  expect(problemOf(77, '').message).toBe(
    'this account is not allowed to submit jobs; ask for access',
  )
})

test.each([3, 70, 71, 130])('exit status %s is nothing for a user to see', (exit) => {
  expect(problemOf(exit, 'secret')).not.toBeInstanceOf(Problem)
})

test.each([1, 2, 126, 127, 255])('exit status %s: the gate did not start', (exit) => {
  expect(problemOf(exit, 'sh: 1: secret: not found')).toMatchObject({
    status: 503,
    message:
      "the submit host is not set up completely: the gate's program does not start; tell the people who run it",
    cause: new Error(`condor-gate ended with ${exit}: sh: 1: secret: not found`),
  })
})

test('exit status 64: service and gate are of versions that do not fit', () => {
  expect(problemOf(64, 'request not understood: unknown field')).toMatchObject({
    status: 503,
    message: expect.stringMatching(
      /^the service and its submit host are of versions that do not fit/,
    ),
    expected: false,
  })
})

test.each([65, 66, 73, 75, 77, 78])(
  'exit status %s: what sshd or a shell says before the gate is for the log alone',
  (exit) => {
    const said =
      'Could not chdir to home directory /var/lib/condor-gate: Permission denied\nsh: oops\n'
    const problem = problemOf(exit, `${said}the words of the gate\n`)
    expect(problem.message).toContain('the words of the gate')
    expect(problem.message).not.toMatch(/chdir|var|oops/)
    // Of a 404 nobody needs the cause.
    if (exit !== 66) expect((problem.cause as Error).message).toContain('Could not chdir')
  },
)

test('a job of somebody else never comes through, whatever the submit host says', () => {
  const ad = (fields: object) => ({ Owner: 'alice', ClusterId: 7, ProcId: 0, ...fields })
  const one = findJobs('alice', { cluster: 7, proc: 0 }, ['Owner'])
  expect(one.request).toEqual({
    op: 'job',
    account: 'alice',
    cluster: 7,
    proc: 0,
    attributes: ['Owner'],
  })
  expect(one.read(JSON.stringify([ad({})]))).toEqual([ad({})])
  for (const other of [{ Owner: 'bob' }, { Owner: 'Alice' }, { ClusterId: 8 }, { ProcId: 1 }]) {
    expect(one.read(JSON.stringify([ad(other)]))).toEqual([])
  }
  expect(one.read('')).toEqual([])
})

test('a cluster: each job once, by its proc; one that is just leaving the queue as the history has it', () => {
  const { read, request } = findJobs('alice', { cluster: 7 }, ['Owner'])
  expect(request).toEqual({ op: 'job', account: 'alice', cluster: 7, attributes: ['Owner'] })
  const ad = (ProcId: number, JobStatus: number) => ({
    Owner: 'alice',
    ClusterId: 7,
    ProcId,
    JobStatus,
  })
  expect(read(JSON.stringify([ad(10, 1), ad(2, 2), ad(2, 4), ad(1, 4)]))).toEqual([
    ad(1, 4),
    ad(2, 4),
    ad(10, 1),
  ])
})

test('what was done to jobs: an outcome for each that was named, or it is no answer', () => {
  const jobs = [{ cluster: 7, proc: 1 }, { cluster: 8 }]
  const { read, request } = actOnJobs('alice', 'hold', { jobs, states: new Set(['Idle']) })
  expect(request).toEqual({
    op: 'act',
    account: 'alice',
    action: 'hold',
    jobs: [[7, 1], [8]],
    states: [1],
  })
  expect(read('{"jobs":2,"outcomes":[["unknown",0],["done",2]]}')).toEqual({
    jobs: 2,
    repeated: false,
    outcomes: [
      { outcome: 'unknown', jobs: 0 },
      { outcome: 'done', jobs: 2 },
    ],
  })
  for (const reply of [
    '{"jobs":2,"outcomes":[["done",2]]}',
    '{"jobs":2,"outcomes":[["done",2],["gone",1]]}',
    '{"jobs":"2","outcomes":[["done",2],["done",2]]}',
    '{}',
  ]) {
    expect(() => read(reply), reply).toThrow()
  }
})

test('the reply to a removal is a count', () => {
  expect(removeJobs('alice').read('{"removed": 3}')).toMatchObject({ jobs: 3 })
  expect(() => removeJobs('alice').read('{"removed": "3"}')).toThrow()
})

const staged = (name: string) => ({ name, url: 'http://x/', size: 1, sha256: 'ab' })

test('a submission names its files, or the path on the VM', () => {
  const common = { account: 'alice', request: 'r', digest: 'd', append: ['+A = "b"'] }
  const { request } = submitJobs({ ...common, description: staged('j'), executable: staged('e') })
  expect(request).toMatchObject({ files: [staged('j'), staged('e')], executable: { file: 'e' } })
  const onVm = submitJobs({ ...common, description: staged('j'), executable: { path: '/a/b' } })
  expect(onVm.request).toMatchObject({ files: [staged('j')], executable: { path: '/a/b' } })
})

test('the three answers to a submission', () => {
  const { read } = submitJobs({
    account: 'alice',
    request: 'r',
    digest: 'd',
    append: [],
    description: staged('j'),
    executable: { path: '/a' },
  })
  expect(read('{"outcome":"submitted","cluster":42,"replayed":true}')).toEqual({
    cluster: 42,
    replayed: true,
    jobs: undefined,
    warnings: [],
  })
  const told = '{"jobs":3,"warnings":["a","b"]}'
  expect(read(`{"outcome":"submitted","cluster":42,"replayed":false,"told":${told}}`)).toEqual({
    cluster: 42,
    replayed: false,
    jobs: 3,
    warnings: ['a', 'b'],
  })
  expect(() => read('{"outcome":"in-progress"}')).toThrow(expect.objectContaining({ status: 409 }))
  expect(() => read('{"outcome":"conflict"}')).toThrow(expect.objectContaining({ status: 422 }))
  expect(() => read('{"outcome":"submitted","cluster":"1; rm"}')).toThrow('no cluster')
})

test('a submission of unknown outcome has no Retry-After, by the words of the gate itself', () => {
  const gate = readFileSync(
    new URL('../../submit-host/gate/submission.py', import.meta.url),
    'utf8',
  )
  const [, sentence = ''] = /TEMPFAIL,\s+'(it is not known[^']*)'/.exec(gate) ?? []
  expect(sentence).not.toBe('')
  expect(problemOf(75, `${sentence}\n`, 'submit')).toMatchObject({ status: 503, headers: {} })
  const late = problemOf(75, 'the files could not be stored in time\n', 'submit')
  expect(late).toMatchObject({ status: 503, headers: { 'Retry-After': '30' } })
})

test('only the pinned keys of the very host and port are trusted', () => {
  const key = (text: string) => Buffer.from(text).toString('base64')
  const file = `# a comment
[127.0.0.1]:2222 ssh-ed25519 ${key('old')}
[127.0.0.1]:2222,submit.example ssh-ed25519 ${key('new')} rotated
submit.example ssh-ed25519 ${key('named')}
@cert-authority * ssh-ed25519 ${key('authority')}
`
  expect(hostKeys(file, '127.0.0.1', 2222).map(String)).toEqual(['old', 'new'])
  expect(hostKeys(file, 'submit.example', 22).map(String)).toEqual(['new', 'named'])
  expect(hostKeys(file, '127.0.0.1', 22)).toEqual([])
  expect(hostKeys('', 'submit.example', 22)).toEqual([])
})

test('image and flavor in the words of each Cloud Scheduler', () => {
  expect(cloudCommands({ profile: 'none', name: 'canfar' }, 'i', 'f')).toEqual([
    '+VMAMI = "i"',
    '+VMInstanceType = "f"',
  ])
  expect(cloudCommands({ profile: 'cloud-scheduler-1', name: 'canfar' }, 'i', 'f')).toEqual([
    'requirements = VMType =?= "canfar:i" && Arch == "x86_64"',
    '+VMAMI = "canfar:i"',
    '+VMInstanceType = "canfar:f"',
    '+VMKeepAlive = 3',
  ])
  expect(cloudCommands({ profile: 'cloud-scheduler-2', name: 'canfar' }, 'i', 'f')).toEqual([
    'requirements = group_name =?= "canfar" && Arch == "x86_64"',
    '+VMImage = "i"',
    '+VMInstanceType = "f"',
  ])
})
