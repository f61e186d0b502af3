import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { readParameters } from '../../lib/request/parameters.ts'

const KNOWN = ['id', 'status', 'RESPONSEFORMAT']
const refused = (message: string | RegExp) =>
  expect.objectContaining({ status: 400, message: expect.stringMatching(message) })

describe('parameters', () => {
  test('have names in any case, and values as they are', () => {
    const parameters = readParameters({ ResponseFormat: ['text/Plain'], ID: [' 1.0'] }, KNOWN)
    expect([...parameters]).toEqual([
      ['responseformat', 'text/Plain'],
      ['id', ' 1.0'],
    ])
  })

  test('may be absent', () => {
    expect(readParameters(null, KNOWN).size).toBe(0)
    expect(readParameters({}, []).size).toBe(0)
    expect(readParameters({ id: undefined, status: [] }, KNOWN).size).toBe(0)
  })

  test.each([
    [{ id: ['1.0', '2.0'] }, 'parameter id is given more than once'],
    [{ id: ['1.0', '1.0'] }, 'parameter id is given more than once'],
    [{ id: ['1.0'], ID: ['1.0'] }, 'parameter id is given more than once'],
    [{ responseformat: [''] }, 'parameter RESPONSEFORMAT has no value'],
    [{ jobid: ['12'] }, "unknown parameter 'jobid'; known here are id, status, RESPONSEFORMAT"],
    [{ '': ['12'] }, "unknown parameter ''"],
    [{ 'id ': ['12'] }, "unknown parameter 'id '"],
    [{ constructor: ['x'] }, "unknown parameter 'constructor'"],
    [{ 'a\nb': ['x'] }, "unknown parameter 'a\\?b'"],
  ])('%j is refused', (query, message) => {
    expect(() => readParameters(query, KNOWN)).toThrow(refused(message))
  })

  test('none is known: a mistyped one never means everything', () => {
    expect(() => readParameters({ id: ['1.0'] }, [])).toThrow(refused('none is known here'))
  })

  test('any query gives known names with one value each, or a Problem', () => {
    const name = fc.oneof(
      fc.constantFrom('id', 'Id', 'STATUS', 'responseFormat', '__proto__'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.dictionary(name, fc.array(fc.string(), { maxLength: 2 })), (query) => {
        try {
          for (const [key, value] of readParameters(query, KNOWN)) {
            expect(['id', 'status', 'responseformat']).toContain(key)
            expect(
              Object.entries(query)
                .filter(([k]) => k.toLowerCase() === key)
                .flatMap(([, v]) => v),
            ).toEqual([value])
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
          expect(error).toHaveProperty('status', 400)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
