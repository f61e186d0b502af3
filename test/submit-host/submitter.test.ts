/** What the account's side puts into ~/proc/<request>/, has condor_submit do there, and takes away when nothing was queued. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { asAccount } from './python.ts'

const REQUEST = '0a1b2c3d-0000-4000-8000-0123456789ab'
const NAMES = ['job.sub', 'my prog']

let home: string
let place: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'canfar-proc-receiver-'))
  place = join(home, 'proc', REQUEST)
})
afterEach(() => rmSync(home, { recursive: true }))

/** In the place of condor_submit: it says what it was given, where, and what it was told. */
const STAND_IN = `
import os, tempfile
place = tempfile.mkdtemp()
path = place + '/condor_submit'
with open(path, 'w') as file:
    file.write('#!/bin/sh\\necho "$@"; basename "$(pwd)"; cat; env | grep SUDO; ulimit -t; ulimit -c; echo said >&2; exit 3')
os.chmod(path, 0o700)
submitter.CONDOR_SUBMIT = path
submitter._noexec = lambda: ''
submitter.posix.environ[b'SUDO_USER'] = b'x'
`

/** What it takes differs each time. */
function order(line: object, bytes = '') {
  const { out, ...rest } = asAccount(
    'submitter',
    home,
    `${JSON.stringify(line)}\n${bytes}`,
    STAND_IN,
  )
  return { ...rest, out: out.replace(/ms":\d+/g, 'ms":0') }
}

function receive(contents = ['description', ''], more = '') {
  const files = NAMES.map((name, index) => {
    const bytes = contents[index] ?? ''
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { name, size: bytes.length, sha256, executable: index === 1 }
  })
  const rest = { description: 'job.sub', append: ['a = b c', 'x ='], cluster: 1234567890 }
  return order({ request: REQUEST, files, ...rest }, contents.join('') + more)
}

const report = (out: string) =>
  `${JSON.stringify({ status: 3, signal: 0, out: out.length, err: 5, ms: 0, processor_ms: 0 })}\n${out}said\n`
const DRY = `-terse -append a = b c -append x = -dry-run:2,cluster=1234567890 - -file job.sub\n${REQUEST}\n10\n0\n`

test('files come and go, and the directory goes with them', () => {
  expect(receive()).toEqual({ status: 0, out: report(DRY), err: '' })
  expect(readdirSync(place).toSorted()).toEqual(NAMES)
  expect(readFileSync(join(place, 'job.sub'), 'utf8')).toBe('description')
  writeFileSync(join(place, '.part'), 'of a transfer that broke')
  expect(order({ remove: REQUEST, names: NAMES }).status).toBe(0)
  expect(existsSync(place)).toBe(false)
  expect(order({ remove: REQUEST, names: NAMES }).status).toBe(0)
})

test('what the gate sends then is submitted, and nothing before; or the files go', () => {
  const text = 'universe = vanilla\nqueue\n'
  const submit = `{"submit":${text.length}}\n${text}`
  const submitted = report(`-terse -\n${REQUEST}\n${text}40\n0\n`)
  expect(receive(undefined, submit)).toEqual({ status: 0, out: report(DRY) + submitted, err: '' })
  const remove = `${JSON.stringify({ remove: REQUEST, names: NAMES })}\n`
  expect(receive(undefined, remove)).toEqual({ status: 0, out: report(DRY), err: '' })
  expect(existsSync(place)).toBe(false)
  // The gate was killed while it sent: nothing is submitted.
  expect(receive(undefined, submit.slice(0, -1))).toEqual({
    status: 75,
    out: report(DRY),
    err: 'the gate went away\n',
  })
  for (const odd of [
    '{"submit":0}\n',
    '{"submit":-1}\n',
    '{"submit":1,"x":2}\n',
    'queue\n',
    '[]\n',
  ])
    expect(receive(undefined, odd)).toMatchObject({ status: 64, out: report(DRY) })
})

test('what else is there stays: the results of an earlier run', () => {
  receive()
  writeFileSync(join(place, 'result'), 'of days')
  expect(order({ remove: REQUEST, names: NAMES }).status).toBe(0)
  expect(readdirSync(place)).toEqual(['result'])
})

test.each([
  [{ remove: REQUEST }],
  [{ remove: '..', names: NAMES }],
  [{ remove: REQUEST, names: ['../../secret'] }],
  [{ remove: REQUEST, names: ['.part'] }],
  [{ remove: REQUEST, names: 'abc' }],
  [{ remove: REQUEST, names: NAMES, files: [] }],
  [{ request: REQUEST, names: NAMES }],
  [{ request: REQUEST, files: [{ name: 'x' }] }],
  [['remove']],
  ['remove'],
])('%j is refused', (line) => {
  receive()
  expect(order(line as object)).toEqual({
    status: 64,
    out: '',
    err: "request not understood by the account's side\n",
  })
  expect(readdirSync(place).toSorted()).toEqual(NAMES)
})
