/** `vos://authority/path`: what a user names, and how it is written to a service. */
import { badRequest } from '../../problem.ts'

export type VosUri = {
  /** Lower case and with `~`: `cadc.nrc.ca~vospace`. */
  readonly authority: string
  /** Decoded path segments; at least one, none of them empty, `.` or `..`. */
  readonly path: readonly string[]
}

const MAX_LENGTH = 2048
const AUTHORITY = /^[a-z0-9][a-z0-9.-]*(?:[~!][a-z0-9_.-]+)+$/

/**
 * Reads a vos URI as opencadc's VOSURI does: `~` and `!` in the authority are the same, and the path
 * is percent-encoded (a blank or a letter beyond ASCII may also stand as itself).
 * Problem 400 for anything else; `known` are the authorities that its sentence offers.
 */
export function readVosUri(uri: string, known: readonly string[]): VosUri {
  const wrong = (why: string) =>
    badRequest(`not a VOSpace file: ${shown(uri)} (${why}; ${usage(known)})`)
  if (uri.length > MAX_LENGTH) throw wrong(`longer than ${MAX_LENGTH} characters`)
  const match = /^vos:\/\/([^/]*)\/(.*)$/isu.exec(uri)
  if (!match) throw wrong('it does not have the form vos://authority/path')
  const authority = canonicalAuthority(match[1] ?? '')
  if (!AUTHORITY.test(authority)) throw wrong('its authority is not one of VOSpace')
  const rest = match[2] ?? ''
  // A fragment or a query would never reach the service as a part of the name.
  if (/[?#]/.test(rest)) throw wrong('write ? and # in a name as %3F and %23')
  const path = rest.split('/').map(decoded)
  for (const segment of path) {
    if (segment === undefined) throw wrong('its percent-encoding is broken')
    if (segment === '') throw wrong('it names no file, or has an empty directory name')
    if (segment === '.' || segment === '..') throw wrong('it has a . or .. in its path')
    // %2F decodes to a slash inside a segment: services differ in what they make of it.
    if (/[\u0000-\u001f\u007f-\u009f/]/.test(segment)) throw wrong('it has a forbidden character')
  }
  const segments = path.filter((segment) => segment !== undefined)
  // /files/preauth:TOKEN/... is how a service marks its own pre-authorised URLs.
  if (segments[0]?.startsWith('preauth:')) throw wrong('it is a pre-authorised path')
  return { authority, path: segments }
}

/** One form for an authority however it was written. */
export const canonicalAuthority = (authority: string) =>
  authority.toLowerCase().replaceAll('!', '~')

/** The sentence's end that says what can be used here. */
export function usage(known: readonly string[]): string {
  if (known.length === 0) return 'no VOSpace is configured here'
  return `use vos://authority/path with one of the authorities ${known.join(', ')}`
}

/** The file as `resourceId` (`ivo://cadc.nrc.ca/vault`) knows it: `vos://cadc.nrc.ca~vault/...`. */
export function targetUri(resourceId: string, path: readonly string[]): string {
  const authority = resourceId.slice('ivo://'.length).replaceAll('/', '~')
  return `vos://${authority}/${encodedPath(path)}`
}

/** Path segments as they stand in a URL. */
export const encodedPath = (path: readonly string[]) => path.map(encodeURIComponent).join('/')

/** A user's own text for a message: one line, of bounded length. */
export const shown = (text: string) =>
  text.slice(0, 300).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/gu, '?')

function decoded(segment: string): string | undefined {
  try {
    // An unpaired surrogate has no UTF-8 form: encodeURIComponent would throw on it later.
    const text = decodeURIComponent(segment)
    return /\p{Surrogate}/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}
