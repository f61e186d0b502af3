import { expect, test } from 'vitest'
import { readByteRange } from '../../lib/request/byte-range.ts'

test.each([
  ['bytes=0-', { first: 0 }],
  ['bytes=5-9', { first: 5, last: 9 }],
  ['bytes=7-7', { first: 7, last: 7 }],
  ['bytes=-1000', { suffix: 1000 }],
  ['bytes=-0', { suffix: 0 }],
  // More than the gate takes.
  ['bytes=-999999999999999', { suffix: 2 ** 40 - 1 }],
  ['bytes=0-9999999999999', { first: 0, last: 2 ** 40 - 1 }],
  ['bytes=1099511627776-', { first: 2 ** 40 - 1 }],
  ['Bytes= 5-9 ', { first: 5, last: 9 }],
])('%s', (header, range) => {
  expect(readByteRange(header)).toEqual(range)
  expect(readByteRange(header, '"an entity tag"')).toBeUndefined()
})

test.each([
  undefined,
  ...['', 'bytes', 'bytes=', 'bytes=-', 'bytes=9-5', 'bytes=0-1,5-6', 'lines=0-1', 'bytes=a-b'],
  ...['bytes=1.5-2', 'bytes=--5', 'bytes=0x1-2', `bytes=0-${'9'.repeat(16)}`, 'bytes=0-1\n0-2'],
])('%j is the whole', (header) => {
  expect(readByteRange(header)).toBeUndefined()
})
