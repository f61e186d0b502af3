/** Real certificates, made by openssl in a directory of their own that ends with the test run. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'canfar-proc-certificates-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const openssl = (...args: string[]) =>
  execFileSync('openssl', args, {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  })

openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'key.pem')

/** A self-signed certificate; in `subject` a backslash escapes `/`, `+` and itself. */
export function certificate(subject: string): string {
  const args = ['req', '-x509', '-key', 'key.pem', '-days', '2', '-utf8', '-subj', subject]
  openssl(...args, '-out', 'certificate.pem')
  return readFileSync(join(directory, 'certificate.pem'), 'utf8')
}

/** The subject as `openssl x509 -subject` prints it: `compat` is the one-line form, or `RFC2253`. */
export const printedBy = (format: 'compat' | 'RFC2253') =>
  openssl('x509', '-in', 'certificate.pem', '-noout', '-subject', '-nameopt', format)
    .replace(/^subject=/, '')
    .replace(/\n$/, '')
