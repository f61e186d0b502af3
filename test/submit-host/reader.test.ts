/** What the reader of outputs gives of a user's directory: one plain file of the user's own, and nothing else. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asAccount } from './python.ts'

const REQUEST = '0a1b2c3d-0000-4000-8000-0123456789ab'
const TEXT = 'line 1\nline 2\nline 3\n'
const home = mkdtempSync(join(tmpdir(), 'canfar-proc-reader-'))
const place = join(home, 'proc', REQUEST)

beforeAll(() => {
  mkdirSync(join(place, 'results'), { recursive: true })
  writeFileSync(join(place, 'job.out'), TEXT)
  writeFileSync(join(place, 'results', 'a b.err'), 'x')
  writeFileSync(join(place, 'empty'), '')
  writeFileSync(join(home, 'secret'), 'secret')
  writeFileSync(join(place, 'huge'), '')
  truncateSync(join(place, 'huge'), 2 ** 36)
  symlinkSync('../../secret', join(place, 'link'))
  symlinkSync(home, join(place, 'away'))
  symlinkSync(REQUEST, join(home, 'proc', 'ffffffff-0000-4000-8000-0123456789ab'))
  execFileSync('mkfifo', [join(place, 'fifo')])
  execFileSync('python3', [
    '-c',
    `import socket; socket.socket(socket.AF_UNIX).bind(${JSON.stringify(join(place, 'socket'))})`,
  ])
  if (process.getuid?.() === 0) {
    execFileSync('mknod', [join(place, 'device'), 'c', '1', '5'])
    writeFileSync(join(place, 'others'), 'others')
    execFileSync('chown', ['65534', join(place, 'others')])
  }
})

afterAll(() => rmSync(home, { recursive: true }))

const read = (order: object | string) =>
  asAccount('reader', home, typeof order === 'string' ? order : `${JSON.stringify(order)}\n`)

const of = (path: string[], more: object = {}) =>
  read({ request: REQUEST, path, most: 1000, ...more })

test.each([
  [{}, { size: 21, first: 0, length: 21 }, TEXT],
  [{ suffix: 7 }, { size: 21, first: 14, length: 7 }, 'line 3\n'],
  [{ suffix: 100 }, { size: 21, first: 0, length: 21 }, TEXT],
  [{ first: 14 }, { size: 21, first: 14, length: 7 }, 'line 3\n'],
  [{ first: 0, last: 3 }, { size: 21, first: 0, length: 4 }, 'line'],
  [{ first: 20, last: 99 }, { size: 21, first: 20, length: 1 }, '\n'],
  [{ first: 21 }, { size: 21 }, ''],
  [{ first: 3, last: 2 }, { size: 21 }, ''],
  [{ suffix: 0 }, { size: 21 }, ''],
  [{ suffix: 7, most: 6 }, { size: 21, first: 0, length: 21 }, TEXT],
])('%j of a file', (wanted, head, bytes) => {
  const { status, out } = of(['job.out'], wanted)
  expect(status).toBe(0)
  const end = out.indexOf('\n')
  expect(JSON.parse(out.slice(0, end))).toEqual(head)
  expect(out.slice(end + 1)).toBe(bytes)
})

test('a file in a folder, an empty one, the end of one of 64 GiB', () => {
  expect(of(['results', 'a b.err']).out).toBe('{"size":1,"first":0,"length":1}\nx')
  expect(of(['empty']).out).toBe('{"size":0,"first":0,"length":0}\n')
  expect(of(['empty'], { suffix: 5 }).out).toBe('{"size":0,"first":0,"length":0}\n')
  expect(of(['empty'], { first: 0 }).out).toBe('{"size":0}\n')
  expect(of(['huge'], { suffix: 2 }).out).toBe(
    `{"size":${2 ** 36},"first":${2 ** 36 - 2},"length":2}\n\0\0`,
  )
})

test.each([
  ['a symbolic link', ['link'], 64],
  ['a folder that is a link', ['away', 'secret'], 64],
  ['a folder', ['results'], 64],
  ['a file as a folder', ['job.out', 'x'], 64],
  ['a FIFO', ['fifo'], 64],
  ['a socket', ['socket'], 64],
  ['a name that is too long', ['x'.repeat(300)], 64],
  ['the parent', ['..', 'x'], 64],
  ['a slash', ['../../secret'], 64],
  ['an absolute path', ['/etc/passwd'], 64],
  ['a NUL', ['job.out\0'], 64],
  ['nothing', [], 64],
  ['what is not there', ['none'], 66],
])('%s is refused', (_, path, status) => {
  expect(of(path)).toMatchObject({ status, out: '' })
})

test.runIf(process.getuid?.() === 0)("a device, and another user's file, are refused", () => {
  expect(of(['device'])).toMatchObject({ status: 64, out: '' })
  expect(of(['others'])).toMatchObject({ status: 64, out: '' })
})

test('a request directory that is a link, and orders that are none', () => {
  const order = { request: REQUEST, path: ['job.out'], most: 9 }
  for (const hostile of [
    { ...order, request: 'ffffffff-0000-4000-8000-0123456789ab' },
    { ...order, request: '..' },
    { ...order, path: 'job.out' },
    { ...order, most: -1 },
    { ...order, most: '9' },
    { ...order, extra: 1 },
    { request: REQUEST, path: ['job.out'] },
    [],
    'no JSON',
    '',
    'x'.repeat(100_000),
  ]) {
    expect(read(hostile), JSON.stringify(hostile).slice(0, 100)).toMatchObject({
      status: 64,
      out: '',
      err: expect.stringMatching(/^[^\n]+\n$/),
    })
  }
})
