import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { readVosUri, shown, targetUri } from '../../lib/staging/vospace/vos-uri.ts'

describe('a vos URI', () => {
  test.each([
    ['vos://cadc.nrc.ca~vospace/test/file', 'cadc.nrc.ca~vospace', ['test', 'file']],
    ['vos://cadc.nrc.ca!vospace/test/file', 'cadc.nrc.ca~vospace', ['test', 'file']],
    ['VOS://CADC.nrc.ca~Arc/home/A', 'cadc.nrc.ca~arc', ['home', 'A']],
    ['vos://a~b~c/x', 'a~b~c', ['x']],
    ['vos://a~b/with blank/%C3%A9é', 'a~b', ['with blank', 'éé']],
    ['vos://a~b/a+b%2Bc%25%3F', 'a~b', ['a+b+c%?']],
    ['vos://a~b/.hidden/...', 'a~b', ['.hidden', '...']],
  ])('%s is read', (uri, authority, path) =>
    expect(readVosUri(uri, [])).toEqual({ authority, path }),
  )

  test.each([
    ...['', 'vos:', 'vos:test/file', 'vos://', 'vos:///x', 'vos://a~b', 'vos://a~b/', 'vos://a/x'],
    ...['http://a~b/x', 'vos://user@a~b/x', 'vos://u:p@a~b/x', 'vos://a~b:80/x', 'vos://~b/x'],
    ...['vos://a~/x', 'vos://a~b/x/', 'vos://a~b//x', 'vos://a~b/../x', 'vos://a~b/./x'],
    ...['vos://a~b/%2e%2e/x', 'vos://a~b/x%2Fy', 'vos://a~b/x%00', 'vos://a~b/x\ny', 'vos://a~b/%'],
    ...['vos://a~b/%zz', 'vos://a~b/%ff', 'vos://a~b/x?y', 'vos://a~b/x#y', 'vos://a~b/\ud800'],
    ...[
      'vos://a~b/preauth:token/x',
      'vos://a~b/preauth%3Atoken/x',
      ' vos://a~b/x',
      'vos://a b~c/x',
    ],
    `vos://a~b/${'x'.repeat(3000)}`,
  ])('%j is refused with a sentence', (uri) => {
    const attempt = () => readVosUri(uri, ['cadc.nrc.ca~vospace'])
    expect(attempt).toThrow(Problem)
    expect(attempt).toThrow(/^not a VOSpace file: .*authorities cadc.nrc.ca~vospace\)$/)
  })

  test('of any text is read or refused, and what is read comes back the same', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map((rest) => `vos://a~b/${rest}`),
      fc.webUrl().map((url) => url.replace(/^https?/, 'vos')),
    )
    fc.assert(
      fc.property(text, (uri) => {
        try {
          const { authority, path } = readVosUri(uri, [])
          const target = targetUri(`ivo://${authority.replace('~', '/')}`, path)
          expect(readVosUri(target, []).path).toEqual(path)
          const url = new URL(target.replace(/^vos:\/\/[^/]*/, 'https://x/files'))
          expect(url.pathname.split('/').slice(2).map(decodeURIComponent)).toEqual(path)
        } catch (error) {
          if (!(error instanceof Problem)) throw error
          expect(error.status).toBe(400)
          expect(error.message).not.toMatch(/[\n\r\0]/)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('of any path segments survives the writing', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((name) => !/[/\u0000-\u001f\u007f-\u009f]/.test(name) && !/^\.\.?$/.test(name))
      .filter((name) => !name.startsWith('preauth:'))
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (path) => {
        const uri = targetUri('ivo://cadc.nrc.ca/arc', path)
        fc.pre(uri.length <= 2048)
        expect(readVosUri(uri, [])).toEqual({ authority: 'cadc.nrc.ca~arc', path })
      }),
    )
  })

  test('in a message is one short line', () => {
    expect(shown('a\nb\u2028c\0d\ud800')).toBe('a?b?c?d?')
    expect(shown('x'.repeat(9999))).toHaveLength(300)
  })
})
