import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { readFormat } from '../../lib/request/format.ts'

const VOTABLE = { kind: 'votable', contentType: 'application/x-votable+xml' }
const XML = { kind: 'votable', contentType: 'text/xml' }
const TEXT = { kind: 'text', contentType: 'text/plain; charset=utf-8' }
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
  ])('%s', (text, format) => expect(readFormat(text)).toEqual(format))

  test.each([
    '',
    'fits',
    'text/html',
    'application/json',
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

test.each([
  ['*/*', VOTABLE], // curl
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', VOTABLE], // a browser
  ['text/plain', TEXT],
  ['text/*', VOTABLE],
  ['text', VOTABLE],
  ['text/plain;q=0.5, text/tab-separated-values', TSV],
  ['text/plain;q=0', VOTABLE],
  ['text/plain, text/xml', TEXT],
  ['application/json', VOTABLE],
])('Accept: %s', (accept, format) => expect(readFormat(undefined, accept)).toEqual(format))
