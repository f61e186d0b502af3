/** Where a request may go: the wall between what VOSpace says and our own network. */
import { X509Certificate } from 'node:crypto'
import dns from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import tls, { type SecureContext } from 'node:tls'
import { type AddressRule, addressRule } from './address-rule.ts'
import type { Credential } from './credential.ts'

export type Resolve = (hostname: string) => Promise<{ address: string; family: number }[]>

export type Guard = {
  /**
   * Judges a URL before it is asked; Refused if it may not be. Returns the `lookup` with which the
   * socket must resolve the name.
   */
  readonly admit: (url: URL) => LookupFunction
  /** TLS with the operator's authorities, and with the certificate of a credential. */
  readonly context: (credential?: Credential) => SecureContext
}

/** An address, a scheme or a redirect that is not allowed; its message is for the log. */
export class Refused extends Error {}

/** `ca` is PEM of further authorities, besides those that Node knows. */
export function newGuard(options: {
  networks: readonly string[]
  hosts: readonly string[]
  ca?: string | undefined
  resolve?: Resolve | undefined
}): Guard {
  // Node takes no notice of a CA that it cannot read; an operator has to.
  const own = certificatesOf(options.ca ?? '')
  for (const pem of own) new X509Certificate(pem)
  if (options.ca !== undefined && own.length === 0) throw new Error('no certificate in the CA file')
  const ca = own.length === 0 ? undefined : [...tls.rootCertificates, ...own]
  const rule = addressRule(options.networks, options.hosts)
  const resolve = options.resolve ?? ((hostname) => dns.lookup(hostname, { all: true }))
  const contexts = new Map<Credential | undefined, SecureContext>()
  return {
    admit: (url) => admit(url, rule, resolve),
    context: (credential) => {
      const pem = credential?.certificate
      const known = contexts.get(pem === undefined ? undefined : credential)
      if (known) return known
      const made = tls.createSecureContext({
        ...(ca && { ca }),
        ...(pem !== undefined && { cert: pem, key: pem }),
      })
      contexts.set(pem === undefined ? undefined : credential, made)
      return made
    },
  }
}

const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'

/** The certificates of a PEM text, each by itself. */
function certificatesOf(pem: string): string[] {
  return pem
    .split(BEGIN)
    .slice(1)
    .map((rest) => rest.slice(0, Math.max(0, rest.indexOf(END))))
    .filter((base64) => base64 !== '' && !base64.includes('-'))
    .map((base64) => BEGIN + base64 + END)
}

function admit(url: URL, rule: AddressRule, resolve: Resolve): LookupFunction {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Refused(`not http: ${url}`)
  if (url.username !== '' || url.password !== '') throw new Refused('a URL with a password in it')
  // Node asks `lookup` for a name only: an address that stands in the URL is judged here.
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  const reason = isIP(literal) ? rule(literal, url) : undefined
  if (reason !== undefined) throw new Refused(`${reason}: ${url.host}`)
  return guardedLookup(url, rule, resolve)
}

/**
 * Resolves a name once and judges what comes back; the socket connects to these addresses and asks
 * no further, so that a second answer of the name server (DNS rebinding) has no effect. One bad
 * address among good ones refuses them all.
 */
function guardedLookup(url: URL, rule: AddressRule, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        for (const { address } of addresses) {
          const reason = rule(address, url)
          if (reason !== undefined) {
            return callback(new Refused(`${reason}: ${hostname} is ${address}`), [])
          }
        }
        const first = addresses[0]
        if (!first) return callback(new Error(`no address for ${hostname}`), [])
        if (options.all) return callback(null, addresses)
        return callback(null, first.address, first.family)
      },
      (error) => callback(error, []),
    )
  }
}
