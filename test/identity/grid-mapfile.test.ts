import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseName, parseSubject, printName } from '../../lib/identity/distinguished-name.ts'
import { mappedAccount, parseGridMapfile } from '../../lib/identity/grid-mapfile.ts'
import { certificate } from './certificates.ts'

const account = (file: string, name: string) =>
  mappedAccount(parseGridMapfile(file), parseName(name))

describe('a grid-mapfile', () => {
  test('maps real certificates, in both notations', () => {
    const map = parseGridMapfile(`\uFEFF# people\r
"/C=CA/O=Grid, Inc./CN=Jane \\"JD\\" Doe" jane\r

  "CN=Zo\\C3\\AB,O=Grid\\, Inc.,C=CA"   zoe , zoe2,other
/C=CA/CN=host/a.example.org robot`)
    expect(map.problems).toEqual([])
    const of = (subject: string) => mappedAccount(map, parseSubject(certificate(subject)))
    expect(of('/C=CA/O=Grid, Inc./CN=Jane "JD" Doe')).toBe('jane')
    expect(of('/C=CA/O=Grid, Inc./CN=Zoë')).toBe('zoe')
    expect(of('/C=CA/CN=host\\/a.example.org')).toBe('robot')
    expect(of('/C=CA/O=Grid, Inc./CN=Jane')).toBeUndefined()
    expect(of('/CN=Zoë/O=Grid, Inc./C=CA')).toBeUndefined()
  })

  test('the first line of a name counts, whatever follows', () => {
    const file = '"/CN=a" first\n"/cn=A" second\n"/CN=b"\n"/CN=b" late\n"/CN=c" Bad\n"/CN=c" late\n'
    expect(account(file, '/CN=a')).toBe('first')
    expect(account(file, '/CN=b')).toBeUndefined()
    expect(account(file, '/CN=c')).toBeUndefined()
    expect(parseGridMapfile(file).problems.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6])
  })

  test.each([
    ['"/CN=a jane', /quote/],
    ['"/CN=a"jane', /blank/],
    ['"Jane" jane', /no type/],
    ['"/CN=a"', /no account/],
    ['"/CN=a" ,', /no account/],
    ['"/CN=a" root;id', /not an account name/],
    ['"/CN=a" Jane', /not an account name/],
    ['"/CN=a" .pool', /not an account name/],
    ['"/CN=a\\x00" jane', /control/],
    [`"/CN=${'a'.repeat(10_000)}" jane`, /long/],
  ])('%s is reported, and the lines round it still count', (line, reason) => {
    const map = parseGridMapfile(`"/CN=x" ex\n${line}\n"/CN=y" why\n`)
    expect(map.problems).toEqual([{ line: 2, reason: expect.stringMatching(reason) }])
    expect(mappedAccount(map, parseName('/CN=x'))).toBe('ex')
    expect(mappedAccount(map, parseName('/CN=y'))).toBe('why')
    expect([...map.accounts.values()].filter(Boolean)).toEqual(['ex', 'why'])
  })

  test('a name is the one that is written, whatever its order', () => {
    // The certificates of CADC's service have the person first and the country last.
    const cadc = '/CN=jane_716/OU=cadc/O=hia/C=ca'
    for (const line of [`"${cadc}" jane`, '"C=ca,O=hia,OU=cadc,CN=jane_716" jane']) {
      expect(parseGridMapfile(line).problems).toEqual([])
      expect(account(line, cadc)).toBe('jane')
    }
    expect(account('"/C=ca/O=hia/OU=cadc/CN=jane_716" jane', cadc)).toBeUndefined()
    expect(account('"C = CA, O = Grid, CN = Jane" jane', '/C=CA/O=Grid/CN=Jane')).toBeUndefined()
  })
})

describe('for any file', () => {
  const ordinary = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !/\p{Cc}|\p{Surrogate}|\//u.test(text))
    .map((text) => text.normalize('NFC'))
  const users = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,31}$/)

  test('printed lines map each name to its account', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ordinary, users), { maxLength: 8 }), (entries) => {
        const lines = entries.map(
          ([person, user]) =>
            `"${printName([[{ type: 'O', value: 'Grid' }], [{ type: 'CN', value: person }]])}" ${user}`,
        )
        const map = parseGridMapfile(lines.join('\n'))
        const folded = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
        for (const [person] of entries) {
          const first = entries.find(([other]) => folded(other) === folded(person))
          expect(
            mappedAccount(map, [[{ type: 'O', value: 'Grid' }], [{ type: 'CN', value: person }]]),
          ).toBe(first?.[1])
        }
      }),
      { numRuns: 500 },
    )
  })

  test('anything is read, and gives account names or nothing', () => {
    const lines = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'"/CN=ab\\ ,#\n\r\t') }),
    )
    fc.assert(
      fc.property(fc.array(lines), (parts) => {
        const map = parseGridMapfile(parts.join('\n'))
        for (const user of map.accounts.values()) {
          if (user !== undefined) expect(user).toMatch(/^[a-z_][a-z0-9_-]{0,31}$/)
        }
        for (const { line, reason } of map.problems) {
          expect(line).toBeGreaterThan(0)
          expect(reason).not.toBe('')
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
