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
  expect(verdict(['rank', 'TARGET.Mips + MY.Memory'])).toBe('fine')
})

test('what has no bounds is not referred to, unless the submission sets it', () => {
  for (const name of ['HoldReason', 'lastholdreason', 'RemoveReason', 'LastRejMatchReason']) {
    expect(verdict(['periodicrelease', `${name} is 1`]), name).toMatch(/^refers to a reason/)
    expect(verdict(['periodicrelease', `MY.${name} is 1`]), name).toMatch(/^refers to a reason/)
  }
  for (const name of ['Cmd', 'GateLeaveJobInQueue', 'MATCH_EXP_Args', 'AutoClusterAttrs'])
    expect(verdict(['periodicrelease', `${name} is 1`]), name).toMatch(/^refers to a text that/)
  for (const name of ['WithinResourceLimits', 'Start', 'ConsumptionCpus', 'TARGET.Requirements'])
    for (const scope of name.includes('.') ? [''] : ['', 'MY.', 'TARGET.'])
      expect(verdict(['requestcpus', `${scope}${name} + 1`]), scope + name).toMatch(
        /of the machine/,
      )
  expect(verdict(['a', 'requirements'], ['requirements', 'rank'], ['rank', '0.0'])).toBe('fine')
  expect(verdict(['periodicrelease', 'HoldReasonCode is 13 && NumJobStarts < 3'])).toBe('fine')
  expect(verdict(['rank', 'TARGET.HasFast * Memory + KFlops + TARGET.Cpus'])).toBe('fine')
})

test('a reason stays a short text, also of many jobs', () => {
  const reason = 'strcat("more than ", string(RequestMemory), " MB were used: ", MemoryUsage)'
  const long = `strcat(${Array(30).fill('A').join(', ')})`
  const a = ['a', `"${'a'.repeat(400)}"`] as const
  expect(
    verdicts(
      [20_000, [['periodicholdreason', reason]]],
      [1, [['periodicholdreason', long], a]],
      [1, [['onexitholdreason', long], a]],
      [20_000, [['onexitholdreason', 'strcat(A, A, A, A, A, A, A)'], a]],
    ),
  ).toEqual(['fine', ...Array(3).fill(expect.stringMatching(/^may become too long a text/))])
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
  for (const value of ['regexp("a*[bc]", strcat(s, s, s, s))'])
    expect(verdict(['rank', value], ['s', `"${'a'.repeat(400)}"`]), value).not.toBe('fine')
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

test('what refers to others in a roundabout way is refused', () => {
  for (const pick of [
    ...['MY["A44"] + MY["A44"]', 'MY[A0]', 'SELF.A44 + SELF.A44', 'PARENT.A44', '.A44 + .A44'],
    ...['(TARGET.Z is 1) || .A44 + .A44 > 0', 'TARGET.x + SELF.A44', 'TARGET.x.A44', 'A0.A44'],
    ...[
      '{MY, MY, MY}.A44',
      '(MY).A44',
      'size(string(MY))',
      '{A44, A44}.A43',
      'ifThenElse(a, b, c).d',
    ],
    ...['A0[1 + 1]', 'A0["b"]', 'MY . A44', 'Other.A44', 'toplevel.A44', 'root.A44'],
    ...['string(split(s))', 'strcat(split(s, "x"))', 'split(s)', 'splitUserName(s)'],
    ...['regexps("a", s, "bb")', 'stringListSubsetMatch(s, s)', 'replaceall("a", s, "bb")'],
  ])
    expect(verdict(['rank', pick]), pick).not.toBe('fine')
  for (const pick of ['A0[1]', 'split(s)[0]', 'MY.A44 + TARGET.A44', 'size(split(s)[1])'])
    expect(verdict(['rank', pick]), pick).toBe('fine')
})

test('a pattern costs by the text that it is matched to, and by its repeats', () => {
  const text = (length: number) => ['s', `"${'a'.repeat(length)}"`] as const
  const match = (pattern: string, length: number) =>
    verdict(text(length), ['rank', `regexp("${pattern}", MY.s)`])
  expect(match('abc', 15_000)).toBe('fine')
  expect(match('a*[bc]', 200)).toBe('fine')
  expect(match('a*[bc]', 1_000)).toMatch(/^takes too long/)
  expect(match('a*x*[bc]', 30)).toBe('fine')
  expect(match('a*x*[bc]', 200)).toMatch(/^takes too long/)
  expect(verdict(text(70_000), ['rank', 'regexp("^a", s)'])).toMatch(/^takes too long/)
  // What is matched is as long as what it is made of.
  expect(verdict(text(300), ['t', 'strcat(s, s, s)'], ['rank', 'regexp("a*[bc]", t)'])).toMatch(
    /^takes too long/,
  )
})
