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
  if (from === '') return { suffix: position(to) }
  if (to === '') return { first: position(from) }
  if (Number(from) > Number(to)) return
  return { first: position(from), last: position(to) }
}

/** No file is as large; the gate takes no larger number. */
const position = (digits: string) => Math.min(Number(digits), 2 ** 40 - 1)
