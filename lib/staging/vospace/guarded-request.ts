/** HTTP requests that go only where they may: the wall between a user's URI and our own network. */
import dns from 'node:dns/promises'
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import tls, { type SecureContext } from 'node:tls'
import { type AddressRule, addressRule } from './address-rule.ts'
import { type Credential, covers } from './credential.ts'

export type Resolve = (hostname: string) => Promise<{ address: string; family: number }[]>

export type Guard = {
  readonly rule: AddressRule
  readonly resolve: Resolve
  readonly context: (credential?: Credential) => SecureContext
}

export type Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Every URL that was asked, the last one gave this answer. */
  readonly visited: readonly URL[]
  readonly body: IncomingMessage
}

type Ask = {
  readonly signal: AbortSignal
  readonly accept?: string
  /** Makes it a POST. */
  readonly form?: { readonly type: string; readonly body: string } | undefined
  readonly credential?: Credential | undefined
  /** Redirects of the same origin get the credential too; without it only the first request does. */
  readonly keepCredential?: boolean
  /** False: the answer is handed back even where it is a redirect. */
  readonly follow?: boolean
}

/** An address, a scheme or a redirect that is not allowed; its message is for the log. */
export class Refused extends Error {}

const MAX_REDIRECTS = 5
const MAX_HEADERS = 16 * 1024
/** Milliseconds without a byte in either direction. */
const IDLE = 15_000
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** `ca` is PEM of further authorities, besides those that Node knows. */
export function newGuard(options: {
  networks: readonly string[]
  hosts: readonly string[]
  ca?: string | undefined
  resolve?: Resolve | undefined
}): Guard {
  const ca = options.ca === undefined ? undefined : [...tls.rootCertificates, options.ca]
  const contexts = new Map<Credential | undefined, SecureContext>()
  return {
    rule: addressRule(options.networks, options.hosts),
    resolve: options.resolve ?? ((hostname) => dns.lookup(hostname, { all: true })),
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

/**
 * Sends one request and follows at most five redirects. Throws Refused, or what the network threw.
 * The answer's body must be read or destroyed. Accept-Encoding is never sent: bytes arrive as stored.
 */
export async function ask(guard: Guard, url: URL, options: Ask): Promise<Answer> {
  const visited: URL[] = []
  const asked = new Set<string>()
  let { form, credential } = options
  let target = url
  for (;;) {
    // A POST may be redirected to a GET of the same URL; the same request twice is a circle.
    const request = `${form ? 'POST' : 'GET'} ${target.href}`
    if (asked.has(request)) throw new Refused(`a redirect in a circle: ${request}`)
    asked.add(request)
    visited.push(target)
    const body = await send(guard, target, { ...options, form, credential })
    const status = body.statusCode ?? 0
    if (!REDIRECTS.has(status) || options.follow === false) {
      return { status, headers: body.headers, visited, body }
    }
    const next = redirectTarget(body, target)
    drop(body)
    if (visited.length > MAX_REDIRECTS) throw new Refused(`more than ${MAX_REDIRECTS} redirects`)
    // Once a chain has left the origin where it began, it does not get the credential back.
    if (next.origin !== target.origin || !options.keepCredential) credential = undefined
    // Only 307 and 308 repeat the POST (RFC 9110, section 15.4).
    if (status !== 307 && status !== 308) form = undefined
    target = next
  }
}

/** Where a redirect leads. Refused if it does not say. */
export function redirectTarget(answer: { headers: IncomingHttpHeaders }, from: URL): URL {
  const location = answer.headers.location
  if (!location || !URL.canParse(location, from.href))
    throw new Refused('a redirect without a target')
  return new URL(location, from)
}

/** Lets go of a body that is not wanted. */
export function drop(body: IncomingMessage): void {
  body.destroy()
}

/** A text of at most `limit` bytes. With `cut` the rest is left out; otherwise more is Refused. */
export async function readText(body: IncomingMessage, limit: number, cut = false): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    if (!cut && (body.headers['content-encoding'] ?? 'identity') !== 'identity') {
      throw new Refused('a document in an encoding that was not asked for')
    }
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size > limit && !cut) throw new Refused(`a document of more than ${limit} bytes`)
      if (size > limit) break
    }
  } finally {
    drop(body)
  }
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8')
}

function send(guard: Guard, url: URL, options: Ask): Promise<IncomingMessage> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Refused(`not http: ${url}`)
  if (url.username !== '' || url.password !== '') throw new Refused('a URL with a password in it')
  const { form, signal } = options
  const credential =
    options.credential && covers(options.credential, url) ? options.credential : undefined

  // Node asks `lookup` for a name only: an address that stands in the URL is judged here.
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal)) {
    const reason = guard.rule(literal, url)
    if (reason !== undefined) throw new Refused(`${reason}: ${url.host}`)
  }

  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: form ? 'POST' : 'GET',
      headers: {
        Accept: options.accept ?? '*/*',
        'User-Agent': 'canfar-proc',
        ...(form && {
          'Content-Type': form.type,
          'Content-Length': String(Buffer.byteLength(form.body)),
        }),
        ...(credential?.token !== undefined && { Authorization: `Bearer ${credential.token}` }),
      },
      // A connection of its own for every request: none is shared with one that shows a certificate.
      agent: false,
      lookup: guardedLookup(guard, url),
      maxHeaderSize: MAX_HEADERS,
      timeout: IDLE,
      signal,
      ...(url.protocol === 'https:' && { secureContext: guard.context(credential) }),
    })
    request.on('timeout', () => request.destroy(new Error(`silent for ${IDLE} ms: ${url.host}`)))
    request.on('error', reject)
    request.on('response', (body) => {
      // A connection that breaks before anyone reads is found by the reader, and must not be fatal.
      body.on('error', () => {})
      resolve(body)
    })
    request.end(form?.body)
  })
}

/**
 * Resolves a name once and judges what comes back; the socket connects to these addresses and asks
 * no further, so that a second answer of the name server (DNS rebinding) has no effect. One bad
 * address among good ones refuses them all.
 */
function guardedLookup(guard: Guard, url: URL): LookupFunction {
  return (hostname, options, callback) => {
    guard.resolve(hostname).then(
      (addresses) => {
        for (const { address } of addresses) {
          const reason = guard.rule(address, url)
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
