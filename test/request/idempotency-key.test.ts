import fc from 'fast-check'
import { expect, test } from 'vitest'
import { requestId } from '../../lib/request/idempotency-key.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

test('without a key every request has an id of its own', () => {
  const ids = new Set(Array.from({ length: 100 }, () => requestId('alice', undefined)))
  expect(ids.size).toBe(100)
  for (const id of ids) expect(id).toMatch(UUID)
})

test('with a key the id is that of the account and the key, and of nothing else', () => {
  // Fixed: another release must not take a retry for a new request.
  expect(requestId('alice', 'k')).toBe('b3a7d24c-3b0a-8dad-93e7-3c7f74f37cec')
  const key = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 128,
  })
  const account = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,31}$/)
  fc.assert(
    fc.property(account, key, account, key, (one, oneKey, other, otherKey) => {
      const id = requestId(one, oneKey)
      expect(id).toMatch(UUID)
      expect(id[14]).toBe('8') // never one of the random ones, which have 4
      expect(requestId(other, otherKey) === id).toBe(one === other && oneKey === otherKey)
    }),
  )
})

test.each(['', 'x'.repeat(129), 'a\nb', 'é', '\x7f'])('%j is refused', (key) => {
  expect(() => requestId('alice', key)).toThrow(
    expect.objectContaining({ status: 400, message: expect.stringContaining('Idempotency-Key') }),
  )
})
