import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { identify } from '../../lib/identity/caller.ts'
import { parseGridMapfile } from '../../lib/identity/grid-mapfile.ts'
import { parseHtpasswd } from '../../lib/identity/htpasswd.ts'
import { isProxy } from '../../lib/identity/proxy-certificate.ts'
import { certificate } from './certificates.ts'

const scratch = mkdtempSync(join(tmpdir(), 'canfar-proc-proxy-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** A certificate for itself with this extension, as openssl makes it. */
function withExtension(extension: string): string {
  const [config, pem] = [join(scratch, 'config'), join(scratch, 'pem')]
  writeFileSync(
    config,
    `[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n${extension}\n`,
  )
  const subject = ['-subj', '/O=Grid/CN=Alice/CN=1435463209']
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      '/dev/null',
      '-config',
      config,
      ...subject,
      '-out',
      pem,
    ],
    { stdio: 'ignore' },
  )
  return readFileSync(pem, 'utf8')
}

const RFC3820 = withExtension('proxyCertInfo=critical,language:id-ppl-inheritAll')

test('a proxy is one by its extension, of the standard or the draft, or by its name', () => {
  expect(isProxy(RFC3820)).toBe(true)
  expect(
    isProxy(withExtension('1.3.6.1.4.1.3536.1.222=critical,DER:300c300a06082b06010505071501')),
  ).toBe(true)
  expect(isProxy(certificate('/O=Grid/CN=Alice/CN=proxy'))).toBe(true)
  expect(isProxy(certificate('/O=Grid/CN=Alice/CN=limited proxy'))).toBe(true)
})

test('another certificate is none, nor is anything else', () => {
  expect(isProxy(withExtension('basicConstraints=critical,CA:FALSE'))).toBe(false)
  for (const name of [
    '/O=Grid/CN=Alice',
    '/O=Grid/CN=Alice/CN=1435463209',
    '/CN=proxy/O=Grid',
    '/CN=my proxy',
  ]) {
    expect(isProxy(certificate(name))).toBe(false)
  }
  expect(isProxy('no certificate')).toBe(false)
})

const users = (map: string) => ({
  gridMapfile: async () => parseGridMapfile(map),
  htpasswd: async () => parseHtpasswd(''),
})

test('it is denied with words that name it, also where its name is listed', async () => {
  const map = '"/O=Grid/CN=Alice/CN=1435463209" alice\n"/O=Grid/CN=Alice" alice\n'
  expect(await identify({ path: 'certificate', clientCertPem: RFC3820 }, users(map))).toEqual({
    denied: expect.stringMatching(/^this is a proxy certificate \(RFC 3820\).*curl -E usercert/),
    reason: 'proxy certificate',
  })
})

test('a name in the other order is denied, and the operator is told', async () => {
  const clientCertPem = certificate('/CN=jane_716/OU=cadc/O=hia/C=ca')
  const listed = users('"/C=ca/O=hia/OU=cadc/CN=jane_716" jane')
  expect(await identify({ path: 'certificate', clientCertPem }, listed)).toMatchObject({
    denied: 'this certificate belongs to no account here: /CN=jane_716/OU=cadc/O=hia/C=ca',
    advice: expect.stringMatching(/other order.*-nameopt compat/),
  })
  const other = await identify({ path: 'certificate', clientCertPem }, users('"/CN=other" jane'))
  expect(other).not.toHaveProperty('advice')
})
