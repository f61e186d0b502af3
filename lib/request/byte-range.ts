/** The Range header (RFC 9110, section 14.2). */

/** Bytes from `first` to `last`, inclusive, or the last `suffix` ones. */
export type ByteRange =
  | { readonly first: number; readonly last?: number }
  | { readonly suffix: number }

/**
 * One range of bytes. Anything else is undefined, the whole: "A server MAY ignore the Range header
 * field", and one that holds only if nothing changed (If-Range) we cannot vouch for.
 */
export function readByteRange(range: string | undefined, ifRange?: string): ByteRange | undefined {
  const [, from, to] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(range ?? '') ?? []
  if (from === undefined || to === undefined || from + to === '' || ifRange !== undefined) return
  if (from === '') return { suffix: Number(to) }
  if (to === '') return { first: Number(from) }
  return Number(from) <= Number(to) ? { first: Number(from), last: Number(to) } : undefined
}
