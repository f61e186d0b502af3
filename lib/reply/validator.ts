/** Answers that a client may hold already: entity tags (RFC 9110, sections 8.8.3 and 13.1.2). */
import { createHash } from 'node:crypto'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { header } from '../request/header.ts'

/** A strong entity tag: equal where all of this is, for the same bytes. */
export function entityTag(...parts: readonly (string | boolean | undefined)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
  return `"${digest.slice(0, 27)}"`
}

/** A weak one: equal for answers that say the same, if not in every byte. */
export const weakTag = (...parts: readonly (string | boolean | undefined)[]): string =>
  `W/${entityTag(...parts)}`

/** Whether If-None-Match names this tag: weakly compared, as section 13.1.2 wants it. */
export function holds(event: APIGatewayProxyEvent, tag: string): boolean {
  const held = header(event, 'if-none-match')
  if (held === undefined) return false
  const opaque = (one: string) => one.trim().replace(/^W\//, '')
  return held.trim() === '*' || held.split(',').some((one) => opaque(one) === opaque(tag))
}
