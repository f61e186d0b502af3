/** What the schedd would spend on expressions: reckoned before they get there, and in linear time. */
import { expect, test } from 'vitest'
import { python } from './python.ts'

const PROGRAM = `
import json
from evaluation_cost import EvaluationCost
from expression import Refused
for procs, attributes in json.load(sys.stdin):
    cost = EvaluationCost()
    try:
        for name, value in attributes:
            cost.add(name, value)
        cost.check(procs)
        print('fine')
    except Refused as refused:
        print(refused)
`
type Attributes = readonly (readonly [string, string])[]
const verdicts = (...all: readonly (readonly [number, Attributes])[]) =>
  python(PROGRAM, JSON.stringify(all)).trim().split('\n')
const verdict = (...attributes: Attributes) => verdicts([1, attributes])[0]

const chain = (count: number): Attributes =>
  Array.from({ length: count }, (_, at) => [`a${at + 1}`, `a${at} + a${at}`] as const)

test('each reference costs what it refers to, as often as it stands there', () => {
  expect(verdict(['a0', '1'], ...chain(5))).toBe('fine')
  expect(verdict(['a0', '1'], ...chain(45))).toMatch(/^takes too long to evaluate/)
  expect(verdict(['s', `"${'x'.repeat(300_000)}"`])).toBe('fine')
  expect(verdict(['s', `"${'x'.repeat(300_000)}"`], ['rank', 'size(s)'])).toMatch(/too long/)
  expect(verdict(['a', 'b'], ['b', 'a'])).toBe('refers to itself')
  expect(verdict(['rank', 'TARGET.Rank + MY.Memory'])).toBe('fine')
})

test('many jobs may cost no more than the schedd takes in two seconds', () => {
  const heavy: Attributes = [['rank', Array(600).fill('memory').join(' + ')]]
  expect(verdicts([1, heavy], [20_000, heavy])).toEqual([
    'fine',
    expect.stringMatching(/^takes too long to evaluate in 20,000 jobs/),
  ])
})

test('functions that take long, patterns that try everything and ads that are evaluated are refused', () => {
  for (const value of [
    ...[
      'eval(s)',
      'EVAL (s)',
      'unparse(rank)',
      'userMap("x", "y")',
      'evalInEachContext(a, {[a = 1]})',
    ],
    ...['regexp("(a+)+", s)', 'regexp(p, s)', 'regexp("a?a?a?", s)', 'regexp("(a|b|c|d)", s)'],
    ...['[a = 1; b = a + a].b', 'x is [a = 1; b = a + a].b', 'x[a = 1]', '(((', "'a b'", 'a @ b'],
    ...[`${'('.repeat(60)}1${')'.repeat(60)}`, `1${' + 1'.repeat(3_000)}`],
  ])
    expect(verdict(['rank', value]), value).not.toBe('fine')
  for (const value of [
    ...['regexp("^slot[0-9]+@", Name)', '{1, "a", [x = 1]}', 'split(v)[1]', 'ifThenElse(a, 1, 2)'],
    ...[
      '(JobStatus == 2) && (time() - EnteredCurrentStatus > 3600)',
      'strcat("a\\"b", x)',
      '-1.5E+3',
    ],
  ])
    expect(verdict(['rank', value]), value).toBe('fine')
})

test('any text is judged, in time in proportion to its length', () => {
  const texts = [
    '(',
    '"',
    '\\',
    'a',
    '1',
    '[',
    '.',
    '= ',
    'regexp("',
    'MY.',
    '\u00e9',
    '\0',
    ' ',
  ].map((sign) => sign.repeat(200_000))
  expect(verdicts(...texts.map((text) => [1, [['rank', text]]] as const))).toHaveLength(
    texts.length,
  )
})
