/** ClassAds as HTCondor writes them in JSON: splitting them apart, and reading values leniently. */
import { Arriving } from '../arriving.ts'
import { isExpression } from '../classad/evaluation.ts'

/** Bytes of the list that are ads at the same time. */
const SLICE = 65_536

const AD_END = '\n}\n'

export type ClassAd = Readonly<Record<string, unknown>>

/** JobStatus, as the HTCondor manual lists it, by its number. */
export const JOB_STATES = [
  'Unexpanded',
  'Idle',
  'Running',
  'Removed',
  'Completed',
  'Held',
  'Transferring Output',
  'Suspended',
]

/**
 * The ads of a `-json` array as it arrives, those of one chunk at a time. HTCondor writes one member to a line and escapes line
 * ends inside strings, so that a line that is only `}` ends an ad. An empty reply is an empty list;
 * an array without its end throws: a cut list must never pass for a short one.
 */
export async function* readAds(chunks: AsyncIterable<Buffer>): AsyncGenerator<ClassAd[]> {
  // Invalid UTF-8 comes through from users' own strings; it becomes U+FFFD.
  const decoder = new TextDecoder()
  const arrived = new Arriving(AD_END)
  let empty = true
  for await (const chunk of slices(chunks)) {
    const text = arrived.add(decoder.decode(chunk, { stream: true }))
    if (text === undefined) continue
    const ads: ClassAd[] = []
    let from = 0
    for (let end = adEnd(text, from); end !== -1; end = adEnd(text, from)) {
      ads.push(JSON.parse(text.slice(text.indexOf('{', from), end)))
      from = end
    }
    arrived.keep(text.slice(from))
    if (ads.length === 0) continue
    empty = false
    yield ads
  }
  const rest = arrived.rest() + decoder.decode()
  const complete = empty ? /^\s*(\[\s*\]\s*)?$/ : /^\s*\]\s*$/
  if (!complete.test(rest)) {
    throw new Error('the list of ClassAds is not complete')
  }
}

/** A stream that was not read for a while gives all that came meanwhile: megabytes, and ads of ten times that. */
async function* slices(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += SLICE) yield chunk.subarray(at, at + SLICE)
  }
}

/** Where the next ad ends, just after its closing brace; -1 while it has not arrived whole. */
function adEnd(text: string, from: number): number {
  const at = text.indexOf(AD_END, from)
  return at === -1 ? -1 : at + 2
}

/** A whole `-json` array; 0 bytes are an empty one. Throws on anything else. */
export function parseAds(text: string): ClassAd[] {
  if (text.trim() === '') return []
  const ads: unknown = JSON.parse(text)
  if (!Array.isArray(ads) || !ads.every(isAd)) throw new Error('not a list of ClassAds')
  return ads
}

const isAd = (value: unknown): value is ClassAd =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A string value; an expression that HTCondor left unevaluated is not one. */
export function text(ad: ClassAd, name: string): string | undefined {
  const value = ad[name]
  return typeof value === 'string' && !isExpression(value) ? value : undefined
}

/** A finite number; strings that hold one count (RequestMemory of 23.9 can be an expression). */
export function number(ad: ClassAd, name: string): number | undefined {
  const value = ad[name]
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  return undefined
}

export function integer(ad: ClassAd, name: string): number | undefined {
  const value = number(ad, name)
  return value === undefined ? undefined : Math.trunc(value)
}

/** The last time that was written: jobs of a cluster have their times in common, and one takes 3 microseconds. */
let written = { seconds: 0, text: '' }

/** Seconds since 1970 as an ISO 8601 time in UTC; HTCondor's 0 means "not yet". */
export function time(ad: ClassAd, name: string): string | undefined {
  const value = number(ad, name)
  // Beyond year 9999 toISOString changes its shape.
  if (value === undefined || value <= 0 || value > 253_402_300_799) return undefined
  if (written.seconds !== value) {
    written = { seconds: value, text: `${new Date(value * 1000).toISOString().slice(0, 19)}Z` }
  }
  return written.text
}

export function jobState(ad: ClassAd): string | undefined {
  const status = integer(ad, 'JobStatus')
  return status === undefined ? undefined : JOB_STATES[status]
}

/** The JobStatus of a word that jobState gives; -1 for another. */
export const stateNumber = (state: string): number => JOB_STATES.indexOf(state)
