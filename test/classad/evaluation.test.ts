/** Expressions of jobs: told as condor_q -af tells them, or not at all. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Evaluation } from '../../lib/classad/evaluation.ts'

/** What `condor_q -jobads … -af:V <expression>` of HTCondor 23.9.6 and 25.14.1 said alike of the ad below. */
const SAID = readFileSync(new URL('./said.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [string, string])

const AD = {
  I: 45,
  R: 2.5,
  S: 'Abc',
  B: true,
  TransferInputSizeMB: 0,
  ResidentSetSize: 4000,
  MemoryUsage: '/Expr(((ResidentSetSize + 1023) / 1024))/',
}
const NAMES = [...Object.keys(AD), 'N']

/** The ones that are left to HTCondor. */
const LEFT =
  /^(\(1,2\)|TARGET\.I|isNumber|sum|avg|size|substr|1K|0x10|010|[\d ]*<<|6&3|~5|I'x|99999|9223372036854775807|pow\(2,62|12345678901234567890|pow\(10,20|pow\(-|-8|int\("5|int\(1e30|round\(1e30|floor\("|real\("x|max\(\{1,"a|max\(\{true|max\(\{error|max\(1,2|max\(I,R|\{1,2\}|\+true|"ä|quantize\(1\.5|quantize\(-5|quantize\(5,0|quantize\(1500,\{100,200\}|isundefined\(\)|ifthenelse\(true,1\))/

/** A value as condor_q prints it. JSON has no reals that are whole, and so no `1.0`. */
function printed(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`
  return value === null ? 'undefined' : String(value)
}

function told(expression: string, ad: object = AD, names = NAMES): unknown {
  const job: Record<string, unknown> = { ...ad, X: `/Expr(${expression})/` }
  new Evaluation([...names, 'X']).settle(job)
  return job.X
}

test.each(SAID)('%s is %s', (expression, said) => {
  const value = told(expression)
  if (LEFT.test(expression)) return expect(value).toBe(`/Expr(${expression})/`)
  const number = Number(said)
  if (!Number.isNaN(number) && typeof value === 'number')
    return expect(value).toBeCloseTo(number, 12)
  // An error is no value, and no column shows what is not finite.
  expect(printed(value)).toBe(/^(?:error|real\()/.test(said) ? 'undefined' : said)
})

test('some two thirds of them are told here', () => {
  expect(SAID.filter(([expression]) => LEFT.test(expression)).length).toBeLessThan(SAID.length / 3)
})

test.each([
  [
    'the default of request_memory',
    'ifthenelse(MemoryUsage =!= undefined,MemoryUsage,(I + 1023) / 1024)',
    4,
  ],
  ['half as much again', 'MemoryUsage * 3 / 2', 6],
  ['more at each start', 'I == 45 ? 1024 * (I / 15) : 512', 3072],
  ['an attribute that was asked for and is not there', 'N ?: 3', 3],
  ['a name of its own in any case', 'my.i + MY.memoryusage', 49],
])('%s', (_, expression, value) => {
  expect(told(expression)).toBe(value)
})

test.each([
  ['an attribute that nobody asked for', 'Other + 1'],
  ['itself', 'X + 1'],
  ['a long one', `${'1+'.repeat(600)}1`],
  ['many brackets', `${'('.repeat(400)}1${')'.repeat(400)}`],
  ['many signs', `${'!'.repeat(900)}1`],
  ['half an expression', 'ifThenElse(1, 2'],
  ['what is no expression', '1 2'],
])('%s is left to HTCondor', (_, expression) => {
  expect(told(expression)).toBe(`/Expr(${expression})/`)
})

test('expressions that name each other twice cost no more than the steps that are allowed', () => {
  const chain: Record<string, unknown> = { A0: 1 }
  for (let i = 1; i <= 30; i++) chain[`A${i}`] = `/Expr(A${i - 1} + A${i - 1})/`
  const started = process.cpuUsage().user
  new Evaluation(Object.keys(chain)).settle(chain)
  expect(chain.A5).toBe(32)
  expect(chain.A30).toBe('/Expr(A29 + A29)/')
  // 2 ** 30 steps would be many seconds.
  expect(process.cpuUsage().user - started).toBeLessThan(2_000_000)
})

test('each attribute sees the others as HTCondor gave them', () => {
  const ad: Record<string, unknown> = {
    A: '/Expr(B + 1)/',
    B: '/Expr(C / 2)/',
    C: '/Expr(7 * 1.5)/',
  }
  new Evaluation(['A', 'B', 'C']).settle(ad)
  expect(ad).toEqual({ A: 6.25, B: 5.25, C: 10.5 })
})

test('names of the history are those that were asked for', () => {
  const ad: Record<string, unknown> = { requestmemory: '/Expr(2 * 3)/', Owner: 'alice' }
  const evaluation = new Evaluation(['RequestMemory', 'Owner'])
  evaluation.rename(ad)
  evaluation.settle(ad)
  expect(ad).toMatchObject({ RequestMemory: 6, Owner: 'alice' })
})

test('any text is told or left, and never throws', () => {
  const words = fc.constantFrom(
    '(',
    ')',
    '{',
    '}',
    ',',
    '?',
    ':',
    '-',
    '!',
    '1',
    '2.5',
    '"a"',
    'I',
    'N',
    'true',
    '+',
    '/',
    '%',
    '&&',
    '||',
    '=?=',
    'is',
    'max',
    'pow',
    'ifThenElse',
    ' ',
    '\\',
    '"',
  )
  fc.assert(
    fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
      const value = told(parts.join(' '))
      expect(['number', 'string', 'boolean', 'object']).toContain(typeof value)
    }),
  )
})
