/** Distinguished names: read from a certificate or from an operator's text, compared as lists. */
import { X509Certificate } from 'node:crypto'
import { forbidden } from '../problem.ts'

export interface Attribute {
  /** Upper case, with one spelling for each: `CN`, `UID`, `EMAILADDRESS`, `1.2.3`. */
  readonly type: string
  /** Unicode, NFC. */
  readonly value: string
}

/** A relative distinguished name: mostly one attribute, and a set of them where it is multi-valued. */
type Rdn = readonly Attribute[]

/** In the order of the certificate: the country first, the person last. */
export type DistinguishedName = readonly Rdn[]

/** What is wrong with a name's text. A user's certificate makes a Problem of it, a line a report. */
export class NameError extends Error {}

/** Of a name as it is written: no person's comes near it, and normalising one value takes the square of its length. */
const LENGTH = 8_192

/** Sticky patterns: how a notation escapes a byte, and what parts its RDNs and their attributes. */
interface Notation {
  readonly byte: RegExp
  /** A type with its `=`. */
  readonly type: RegExp
  readonly nextRdn: RegExp
  readonly nextAttribute: RegExp
  /** Whether blanks may stand round the separators. */
  readonly blanks?: boolean
  /** Text that may not stand where a value is. */
  readonly illegal?: RegExp
}

/** Node's `subject`: an RDN a line in the order of the certificate, values escaped as in RFC 2253. */
const NODE: Notation = {
  byte: /\\([0-9a-f]{2})/iy,
  type: /([A-Za-z][A-Za-z0-9-]*|(?:OID\.)?\d+(?:\.\d+)+)=/y,
  nextRdn: /\n/y,
  nextAttribute: / \+ /y,
}

/**
 * OpenSSL's one-line form. OpenSSL 3 writes a slash and a plus of a value as `\/` and `\+`, Globus
 * and OpenSSL 1 do not: unescaped they part the name only where a type and `=` follow, so that the
 * grid's `/CN=host/a.example.org` is one attribute.
 */
const SLASHES: Notation = {
  byte: /\\x([0-9a-f]{2})/iy,
  type: NODE.type,
  nextRdn: /\/(?=(?:[A-Za-z][A-Za-z0-9-]*|(?:OID\.)?\d+(?:\.\d+)+)=)/y,
  nextAttribute: /\+(?=(?:[A-Za-z][A-Za-z0-9-]*|(?:OID\.)?\d+(?:\.\d+)+)=)/y,
}

