/** A way for text from outside into the service, or out of it, as the tests of linear work take it. */

export interface Reader {
  readonly name: string
  /** What of lib/ it goes through: `request/form#readForm`. */
  readonly covers: readonly string[]
  /** What the reader knows, beside what every text can hold. */
  readonly tokens: readonly string[]
  /** It may throw: what is refused is read too. */
  readonly read: (text: string) => unknown
}

/**
 * What a test makes of a text beforehand, kept for the next time with the same one: of several times the least counts,
 * and that is the reader's own work then.
 */
export function prepared<T>(make: (text: string) => T): (text: string) => T {
  let last: { text: string; made: T } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, made: make(text) }
    return last.made
  }
}

/** Text in pieces of some characters, as a network brings it. */
export function pieces(text: string, length = 64): string[] {
  const all: string[] = []
  for (let at = 0; at < text.length; at += length) all.push(text.slice(at, at + length))
  return all
}

export async function* arriving(text: string, length?: number): AsyncGenerator<Buffer> {
  for (const piece of pieces(text, length)) yield Buffer.from(piece)
}

export async function ended(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}
