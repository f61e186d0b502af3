/** HTTP requests to VOSpace: every hop is judged by the guard, everything that comes is bounded. */
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { type Credential, covers } from './credential.ts'
import { type Guard, Refused } from './guard.ts'

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

const MAX_REDIRECTS = 5
const MAX_HEADERS = 16 * 1024
/** Milliseconds without a byte in either direction. */
const IDLE = 15_000
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * Sends one request and follows at most five redirects. Throws Refused, or what the network threw.
 * The answer's body must be read or destroyed. Accept-Encoding is never sent: bytes arrive as stored.
 */
export async function ask(guard: Guard, url: URL, options: Ask): Promise<Answer> {
  const visited: URL[] = []
  let { form, credential } = options
  let target = url
  for (;;) {
    visited.push(target)
    const body = await send(guard, target, { ...options, form, credential })
    const status = body.statusCode ?? 0
    if (!REDIRECTS.has(status) || options.follow === false) {
      return { status, headers: body.headers, visited, body }
    }
    const next = redirectTarget(body, target)
    body.destroy()
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
  if (!location || !URL.canParse(location, from.href)) {
    throw new Refused('a redirect without a target')
  }
  return new URL(location, from)
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
    body.destroy()
  }
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8')
}

function send(guard: Guard, url: URL, options: Ask): Promise<IncomingMessage> {
  const { form, signal } = options
  const lookup = guard.admit(url)
  const credential =
    options.credential && covers(options.credential, url) ? options.credential : undefined
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
      lookup,
      maxHeaderSize: MAX_HEADERS,
      timeout: IDLE,
      signal,
      ...(url.protocol === 'https:' && { secureContext: guard.context(credential) }),
    })
    request.on('timeout', () => request.destroy(new Error(`silent for ${IDLE} ms: ${url.host}`)))
    request.on('error', reject)
    // After `101 Switching Protocols` there is neither a response nor an error.
    request.on('close', () => reject(new Error(`closed without an answer: ${url.host}`)))
    request.on('response', (body) => {
      // A connection that breaks before anyone reads is found by the reader, and must not be fatal.
      body.on('error', () => {})
      resolve(body)
    })
    request.end(form?.body)
  })
}
