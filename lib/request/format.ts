/** In which form a reply is asked for: RESPONSEFORMAT of DALI 1.1, section 3.4.3, or the Accept header. */
import { badRequest } from '../problem.ts'
import { quoted } from './quotation.ts'

export interface Format {
  readonly kind: 'votable' | 'text' | 'tsv' | 'csv' | 'json' | 'html'
  readonly contentType: string
}

/** What we write, by media type; the first one that a client takes, where it takes several alike. */
export const FORMATS: ReadonlyMap<string, Format> = new Map([
  [
    'application/x-votable+xml',
    { kind: 'votable', contentType: 'application/x-votable+xml' } as const,
  ],
  ['text/xml', { kind: 'votable', contentType: 'text/xml; charset=utf-8' }],
  ['text/plain', { kind: 'text', contentType: 'text/plain; charset=utf-8' }],
  [
    'text/tab-separated-values',
    { kind: 'tsv', contentType: 'text/tab-separated-values; charset=utf-8' },
  ],
  ['text/csv', { kind: 'csv', contentType: 'text/csv; charset=utf-8; header=present' }],
  ['application/json', { kind: 'json', contentType: 'application/json' }],
  ['text/html', { kind: 'html', contentType: 'text/html; charset=utf-8' }],
])

/** DALI's short names. */
export const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['votable', 'application/x-votable+xml'],
  ['text', 'text/plain'],
  ['tsv', 'text/tab-separated-values'],
  ['csv', 'text/csv'],
  ['json', 'application/json'],
  ['html', 'text/html'],
])

const DEFAULT: Format = { kind: 'votable', contentType: 'application/x-votable+xml' }

/** The parameters of a media type that our documents fulfil anyhow. */
const FULFILLED = new Set(['serialization=tabledata', 'charset=utf-8', 'header=present'])

/**
 * RESPONSEFORMAT decides, then the Accept header, then it is a VOTable. Problem 400 for a
 * RESPONSEFORMAT that is not supported; an Accept header is a wish and never an error.
 */
export function readFormat(responseFormat: string | undefined, accept?: string): Format {
  if (responseFormat === undefined) return accepted(accept) ?? DEFAULT
  const format = named(responseFormat)
  if (format) return format
  const known = [...SHORT_NAMES.keys(), ...FORMATS.keys()].join(', ')
  throw badRequest(`RESPONSEFORMAT ${quoted(responseFormat)} is not supported; use ${known}`)
}

/** The same of what was done: text, unless the client names a format. A browser or curl that takes anything has named none. */
export function readReplyFormat(responseFormat: string | undefined, accept = '*/*'): Format {
  return readFormat(responseFormat ?? (accept.includes('*/*') ? 'text' : undefined), accept)
}

/** "If the client names a media type, the response must set that" (section 3.4.3). */
function named(text: string): Format | undefined {
  const [type = '', ...parameters] = text.toLowerCase().split(';')
  const fulfilled = parameters.every((parameter) =>
    FULFILLED.has(parameter.replaceAll('"', '').trim()),
  )
  // In a query an unescaped + arrives as a blank.
  const name = type.trim().replace('x-votable xml', 'x-votable+xml')
  return fulfilled ? FORMATS.get(SHORT_NAMES.get(name) ?? name) : undefined
}

export interface ErrorFormat extends Format {
  readonly kind: 'votable' | 'json' | 'text'
}

/**
 * In which form an error is told: as the reply would have been, where that is JSON, or a VOTable that
 * RESPONSEFORMAT asked for (DALI 1.1, section 4.2); else as a line of text. It never throws.
 */
export function errorFormat(responseFormat: string | undefined, accept?: string): ErrorFormat {
  const format = responseFormat === undefined ? accepted(accept) : named(responseFormat)
  const contentType = format?.contentType ?? ''
  if (format?.kind === 'json') return { kind: 'json', contentType }
  if (format?.kind === 'votable' && responseFormat !== undefined) {
    return { kind: 'votable', contentType }
  }
  return { kind: 'text', contentType: 'text/plain; charset=utf-8' }
}

interface Range {
  readonly type: string
  readonly quality: number
}

/**
 * The type of the highest quality (RFC 9110, section 12.5.1): "Media ranges can be overridden by more
 * specific media ranges". Among equals the one named in full, the earlier the better.
 */
function accepted(accept: string | undefined): Format | undefined {
  const ranges = (accept ?? '').split(',').flatMap(readRange)
  let best: { format: Format; quality: number; rank: number } | undefined
  for (const [type, format] of FORMATS) {
    const [main] = type.split('/')
    const index = [type, `${main}/*`, '*/*']
      .map((range) => ranges.findIndex((one) => one.type === range))
      .find((found) => found !== -1)
    const range = ranges[index ?? -1]
    if (index === undefined || range === undefined || range.quality === 0) continue
    const rank = range.type === type ? index : ranges.length
    const better =
      best === undefined ||
      range.quality > best.quality ||
      (range.quality === best.quality && rank < best.rank)
    if (better) best = { format, quality: range.quality, rank }
  }
  return best?.format
}

/** One media range; none where it cannot be read, or has parameters that we do not fulfil. */
function readRange(text: string): Range[] {
  const [type = '', ...parameters] = text.toLowerCase().split(';')
  let quality = 1
  for (const parameter of parameters.map((one) => one.replaceAll('"', '').trim())) {
    const weight = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter)
    if (weight) quality = Number(weight[1])
    else if (!FULFILLED.has(parameter)) return []
  }
  return [{ type: type.trim(), quality }]
}
