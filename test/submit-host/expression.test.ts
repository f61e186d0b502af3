/** What evaluating an expression may cost, by its text. */
import { expect, test } from 'vitest'
import { each } from './each.ts'

type Cost = [work: number, references: Record<string, number>]
const analyze = (...texts: string[]) =>
  each<Cost>('from expression import analyze\none = lambda text: analyze(text)[:2]', texts)
const cost = (text: string) => {
  const [found] = analyze(text)
  if (typeof found !== 'object') throw new Error(found)
  return { work: found[0], references: found[1] }
}
const refusal = (text: string) => {
  const [found] = analyze(text)
  return typeof found === 'string' ? found : 'accepted'
}

test.each([
  '1',
  '-7',
  '1.5E-03',
  'true',
  'undefined',
  '"text"',
  '""',
  '"a \\" b"',
  '"ends in \\"',
  '"$(x) // eval("',
])('%s is a literal, which costs next to nothing', (text) => {
  expect(cost(text)).toEqual({
    work: 1 + (text[0] === '"' ? Math.floor(text.length / 4) : 0),
    references: {},
  })
})

test('each reference is counted, in lower case, as often as it stands there', () => {
  expect(cost('A + a * MY.B - my.b == "C" && D isnt undefined').references).toEqual({
    a: 2,
    b: 2,
    d: 1,
  })
})

test('what the machine has costs more, and is no reference to the job', () => {
  expect(cost('TARGET.Memory').references).toEqual({})
  expect(cost('TARGET.Memory').work).toBeGreaterThan(cost('MY.Memory').work)
})

test('functions, words and names in strings are no references', () => {
  expect(cost('ifThenElse(isUndefined("A"), true, strcat("B", "C"))').references).toEqual({})
})

test('only MY and TARGET have names behind a dot', () => {
  expect(cost('MY.A + target.B').references).toEqual({ a: 1 })
  expect(refusal('A.B')).toMatch(/only MY.Name and TARGET.Name/)
  expect(refusal('MY')).toMatch(/only MY.Name and TARGET.Name/)
})

test('an ad may be written out, with literals in it', () => {
  expect(cost('[ a = 1; b = "x" ]').references).toEqual({})
  expect(cost('{ 1, 2 }[0]').references).toEqual({})
  expect(refusal('[ a = b ]')).toMatch(/numbers and strings only/)
  expect(refusal('[ a = time() ]')).toMatch(/numbers and strings only/)
})

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['eval("1")', /the function eval is not available/],
  ['unparse (A)', /the function unparse/],
  ['EVALINEACHCONTEXT(A, B)', /the function/],
  ['userMap("x", A)', /the function userMap/],
  ['countMatches(MY.A,TARGET.B)', /the function countMatches/],
  ['regexp(A, "x")', /the pattern must be a string/],
  ['regexp("(a+)+", A)', /the pattern must/],
  ['regexp("a*b*c*", A)', /the pattern must/],
  [`regexp("${'x'.repeat(201)}", A)`, /the pattern must/],
  ['regexp("(a)\\1", A)', /the pattern must/],
  ['eval/**/("1")', /a comment/],
  ['A //', /a comment/],
  ['true /*(*/ ) || ( true /*)*/', /a comment/],
  ['eval  ("1")', /in a way that HTCondor does not write/],
  ['size  (A)', /in a way that HTCondor does not write/],
  ['A = 1', /an = that compares nothing/],
  ['A + `b`', /a sign that is not understood here: `/],
  ['A + \u0001', /a control character/],
  ['(A', /a bracket without an end/],
  ['"a" + "b', /a string without an end/],
  [`${'('.repeat(51)}A${')'.repeat(51)}`, /more than 50 brackets/],
  [`A${' + 1'.repeat(1001)}`, /more than 2,000 parts/],
  [`A + "${'x'.repeat(10_000)}"`, /longer than 10,000 characters/],
]

test.each(REFUSED.map(([text, words]) => [text.slice(0, 50), text, words] as const))(
  '%s is refused',
  (_, text, words) => {
    expect(refusal(text)).toMatch(words)
  },
)

test.each([
  'countMatches(MY.RequireGPUs,TARGET.AvailableGPUs) >= RequestGPUs',
  'regexp("^node[0-9]+\\\\.example$", TARGET.Machine)',
  'A =?= undefined && B =!= 3 || !C',
  'x ? y : z ?: 2',
  '(JobStatus == 2) && (time() - EnteredCurrentStatus) > 3600',
  '1 << 2 >>> 3 ^ 4 | 5 & ~6 % 7',
])('%s is accepted', (text) => {
  expect(refusal(text)).toBe('accepted')
})
