/** The answer to a submission: the digits of its cluster, or as JSON with more about it. */
import type { Submitted } from '../condor/submit.ts'
import type { Format } from '../request/format.ts'
import { type Answer, plainText } from './answer.ts'
import { jsonText } from './json.ts'

/** Of the header; all of them are in the JSON answer. */
const LONGEST_HEADER = 1_000

export interface Links {
  /** The jobs' details, and those of them that are in the queue. */
  readonly details: string
  readonly queue: string
}

export function submittedAnswer(
  submitted: Submitted,
  request: string,
  { kind, contentType }: Format,
  links: Links,
): Answer {
  const { cluster, replayed, jobs = null, warnings } = submitted
  const headers = {
    ...(replayed && { 'Idempotency-Replayed': 'true' }),
    ...(warnings.length > 0 && { 'X-Submit-Warning': headerText(warnings.join('; ')) }),
  }
  if (kind !== 'json') return plainText(String(cluster), headers)
  const body = jsonText({ cluster, jobs, request, replayed, warnings, links })
  return { status: 200, contentType, body: `${body}\n`, headers }
}

/** RFC 9110, section 5.5: a field value is visible ASCII and blanks. */
function headerText(words: string): string {
  const line = words.replace(/[^\x20-\x7e]/gu, '?')
  return line.length <= LONGEST_HEADER ? line : `${line.slice(0, LONGEST_HEADER - 3)}...`
}
