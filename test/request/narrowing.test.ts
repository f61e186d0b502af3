import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { NARROWING, readNarrowing } from '../../lib/request/narrowing.ts'

const read = (parameters: Record<string, string>) =>
  readNarrowing(new Map(Object.entries(parameters)), 'alice')

test('without a parameter of these it is the whole queue', () => {
  expect(read({})).toBeUndefined()
  expect(read({ responseformat: 'text' })).toBeUndefined()
})

test.each([
  [{ user: 'me' }, { users: new Set(['alice']) }],
  [{ user: 'bob' }, { users: new Set(['bob']) }],
  [{ user: 'bob, me,carol-2' }, { users: new Set(['bob', 'alice', 'carol-2']) }],
  [{ state: 'held' }, { states: new Set(['Held']) }],
  [{ state: 'IDLE, transferring' }, { states: new Set(['Idle', 'Transferring Output']) }],
  [{ cluster: '12, 13' }, { clusters: new Set([12, 13]) }],
  [{ after: '12.3' }, { after: { cluster: 12, proc: 3 } }],
  [{ maxrec: '0' }, { most: 0 }],
  [{ snapshot: 'mh2k9x1a-0f3a' }, { snapshot: 'mh2k9x1a-0f3a' }],
  [
    { user: 'me', maxrec: '10' },
    { users: new Set(['alice']), most: 10 },
  ],
])('%o', (parameters, narrowing) => {
  expect(read(parameters as Record<string, string>)).toEqual(narrowing)
})

test.each([
  [{ state: 'heldd' }, /^state must be one or more of idle, running, .*, not 'heldd'$/],
  [{ user: 'Bob' }, /^user must be one or more names of accounts, or me/],
  [{ user: 'alice,' }, /^user must be/],
  [{ state: 'held,' }, /^state must be one or more of/],
  [{ cluster: '12.0' }, /^cluster must be a whole number/],
  [{ after: '12' }, /^after must be <cluster>.<proc>/],
  [{ maxrec: '-1' }, /^MAXREC must be a whole number/],
  [{ maxrec: '1e3' }, /^MAXREC must be a whole number/],
  [{ snapshot: '../written/alice' }, /^snapshot must be/],
])('%o is refused', (parameters, message) => {
  expect(() => read(parameters as Record<string, string>)).toThrow(message)
})

test('whatever is written is a narrowing or our own error', () => {
  const names = NARROWING.map((name) => name.toLowerCase())
  const given = fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(given, (parameters) => {
      try {
        const { snapshot } = read(parameters) ?? {}
        // It becomes part of an object's name.
        if (snapshot !== undefined) expect(snapshot).toMatch(/^[0-9a-z]+-[0-9a-z]+$/)
      } catch (error) {
        expect(error).toBeInstanceOf(Problem)
      }
    }),
  )
})