/** RFC 4514: the last RDN first. Blanks round the separators are those of RFC 2253, section 4. */
const COMMAS: Notation = {
  byte: /\\([0-9a-f]{2})/iy,
  // An encoded value (#0403...) and the quoted ones of RFC 2253 are not needed to write any name.
  type: /([A-Za-z][A-Za-z0-9-]*|(?:OID\.)?\d+(?:\.\d+)+) *=(?! *#)/y,
  nextRdn: /,/y,
  nextAttribute: /\+/y,
  blanks: true,
  illegal: /["<>;]/y,
}

/**
 * The subject of a certificate. Problem 403 where there is none, or one that could be mistaken for
 * another name once it is written in one line.
 */
export function parseSubject(pem: string): DistinguishedName {
  let subject: string | undefined
  try {
    // API Gateway's own subjectDN text is not used: its order and escaping are nowhere specified.
    subject = new X509Certificate(pem).subject
  } catch (error) {
    throw forbidden('the client certificate cannot be read', error)
  }
  if (!subject) throw forbidden('the client certificate has no subject')
  try {
    return split(subject, NODE)
  } catch (error) {
    if (!(error instanceof NameError)) throw error
    throw forbidden(`the subject of the client certificate is not accepted: ${error.message}`)
  }
}

/**
 * Reads `/C=CA/O=Grid/CN=Jane`, or `CN=Jane,O=Grid,C=CA` of RFC 4514, which has the reverse order.
 * Throws NameError.
 */
export function parseName(text: string): DistinguishedName {
  if (text.startsWith('/')) return split(text.slice(1), SLASHES)
  let [start, end] = [0, text.length]
  while (text.charAt(start) === ' ') start += 1
  // A blank behind a backslash is one of the value.
  while (end > start && text.charAt(end - 1) === ' ' && text.charAt(end - 2) !== '\\') end -= 1
  return split(text.slice(start, end), COMMAS).toReversed()
}

/** The one-line form, which parseName reads back to the same name. */
export function printName(name: DistinguishedName): string {
  const escaped = (value: string) => value.replace(/[\\"/+]/g, '\\$&')
  const print = ({ type, value }: Attribute) =>
    `${type === 'EMAILADDRESS' ? 'emailAddress' : type}=${escaped(value)}`
  return name.map((rdn) => `/${rdn.map(print).join('+')}`).join('')
}

/**
 * Equal for names that are the same: the same RDNs in the same order, each with the same attributes
 * in any order (a multi-valued RDN is a set). Values are compared without regard to the case of
 * ASCII letters, as Globus does and as X.520's caseIgnoreMatch has it for people's names; other
 * letters keep their case, since folding Unicode maps different letters to one.
 */
export function nameKey(name: DistinguishedName): string {
  const attribute = ({ type, value }: Attribute) => JSON.stringify([type, lowerAscii(value)])
  return JSON.stringify(name.map((rdn) => rdn.map(attribute).sort()))
}

const lowerAscii = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

const SYNONYMS = new Map([
  ['USERID', 'UID'],
  ['E', 'EMAILADDRESS'],
  ['EMAIL', 'EMAILADDRESS'],
])

function split(text: string, notation: Notation): DistinguishedName {
  const name: Attribute[][] = []
  let rdn: Attribute[] = []
  let at = 0
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at += found[0].length
    return found
  }
  /** All of them at once: looked through anew from each of them, they would take the square of their number. */
  const blanks = () => {
    const from = at
    if (notation.blanks) while (text.charAt(at) === ' ') at += 1
    return text.slice(from, at)
  }
  if (text.length > LENGTH) throw new NameError(`the name is longer than ${LENGTH} characters`)
  for (;;) {
    const start = at
    blanks()
    const type = match(notation.type)?.[1]
    if (type === undefined) throw new NameError(`no type, = and value ${where(text, start)}`)
    blanks()
    const bytes: Buffer[] = []
    let parted: 'rdn' | 'attribute' | 'end' | undefined
    while (parted === undefined) {
      const blank = blanks()
      const byte = blank === '' ? match(notation.byte)?.[1] : undefined
      if (byte !== undefined) bytes.push(Buffer.from(byte, 'hex'))
      else if (match(notation.nextRdn)) parted = 'rdn'
      else if (match(notation.nextAttribute)) parted = 'attribute'
      else if (blank !== '') bytes.push(Buffer.from(blank))
      else if (at === text.length) parted = 'end'
      else if (notation.illegal && match(notation.illegal))
        throw new NameError(`an unescaped ${text[at - 1]} in the value of ${type}`)
      else {
        const character = match(/\\([\s\S])|[^\\][^\\\n ,+/"<>;]*/uy)
        if (!character) throw new NameError('a backslash at the end')
        bytes.push(Buffer.from(character[1] ?? character[0]))
      }
    }
    rdn.push(attribute(type, bytes))
    if (parted === 'attribute') continue
    name.push(rdn)
    if (parted === 'end') return name
    rdn = []
  }
}

const slashType = /\/(?:[A-Za-z][A-Za-z0-9-]*|(?:OID\.)?\d+(?:\.\d+)+)=/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function attribute(writtenType: string, bytes: readonly Buffer[]): Attribute {
  const upper = writtenType.toUpperCase().replace(/^OID\./, '')
  const type = SYNONYMS.get(upper) ?? upper
  let value: string
  try {
    value = utf8.decode(Buffer.concat(bytes)).normalize('NFC')
  } catch {
    throw new NameError(`the value of ${type} is not UTF-8`)
  }
  if (/\p{Cc}/u.test(value)) throw new NameError(`a control character in the value of ${type}`)
  // Tools that do not escape the slash would write two different names alike.
  if (slashType.test(value)) throw new NameError(`the value of ${type} looks like a name itself`)
  return { type, value }
}

const where = (text: string, at: number) =>
  at === text.length ? 'at the end' : `before ${JSON.stringify(text.slice(at, at + 20))}`
