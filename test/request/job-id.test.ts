import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJobId } from '../../lib/request/job-id.ts'

test('any two numbers of 31 bits', () => {
  const number = fc.nat({ max: 2 ** 31 - 1 })
  fc.assert(
    fc.property(number, number, (cluster, proc) => {
      expect(readJobId(`${cluster}.${proc}`)).toEqual({ cluster, proc })
    }),
  )
})

test.each([
  '',
  '1234',
  '1234.',
  '.0',
  '1.2.3',
  '-1.0',
  '1.-1',
  '+1.0',
  ' 1.0',
  '1.0 ',
  '1.0\n',
  '1e3.0',
  '0x1.0',
  '2147483648.0',
  '0.2147483648',
  '00000000001.0',
  '٣.٠',
  'alice',
  '-all',
  '1.0 || true',
])('%j is refused', (text) => {
  expect(() => readJobId(text)).toThrow(
    expect.objectContaining({ status: 400, message: expect.stringContaining('<cluster>.<proc>') }),
  )
})
