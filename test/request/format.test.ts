import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { errorFormat, readFormat } from '../../lib/request/format.ts'

const VOTABLE = { kind: 'votable', contentType: 'application/x-votable+xml' }
const XML = { kind: 'votable', contentType: 'text/xml; charset=utf-8' }
const TEXT = { kind: 'text', contentType: 'text/plain; charset=utf-8' }
const CSV = { kind: 'csv', contentType: 'text/csv; charset=utf-8; header=present' }
const JSON_ = { kind: 'json', contentType: 'application/json' }
const HTML = { kind: 'html', contentType: 'text/html; charset=utf-8' }
const TSV = { kind: 'tsv', contentType: 'text/tab-separated-values; charset=utf-8' }

describe('RESPONSEFORMAT', () => {
  test.each([
    [undefined, VOTABLE],
    ['votable', VOTABLE],
    ['application/x-votable+xml', VOTABLE],
    ['application/x-votable xml', VOTABLE], // the + was not encoded in the query
    ['application/x-votable+xml;serialization=TABLEDATA', VOTABLE],
    ['text/xml', XML],
    ['text', TEXT],
    ['Text/Plain', TEXT],
    ['text/plain; charset="UTF-8"', TEXT],
    ['tsv', TSV],
    ['text/tab-separated-values', TSV],
    ['csv', CSV],
    ['text/csv; header=present', CSV],
    ['json', JSON_],
    ['application/json', JSON_],
    ['html', HTML],
    ['text/html', HTML],
  ])('%s', (text, format) => expect(readFormat(text)).toEqual(format))

  test.each([
    '',
    'fits',
    'application/pdf',
    'text/csv;header=absent',
    'text/*',
    'text/plain;charset=latin1',
    'constructor',
    'application/x-votable+xml;serialization=BINARY2',
  ])('%j is refused with the choice', (text) => {
    expect(() => readFormat(text)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining('use votable, ') }),
    )
  })

  test('goes before Accept', () => {
    expect(readFormat('tsv', 'text/plain')).toEqual(TSV)
  })

  test('any text is a format or a Problem', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, accept) => {
        expect(readFormat(undefined, accept)).toHaveProperty('contentType')
        try {
          readFormat(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
        }
      }),
    )
  })
})

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'

test.each([
  ['*/*', VOTABLE], // curl
  ['', VOTABLE],
  [BROWSER, HTML],
  ['application/json, text/plain, */*', JSON_], // axios
  ['text/plain', TEXT],
  ['text/csv', CSV],
  ['TEXT/CSV ; Q=0.7', CSV],
  ['text', VOTABLE],
  ['text/*', XML],
  ['application/*', VOTABLE],
  ['text/plain;q=0.5, text/tab-separated-values', TSV],
  ['text/plain;q=0', VOTABLE],
  ['text/plain, text/xml', TEXT],
  // a more specific range overrides one that is less so
  ['application/json;q=0.5, */*', VOTABLE],
  ['*/*;q=0.1, application/json;q=0.5', JSON_],
  ['application/*;q=0, */*', XML],
  ['application/x-votable+xml;q=0, text/html;q=0.3, text/*;q=0.1', HTML],
  ['*/*;q=0', VOTABLE],
  // what we cannot promise is not asked for
  ['text/csv;header=absent, application/json;q=0.1', JSON_],
  ['application/json;q=2', VOTABLE],
  ['application/pdf', VOTABLE],
])('Accept: %s', (accept, format) => expect(readFormat(undefined, accept)).toEqual(format))

describe('errors', () => {
  test.each([
    [undefined, undefined, TEXT],
    [undefined, '*/*', TEXT],
    [undefined, BROWSER, TEXT],
    [undefined, 'application/x-votable+xml', TEXT],
    [undefined, 'application/json', JSON_],
    ['json', undefined, JSON_],
    ['votable', undefined, VOTABLE],
    ['text/xml', 'application/json', XML],
    ['text', 'application/json', TEXT],
    ['csv', undefined, TEXT],
    ['nonsense', undefined, TEXT],
  ])('RESPONSEFORMAT %s and Accept %s', (format, accept, expected) => {
    expect(errorFormat(format, accept)).toEqual(expected)
  })
})
