/** What the receiver puts into ~/proc/<request>/, and what it takes away again when nothing was queued. */
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

const order = (line: object, bytes = '') =>
  asAccount('receiver', home, `${JSON.stringify(line)}\n${bytes}`)

function receive(contents = ['description', '']) {
  const files = NAMES.map((name, index) => {
    const bytes = contents[index] ?? ''
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { name, size: bytes.length, sha256, executable: index === 1 }
  })
  return order({ request: REQUEST, files }, contents.join(''))
}

test('files come and go, and the directory goes with them', () => {
  expect(receive()).toEqual({ status: 0, out: '', err: '' })
  expect(readdirSync(place).toSorted()).toEqual(NAMES)
  expect(readFileSync(join(place, 'job.sub'), 'utf8')).toBe('description')
  writeFileSync(join(place, '.part'), 'of a transfer that broke')
  expect(order({ remove: REQUEST, names: NAMES }).status).toBe(0)
  expect(existsSync(place)).toBe(false)
  expect(order({ remove: REQUEST, names: NAMES }).status).toBe(0)
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
    err: 'request not understood by the receiver\n',
  })
  expect(readdirSync(place).toSorted()).toEqual(NAMES)
})
