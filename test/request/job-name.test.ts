import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printJobName, readJobId, readJobName, readJobNames } from '../../lib/request/job-name.ts'

test.each([
  ['1234.0', { cluster: 1234, proc: 0 }],
  ['0007.010', { cluster: 7, proc: 10 }],
  ['1234', { cluster: 1234 }],
  ['2147483647.2147483647', { cluster: 2147483647, proc: 2147483647 }],
])('%s', (text, name) => {
  expect(readJobName(text)).toEqual(name)
})

test.each([
  ...['', '.', '1.', '.1', '1.2.3', '-1', '+1', '1e3', '0x1', '1 2', '١', 'alice', 'alice.0'],
  ...['2147483648', '1.2147483648', '99999999999', '1.0 || true', '1.0\n', '1;2', '*', 'all'],
])('%j is no job', (text) => {
  expect(() => readJobName(text)).toThrow(/id must be <cluster>/)
})

test('several, each once; one that cannot be read is a fault of the request', () => {
  expect(readJobNames('12.0, 13,12.0,13,12')).toEqual([
    { cluster: 12, proc: 0 },
    { cluster: 13 },
    { cluster: 12 },
  ])
  expect(readJobNames('012.00').map(printJobName)).toEqual(['12.0'])
  expect(() => readJobNames('12,')).toThrow(/id must be/)
  const many = (count: number) => Array.from({ length: count }, (_, at) => at).join(',')
  expect(readJobNames(many(200)).length).toBe(200)
  expect(() => readJobNames(many(201))).toThrow(/more than 200 ids/)
})

test('one job is any two numbers of 31 bits', () => {
  const number = fc.nat({ max: 2 ** 31 - 1 })
  fc.assert(
    fc.property(number, number, (cluster, proc) => {
      expect(readJobId(`${cluster}.${proc}`, 'after')).toEqual({ cluster, proc })
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
])('%j is not one job', (text) => {
  expect(() => readJobId(text, 'after')).toThrow(
    expect.objectContaining({
      status: 400,
      message: expect.stringContaining('after must be <cluster>.<proc>'),
    }),
  )
})
