/** The Basic scheme of RFC 7617. */

export interface Credentials {
  readonly user: string
  readonly password: string
}

/**
 * The user and the password of an Authorization header; undefined on any doubt. The password may hold
 * colons, the user may not. Both are UTF-8, as our challenge would say, and without control characters.
 */
export function readBasic(header: string | undefined): Credentials | undefined {
  const token = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header ?? '')?.[1]
  if (token === undefined) return undefined
  const bytes = Buffer.from(token, 'base64')
  // Node skips what it cannot decode: only a text that encodes back to itself was base64.
  if (unpadded(bytes.toString('base64')) !== unpadded(token)) return undefined
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
  const colon = text.indexOf(':')
  if (colon < 0 || /[\u0000-\u001f\u007f]/.test(text)) return undefined
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Base64 has `=` at its end alone. */
const unpadded = (base64: string) => base64.replaceAll('=', '')
