/** The record that makes a submission happen once: locks, digests, and what a crash may leave of it. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { python } from './python.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'claim-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Runs `body` with `claim` as the module and `take(digest)` for alice's request r. */
const run = (body: string) =>
  python(
    `
import claim, json
claim.DIRECTORY = ${JSON.stringify(directory)}
take = lambda digest='d1': claim.take('alice', 'r', digest)
def show(c): print(c if isinstance(c, str) else json.dumps([c.digest, c.submitting, c.cluster]))
${body}
`,
  )
    .trim()
    .split('\n')

const record = () => join(directory, 'alice/r')

test('a new request is claimed, and remembered step by step', () => {
  expect(run('show(take())')).toEqual(['["d1", null, null]'])
  run("c = take(); c.start_submitting(); c.record('cluster', 42)")
  expect(run('show(take())')[0]).toMatch(/^\["d1", \d{10}, 42\]$/)
  expect(readFileSync(record(), 'utf8')).toMatch(/^digest d1\nsubmitting \d{10}\ncluster 42\n$/)
  expect([
    statSync(record()).mode & 0o777,
    statSync(join(directory, 'alice')).mode & 0o777,
  ]).toEqual([0o600, 0o700])
})

test('another digest is a conflict, also while the first is under way', () => {
  expect(run("c = take(); show(take('d2')); show(take())")).toEqual(['conflict', 'in-progress'])
  expect(run("show(take('d2'))")).toEqual(['conflict'])
})

test('the holder has the lock a moment before it says what it was asked: that is waited for', () => {
  const body = (written: string) => `
import fcntl, os, time
take().drop()
fd = claim._open(claim.DIRECTORY + '/alice', claim.DIRECTORY + '/alice/r')
fcntl.flock(fd, fcntl.LOCK_EX)
pid = os.fork()
if pid == 0:
    time.sleep(0.03)
    os.write(fd, b'${written}')
    os._exit(0)
show(take('d2'))
os.waitpid(pid, 0)
show(take())`
  expect(run(body('digest d1\\n'))).toEqual(['conflict', 'in-progress'])
  expect(run(body('')), 'it never says').toEqual(['in-progress', 'in-progress'])
})

test('a record of very many attempts is read to its end', () => {
  run('take()')
  const attempts = 'submitting 1795466053\n'.repeat(1000)
  writeFileSync(record(), `digest d1\n${attempts}cluster 42\n`)
  expect(run('show(take())')).toEqual(['["d1", 1795466053, 42]'])
  expect(readFileSync(record(), 'utf8')).toMatch(/\ncluster 42\n$/)
})

test('a full disk is a fault that passes, and no reason to keep a cluster back', () => {
  const body = `
import os
full = claim.Claim('/dev/full', os.open('/dev/full', os.O_WRONLY), {})
try: full.start_submitting()
except claim.Failure as failure: print(failure.status, failure.message)
full.answer(42)
print('answered')`
  expect(run(body)).toEqual([
    '75 the submit host cannot record the request: its disk is full',
    'answered',
  ])
})

test('a child that lives on holds the claim', () => {
  const body = `
import os, time
c = take()
r, w = os.pipe()
os.set_inheritable(r, True)
pid = os.posix_spawn('/bin/sh', ['sh', '-c', 'read x <&%d' % r], {})
os.close(c.fd)
show(take())
os.close(w)
os.waitpid(pid, 0)
show(take())`
  expect(run(body)).toEqual(['in-progress', '["d1", null, null]'])
})

test('a dropped claim is free for another digest', () => {
  expect(run("c = take(); c.drop(); show(take('d2'))")).toEqual(['["d2", null, null]'])
})

test.each([
  ['digest d1\nsubmitting 1795466053\nclus', '["d1", 1795466053, null]'],
  ['digest d1\nsubmitting 1795466053\ncluster 4', '["d1", 1795466053, null]'],
  ['digest d1\nsubmit', '["d1", null, null]'],
  ['dig', '["d1", null, null]'],
  ['', '["d1", null, null]'],
])('a last line that was never finished does not count: %j', (left, expected) => {
  run('take()')
  writeFileSync(record(), left)
  expect(run('show(take())')).toEqual([expected])
  run("take().record('cluster', 7)")
  expect(run('show(take())')[0]).toMatch(/, 7\]$/)
})
