import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoted } from '../../lib/request/quotation.ts'

test('a text is quoted in one line of bounded length', () => {
  expect(quoted('a\r\nb\u2028c')).toBe("'a??b?c'")
  expect(quoted('😀'.repeat(101))).toBe(`'${'😀'.repeat(100)}...'`)
  expect(quoted('x'.repeat(100))).toBe(`'${'x'.repeat(100)}'`)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(quoted(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/u)
      expect(quoted(text).length).toBeLessThan(210)
    }),
  )
})
