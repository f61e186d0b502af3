/** Authorities that are about to run out are told. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { endingSoon } from '../../lib/health/truststore.ts'

const folder = mkdtempSync(join(tmpdir(), 'truststore-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A certificate of so many days from now. */
function authority(name: string, days: number): string {
  const [key, file] = [join(folder, 'key'), join(folder, 'pem')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-days', String(days), '-subj', `/C=CA/CN=${name}`, '-keyout', key, '-out', file],
    ],
    { stdio: 'ignore' },
  )
  return readFileSync(file, 'utf8')
}

const DAY = 86_400_000
const long = authority('long', 400)
const short = authority('short', 40)

test('of several the one that ends first is told, from 30 days before its end', () => {
  const now = Date.now()
  const both = `# issued by us\n${long}\n\n${short}`
  expect(endingSoon(both, now)).toBeUndefined()
  expect(endingSoon(both, now + 9 * DAY)).toBeUndefined()
  const day = new Date(now + 40 * DAY).toISOString().slice(0, 10)
  expect(endingSoon(both, now + 11 * DAY)).toBe(`the certificate of C=CA, CN=short ends on ${day}`)
  expect(endingSoon(both, now + 41 * DAY)).toBe(`the certificate of C=CA, CN=short ended on ${day}`)
  expect(endingSoon(long, now + 41 * DAY)).toBeUndefined()
})

test.each(['', 'nothing of that kind', long.slice(0, 200), long.replace(/[A-Z]{3}/g, '###')])(
  'what is no truststore is told: %#',
  (text) => {
    expect(() => endingSoon(text, Date.now())).toThrow()
  },
)
