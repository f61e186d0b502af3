/** In which form a table is asked for: RESPONSEFORMAT of DALI 1.1, section 3.4.3. */
import { badRequest } from '../problem.ts'
import { quoted } from './quotation.ts'

export interface Format {
  readonly kind: 'votable' | 'text' | 'tsv'
  readonly contentType: string
}

const VOTABLE = 'application/x-votable+xml'

/** Short names and media types. "If the client names a media type, the response must set that". */
const FORMATS = new Map<string, Format>([
  ['votable', { kind: 'votable', contentType: VOTABLE }],
  [VOTABLE, { kind: 'votable', contentType: VOTABLE }],
  ['text/xml', { kind: 'votable', contentType: 'text/xml' }],
  ['text', { kind: 'text', contentType: 'text/plain; charset=utf-8' }],
  ['text/plain', { kind: 'text', contentType: 'text/plain; charset=utf-8' }],
  ['tsv', { kind: 'tsv', contentType: 'text/tab-separated-values; charset=utf-8' }],
  [
    'text/tab-separated-values',
    { kind: 'tsv', contentType: 'text/tab-separated-values; charset=utf-8' },
  ],
])
const DEFAULT: Format = { kind: 'votable', contentType: VOTABLE }

/** The parameters of a media type that our documents fulfil anyhow. */
const FULFILLED = new Set(['serialization=tabledata', 'charset=utf-8', 'header=present'])

/**
 * RESPONSEFORMAT decides, then a media type that the Accept header names, then VOTable. Problem 400
 * for a RESPONSEFORMAT that is not supported; an Accept header is a wish and never an error.
 */
export function readFormat(responseFormat: string | undefined, accept?: string): Format {
  if (responseFormat === undefined) return accepted(accept) ?? DEFAULT
  const format = named(responseFormat)
  if (format) return format
  const known = [...FORMATS.keys()].join(', ')
  throw badRequest(`RESPONSEFORMAT ${quoted(responseFormat)} is not supported; use ${known}`)
}

function named(text: string): Format | undefined {
  const [type = '', ...parameters] = text.toLowerCase().split(';')
  const fulfilled = parameters.every((parameter) =>
    FULFILLED.has(parameter.replaceAll('"', '').trim()),
  )
  // In a query an unescaped + arrives as a blank.
  return fulfilled ? FORMATS.get(type.trim().replace('x-votable xml', 'x-votable+xml')) : undefined
}

/** The first of the preferred ones (RFC 9110, section 12.5.1); wildcards name nothing. */
function accepted(accept: string | undefined): Format | undefined {
  let best: { format: Format; quality: number } | undefined
  for (const range of (accept ?? '').split(',')) {
    const quality = Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1)
    const format = range.includes('/') ? named(range.replace(/;\s*q=.*$/i, '')) : undefined
    if (format && quality > (best?.quality ?? 0)) best = { format, quality }
  }
  return best?.format
}
