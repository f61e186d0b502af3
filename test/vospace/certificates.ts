/** An authority of the test's own, with certificates for the stand-in's names and for a client. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Certificates = { ca: string; key: string; cert: string; client: string }

/** PEM texts; `client` holds certificate and key in one. `names` are those of the server. */
export function makeCertificates(names: readonly string[]): Certificates {
  const place = mkdtempSync(join(tmpdir(), 'vospace-certificates-'))
  const file = (name: string) => join(place, name)
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: place, stdio: 'pipe' })
  const read = (name: string) => readFileSync(file(name), 'utf8')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const issue = (name: string, subject: string, extensions: string) => {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject)
    writeFileSync(file(`${name}.ext`), extensions)
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, '-days', '2'],
      ...['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`],
    )
  }
  try {
    const authority = ['-subj', '/CN=VOSpace test authority', '-days', '2']
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', ...authority)
    const alternatives = ['IP:127.0.0.1', ...names.map((name) => `DNS:${name}`)]
    issue('server', `/CN=${names[0]}`, `subjectAltName=${alternatives.join(',')}\n`)
    issue('client', '/CN=canfar-proc', 'extendedKeyUsage=clientAuth\n')
    return {
      ca: read('ca.pem'),
      key: read('server.key'),
      cert: read('server.pem'),
      client: read('client.pem') + read('client.key'),
    }
  } finally {
    rmSync(place, { recursive: true })
  }
}
