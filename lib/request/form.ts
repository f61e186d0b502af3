/** The multipart/form-data body of a submission (RFC 7578): every part as the bytes that were sent. */
import busboy from 'busboy'
import { FORM_PARTS } from '../limits.ts'
import { badRequest, tooLarge } from '../problem.ts'
import { quoted } from './quotation.ts'

export interface FormPart {
  readonly bytes: Buffer
  /** It came as a text field, without a file's name: clients may have changed its line ends. */
  readonly isField?: boolean
}

/** RFC 7578, section 4.6: a part that tells of the others, and is none itself. */
const CHARSET = '_charset_'

export interface FormLimits {
  readonly parts: number
}

const LIMITS: FormLimits = { parts: FORM_PARTS }

/**
 * The parts by name. No body and no Content-Type is an empty form: a submission may need none.
 * Problem 400 for any other type, a body that ends early or is not multipart, a part without a name
 * and a name that comes twice; 413 for too many parts.
 */
export async function readForm(
  contentType: string | undefined,
  body: Buffer,
  limits: FormLimits = LIMITS,
): Promise<Map<string, FormPart>> {
  if (!contentType?.trim()) {
    if (body.length === 0) return new Map()
    throw badRequest('the body has no Content-Type; it must be multipart/form-data')
  }
  const boundary = readBoundary(contentType)
  checkBytes(body, boundary)
  const { pieces, count } = asFiles(body, boundary, limits)
  const parser = busboy({
    headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
    defParamCharset: 'utf8',
  })
  try {
    const form = await collect(parser, pieces)
    // A part that busboy does not know what to do with is passed over in silence.
    if (form.size === count) {
      form.delete(CHARSET)
      return form
    }
    throw badRequest('a part of the body has no Content-Disposition: form-data')
  } finally {
    parser.destroy()
  }
}

function collect(parser: busboy.Busboy, pieces: readonly Buffer[]): Promise<Map<string, FormPart>> {
  return new Promise((resolve, reject) => {
    const form = new Map<string, FormPart>()
    const broken = (error: unknown) => reject(badRequest(sentence(error), error))
    parser.on('file', (name: string | undefined, stream, { encoding, filename }) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', broken)
      stream.on('end', () => {
        if (!name) return reject(badRequest('a part of the body has no name'))
        if (form.has(name)) return reject(badRequest(`two parts are named ${quoted(name)}`))
        form.set(name, {
          bytes: Buffer.concat(chunks),
          ...(filename === undefined && { isField: true }),
        })
      })
      // RFC 7578, section 4.7: not to be used. Its text is not the file that the user means.
      if (!['7bit', '8bit', 'binary'].includes(encoding)) {
        const what = `part ${quoted(name ?? '')} has Content-Transfer-Encoding ${quoted(encoding)}`
        reject(badRequest(`${what}; send it as plain bytes`))
      }
    })
    parser.on('error', broken)
    parser.on('close', () => resolve(form))
    for (const piece of pieces) parser.write(piece)
    parser.end()
  })
}

/** Bodies that are something else than they are said to be. Throws Problem 400. */
function checkBytes(body: Buffer, boundary: string): void {
  if (body[0] === 0x1f && body[1] === 0x8b) {
    throw badRequest('the body is compressed (gzip); send it as it is')
  }
  if (body.includes(`--${boundary}\n`) && !body.includes(`--${boundary}\r\n`)) {
    throw badRequest(
      'the multipart body cannot be read: its lines end in LF, and must end in CR LF (RFC 2046, section 4.1.1)',
    )
  }
}

/** RFC 2046, section 5.1.1. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? *!#$%&^`|~]{0,69}[0-9A-Za-z'()+_,\-./:=?*!#$%&^`|~]$/

/** The boundary of a Content-Type: parameters in any order and case, the value quoted or not. */
function readBoundary(contentType: string): string {
  const [, type = '', rest = ''] = /^([^;]*)(.*)$/s.exec(contentType) ?? []
  if (type.trim().toLowerCase() !== 'multipart/form-data') {
    throw badRequest(`the body must be multipart/form-data, not ${quoted(type.trim())}`)
  }
  for (const [, name, inQuotes, plain] of rest.matchAll(
    /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g,
  )) {
    if (name?.toLowerCase() !== 'boundary') continue
    const boundary = inQuotes?.replace(/\\(.)/g, '$1') ?? plain ?? ''
    if (!BOUNDARY.test(boundary)) break
    return boundary
  }
  throw badRequest('the Content-Type multipart/form-data has no usable boundary')
}

/** Comes first in each part; busboy looks at the first of a kind. */
const AS_FILE = Buffer.from('Content-Type: application/octet-stream\r\n')

/**
 * The body with every part declared as application/octet-stream, and how many parts there are.
 * busboy decodes a part without a filename as text, cuts it at 1 MB, and ends it where a line only
 * begins with the boundary; what it takes for a file comes through as the bytes it is.
 */
function asFiles(
  body: Buffer,
  boundary: string,
  limits: FormLimits,
): { pieces: Buffer[]; count: number } {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const pieces: Buffer[] = []
  let count = 0
  let copied = 0
  // The first delimiter may be the very beginning of the body.
  let at = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2)) ? -2 : -1
  if (at === -1) at = body.indexOf(delimiter)
  for (; at !== -1; at = body.indexOf(delimiter, copied)) {
    let end = at + delimiter.length
    if (body.toString('latin1', end, end + 2) === '--') break
    const padding = end
    while (body[end] === 0x20 || body[end] === 0x09) end += 1
    if (body.toString('latin1', end, end + 2) !== '\r\n') {
      throw badRequest('the multipart body cannot be read: its boundary occurs inside a part')
    }
    end += 2
    count += 1
    if (count > limits.parts) throw tooLarge(`the body has more than ${limits.parts} parts`)
    pieces.push(body.subarray(copied, padding), CRLF, AS_FILE)
    copied = end
  }
  pieces.push(body.subarray(copied))
  return { pieces, count }
}

const CRLF = Buffer.from('\r\n')

function sentence(error: unknown): string {
  const early = error instanceof Error && error.message.startsWith('Unexpected end')
  const why = early ? 'it ends before its last boundary' : 'a part has a malformed header'
  return `the multipart body cannot be read: ${why}`
}
