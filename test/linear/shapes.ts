/** Texts that grow: a beginning, a piece that is repeated, an end. So does every text that costs more than its length. */
import fc from 'fast-check'

export interface Shape {
  readonly start: string
  readonly repeated: string
  readonly end: string
}

/** Blanks, quotes, signs of every grammar, and what Unicode, XML and C make trouble with. */
const COMMON = [
  ...['a', '0', ' ', '\t', '\n', '\r', '\0', '"', "'", '\\', '/', ',', ';', ':', '.', '='],
  ...['<', '>', '&', '(', ')', '[', '{', '@', '#', '+', '-', '%', '?', '*', '$'],
  ...['\u00e9', '\u0301\u0323', '\u{1f600}', '\ud800', '\u2028', '\ufeff'],
]
const RANDOM = 250
/** The same shapes in each run, unless others are asked for: a test that fails must fail again. */
const SEED = Number(process.env.PROC_TEST_SEED ?? 1)

/** Each token by itself, and random ones of several. */
export function shapesOf(tokens: readonly string[]): Shape[] {
  const all = [...tokens, ...COMMON]
  const ends = ['', 'b', '\n', ...tokens]
  const single = all.flatMap((repeated) => ends.map((end) => ({ start: '', repeated, end })))
  // What the reader knows comes up as often as all else.
  const some = (minLength: number, maxLength: number) => {
    const token = fc.oneof(
      fc.constantFrom(...(tokens.length > 0 ? tokens : all)),
      fc.constantFrom(...all),
    )
    return fc.array(token, { minLength, maxLength }).map((parts) => parts.join(''))
  }
  const shape = fc.record({ start: some(0, 3), repeated: some(1, 3), end: some(0, 2) })
  return [...single, ...fc.sample(shape, { seed: SEED, numRuns: RANDOM })]
}

/** About `length` characters, in one piece of memory: joined ones would be copied by whoever reads them first. */
export function textOf({ start, repeated, end }: Shape, length: number): string {
  const times = Math.max(1, Math.floor((length - start.length - end.length) / repeated.length))
  const text = start + repeated.repeat(times) + end
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
