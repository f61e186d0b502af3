/** The development certificate authority: one trusted CA, a server certificate, and clients of all kinds. */
import { X509Certificate } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './command.ts'

const ORGANIZATION = '/C=CA/O=canfar-proc local'
const AUTHORITY_NAME = `${ORGANIZATION}/CN=canfar-proc local CA`

/** A client's name as a grid-mapfile has it. */
export const clientName = (user: string) => `${ORGANIZATION}/CN=${user}`

/** Clients of our CA: alice, bob and erin are mapped, dave to an account that the host does not have, carol to none. */
const CLIENTS = ['alice', 'bob', 'carol', 'dave', 'erin']

const THIS_MACHINE = [
  'permitted;DNS:localhost',
  'permitted;IP:127.0.0.0/255.0.0.0',
  'permitted;IP:::1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF',
].join(',')

const DAYS = 825 // longer ones are refused by some clients
const RENEW = 14 * 24 * 3600 * 1000 // ms before the end

/** Makes `dir`/{ca,server,alice,bob,carol,dave,erin,mallory}.pem, unless they are there and not about to expire. */
export async function prepareCertificates(dir: string): Promise<void> {
  if (await allValid(dir)) return
  const unfinished = `${dir}.tmp`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  const authority = await makeAuthority(join(unfinished, 'ca'))
  // another CA that calls itself the same: only its signature tells it apart
  const impostor = await makeAuthority(join(unfinished, 'impostor'))
  const localhost = 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth'
  await Promise.all([
    issue(authority, join(unfinished, 'server'), `${ORGANIZATION}/CN=localhost`, localhost),
    ...CLIENTS.map((user) =>
      issue(authority, join(unfinished, user), clientName(user), 'extendedKeyUsage=clientAuth'),
    ),
    issue(
      impostor,
      join(unfinished, 'mallory'),
      clientName('alice'),
      'extendedKeyUsage=clientAuth',
    ),
  ])
  for (const name of ['impostor.pem', 'impostor.key']) await rm(join(unfinished, name))
  await rm(dir, { recursive: true, force: true })
  await rename(unfinished, dir)
}

/** All of them are made together or not at all. */
async function allValid(dir: string): Promise<boolean> {
  const names = ['ca', 'server', 'mallory', ...CLIENTS].map((name) => `${name}.pem`)
  const present = await readdir(dir).catch(() => [] as string[])
  if (!names.every((name) => present.includes(name))) return false
  const texts = await Promise.all(names.map((name) => readFile(join(dir, name))))
  return texts.every((pem) => new X509Certificate(pem).validToDate.getTime() > Date.now() + RENEW)
}

export interface Authority {
  certificate: string
  key: string
}

/** Makes `path`.pem and `path`.key. Should someone trust it in a browser, it can vouch for this machine alone. */
export async function makeAuthority(path: string): Promise<Authority> {
  const certificate = `${path}.pem`
  const key = `${path}.key`
  await run('openssl', [
    ...[
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-noenc',
      '-sha256',
    ],
    ...['-keyout', key, '-out', certificate, '-days', String(DAYS), '-subj', AUTHORITY_NAME],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'],
    ...['-addext', `nameConstraints=critical,${THIS_MACHINE}`],
  ])
  return { certificate, key }
}

/**
 * Makes `path`.pem: a certificate for `subject` (`/C=CA/CN=...`), then its key. `extensions` are lines
 * of an OpenSSL extension file; the key of the CA in `dir`/certs is ca.key.
 */
export async function issue(
  authority: Authority,
  path: string,
  subject: string,
  extensions: string,
): Promise<void> {
  await run('openssl', [
    ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-sha256'],
    ...['-keyout', `${path}.key`, '-out', `${path}.csr`, '-subj', subject],
  ])
  await writeFile(`${path}.ext`, `basicConstraints=critical,CA:FALSE\n${extensions}\n`)
  const certificate = await run('openssl', [
    ...['x509', '-req', '-in', `${path}.csr`, '-CA', authority.certificate],
    ...['-CAkey', authority.key, '-days', String(DAYS), '-sha256', '-extfile', `${path}.ext`],
  ])
  const pem = certificate + (await readFile(`${path}.key`, 'utf8'))
  await writeFile(`${path}.pem`, pem, { mode: 0o600 })
  for (const end of ['key', 'csr', 'ext']) await rm(`${path}.${end}`)
}
