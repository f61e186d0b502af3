import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DistinguishedName,
  NameError,
  nameKey,
  parseName,
  parseSubject,
  printName,
} from '../../lib/identity/distinguished-name.ts'
import { Problem } from '../../lib/problem.ts'
import { certificate, printedBy } from './certificates.ts'

/** `[['C', 'CA']]`, an RDN a list of attributes. */
const name = (...rdns: [string, string][][]): DistinguishedName =>
  rdns.map((rdn) => rdn.map(([type, value]) => ({ type, value })))
const one = (type: string, value: string): [string, string][] => [[type, value]]

const sameName = (left: DistinguishedName, right: DistinguishedName) =>
  nameKey(left) === nameKey(right)

describe('subjects of real certificates', () => {
  const subjects: Record<string, [subject: string, expected: DistinguishedName]> = {
    plain: [
      '/C=CA/O=Grid/CN=Jane Doe',
      name(one('C', 'CA'), one('O', 'Grid'), one('CN', 'Jane Doe')),
    ],
    'several CNs': ['/C=CA/CN=a/CN=b', name(one('C', 'CA'), one('CN', 'a'), one('CN', 'b'))],
    'UTF-8': ['/O=Ünî Ltd/CN=Zoë Ωmega', name(one('O', 'Ünî Ltd'), one('CN', 'Zoë Ωmega'))],
    'commas and quotes': [
      '/O=A, B\\\\C/CN=x "q" <y>;#z',
      name(one('O', 'A, B\\C'), one('CN', 'x "q" <y>;#z')),
    ],
    'blanks and # at the ends': ['/O=x/CN= #a, ', name(one('O', 'x'), one('CN', ' #a, '))],
    'plus and equals': ['/O=x/CN=a \\+ b=c', name(one('O', 'x'), one('CN', 'a + b=c'))],
    'a slash': [
      '/O=Grid/CN=host\\/a.example.org',
      name(one('O', 'Grid'), one('CN', 'host/a.example.org')),
    ],
    emailAddress: ['/O=x/emailAddress=a@b.c', name(one('O', 'x'), one('EMAILADDRESS', 'a@b.c'))],
    'UID and DC': [
      '/DC=org/DC=ivoa/UID=u',
      name(one('DC', 'org'), one('DC', 'ivoa'), one('UID', 'u')),
    ],
  }
  test.each(Object.entries(subjects))('%s', (_, [subject, expected]) => {
    const parsed = parseSubject(certificate(subject))
    expect(parsed).toEqual(expected)
    // Text that an operator gets from openssl or from our own message is that name.
    expect(sameName(parseName(printName(parsed)), parsed)).toBe(true)
    expect(sameName(parseName(printedBy('RFC2253')), parsed)).toBe(true)
    if (!subject.includes('\\\\'))
      expect(sameName(parseName(printedBy('compat')), parsed)).toBe(true)
  })

  test('the attributes of a multi-valued RDN are a set', () => {
    const subject = parseSubject(certificate('/C=CA/CN=Jane+UID=j1'))
    expect(subject).toHaveLength(2)
    expect(subject[1]).toHaveLength(2)
    for (const text of ['/C=CA/UID=j1+CN=Jane', '/C=CA/CN=Jane+UID=j1', 'UID=j1+CN=Jane,C=CA']) {
      expect(sameName(parseName(text), subject)).toBe(true)
    }
    expect(sameName(parseName(printedBy('compat')), subject)).toBe(true)
    expect(sameName(parseName('/C=CA/CN=Jane/UID=j1'), subject)).toBe(false)
    expect(sameName(parseName('/C=CA/CN=Jane\\+UID=j1'), subject)).toBe(false)
  })

  test('a value that looks like further RDNs is refused, and is not those RDNs', () => {
    expect(() => parseSubject(certificate('/C=CA/CN=host\\/a\\/CN=x'))).toThrow(
      expect.objectContaining({
        status: 403,
        message: expect.stringContaining('looks like a name'),
      }),
    )
    expect(() => parseSubject(certificate('/O=x\\/1.2.3=y'))).toThrow(Problem)
    // A line end cannot forge an RDN either.
    expect(() => parseSubject(certificate('/C=CA/CN=Jane\nO=Admin'))).toThrow(/control character/)
  })

  test.each(['', 'garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'no certificate: %j',
    (pem) => expect(() => parseSubject(pem)).toThrow(expect.objectContaining({ status: 403 })),
  )

  test('a certificate without a subject', () => {
    expect(() => parseSubject(certificate('/'))).toThrow(expect.objectContaining({ status: 403 }))
  })
})

describe('names that an operator writes', () => {
  test.each([
    ['/C=CA/O=Grid/CN=Jane', 'CN=Jane,O=Grid,C=CA'],
    ['/C=CA/O=Grid/CN=Jane', ' CN = jane , O=GRID,  C=ca '],
    ['/DC=org/USERID=u/Email=a@b', '/dc=org/UID=u/E=a@b'],
    ['/O=x/CN=Zo\\xC3\\xAB', '/O=x/CN=Zoë'],
    ['/O=x/CN=Zoe\u0308', 'CN=Zo\\C3\\AB,O=x'],
    ['/O=x/CN=a,b', 'CN=a\\,b,O=x'],
    ['/O=x/OID.1.2.3=y', '1.2.3=y,O=x'],
    ['/O=x/CN=a ', 'CN=a\\ ,O=x'],
  ])('%s is %s', (left, right) => {
    expect(nameKey(parseName(left))).toBe(nameKey(parseName(right)))
  })

  test.each([
    ['/C=CA/CN=Jane', '/CN=Jane/C=CA'],
    ['/CN=a/CN=b', '/CN=a'],
    ['/CN=É', '/CN=é'], // only ASCII letters fold
    ['/CN=a b', '/CN=a  b'],
    ['/CN=a', '/OU=a'],
    ['/O=x/CN=host/a', '/O=x/CN=host/CN=a'],
  ])('%s is not %s', (left, right) => {
    expect(nameKey(parseName(left))).not.toBe(nameKey(parseName(right)))
  })

  test.each([
    '',
    '/',
    'Jane',
    '/Jane',
    'CN=a,',
    'CN=a,,O=b',
    'CN="a",O=b',
    'CN=#0403',
    'CN=a\\',
    '=a',
    '/CN=a\\x00b',
    '/CN=\\xC3\\x28',
    'CN=a\u007f',
    '/O=x\\/CN=y',
    'CN=x/CN=y',
    `/CN=${'a'.repeat(8200)}`,
  ])('%j is no name', (text) => expect(() => parseName(text)).toThrow(NameError))
})

const value = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...' /+,=\\"#<>;xCN\u00e9'), maxLength: 12 }),
  )
  .map((text) => text.normalize('NFC'))
  .filter(
    (text) => !/\p{Cc}|\p{Surrogate}|\/[A-Za-z][A-Za-z0-9-]*=|\/(?:OID\.)?\d+(\.\d+)+=/u.test(text),
  )
const type = fc.constantFrom('CN', 'O', 'UID', 'EMAILADDRESS', '1.2.3', 'X-Y'.toUpperCase())
const names = fc.array(fc.array(fc.record({ type, value }), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 4,
})

describe('for any name', () => {
  test('what is printed reads back as it was', () => {
    fc.assert(
      fc.property(names, (dn) => {
        expect(parseName(printName(dn))).toEqual(dn)
      }),
      { numRuns: 2_000 },
    )
  })

  test('two names have one key only where they have the same attributes, but for ASCII case', () => {
    const plain = (dn: DistinguishedName) =>
      dn.map((rdn) =>
        rdn
          .map(({ type, value }) => `${type}\0${value.replace(/[A-Z]/g, (c) => c.toLowerCase())}`)
          .sort()
          .join('\u0001'),
      )
    fc.assert(
      fc.property(names, names, (left, right) => {
        expect(sameName(left, right)).toBe(
          JSON.stringify(plain(left)) === JSON.stringify(plain(right)),
        )
      }),
      { numRuns: 2_000 },
    )
  })

  test('any text is a name or a NameError', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'/CN=+,\\x0 "#') }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(parseName(text).length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(NameError)
        }
      }),
      { numRuns: 5_000 },
    )
  })
})
