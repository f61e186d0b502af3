/** The checker of regular expressions finds those that it is there to find. */
import { describe, expect, test } from 'vitest'
import { findingsIn } from './findings.ts'

const findings = (text: string) => findingsIn('lib/x.ts', `/** A file. */\n${text}\n`)

describe('a pattern that takes the square of a text, or more, is found', () => {
  test.each([
    String.raw`/[^\s'"]*\/proc\/[0-9]/g`,
    '/x+$/',
    String.raw`/\s+$/`,
    '/^(a|a)*$/',
    String.raw`/(\d+) are able to run/`,
    '/(?<!y) +$/',
    "new RegExp('x+$')",
    "RegExp('x+$', 'g')",
  ])('%s', async (pattern) => {
    const [finding, ...others] = await findings(`const a = [() => f(${pattern} as RegExp)]`)
    expect(finding).toMatch(/^lib\/x\.ts:2: \/.+\/g? is not linear \((?:exponential|2nd degree)/)
    expect(others).toEqual([])
  })
})

describe('a pattern that takes time in proportion to the text is none', () => {
  test.each([
    '/^x+$/',
    '/x+$/y',
    String.raw`/[^\s'"]+/g`,
    String.raw`/\/proc\/[0-9a-f]{8}\//`,
    "new RegExp('^x+$', 'g')",
    `'x+$'`,
    `/* /x+$/ */ null`,
    'text.match(pattern)',
  ])('%s', async (pattern) => {
    expect(await findings(`const a: RegExp = ${pattern}`)).toEqual([])
  })
})

describe('a pattern that cannot be read beforehand is found', () => {
  test.each([
    'new RegExp(`^@${tag}$`)',
    'new RegExp(tag)',
    "RegExp('x', flags)",
    'new RegExp(/x/, flags)',
    'new globalThis.RegExp(tag)',
    'Reflect.construct(RegExp, [tag])',
    "text.match('x+$')",
    'text.search(`${tag}+$`)',
  ])('%s', async (expression) => {
    expect(await findings(`const a = ${expression}`)).toEqual([
      'lib/x.ts:2: a pattern that is not a literal cannot be judged',
    ])
  })
})
