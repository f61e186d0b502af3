/** The words of a ClassAd expression. */
import { Undecided, type Value } from './value.ts'

export type Token = Readonly<
  { kind: 'value'; value: Value } | { kind: 'name' | 'sign'; text: string }
>

const TOKEN =
  /\s*(?:(\d+\.\d*(?:e[+-]?\d+)?|\d*\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+)|([1-9]\d{0,17}|0)|"((?:[^"\\]|\\["\\])*)"|([a-z_]\w*)|(=\?=|=!=|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:(){},.]))/iy

/** Throws Undecided for whatever else the language has. Linear in the length of the text. */
export function tokens(text: string): Token[] {
  const found: Token[] = []
  let at = 0
  const end = text.trimEnd().length
  while (at < end) {
    TOKEN.lastIndex = at
    const [whole, real, integer, string, name, sign] = TOKEN.exec(text) ?? []
    if (whole === undefined) throw new Undecided()
    at += whole.length
    // A number with letters behind it is one with a factor, or none at all.
    if ((real ?? integer) !== undefined && /\w/.test(text.charAt(at))) throw new Undecided()
    if (real !== undefined) found.push({ kind: 'value', value: Number(real) })
    else if (integer !== undefined) found.push({ kind: 'value', value: BigInt(integer) })
    else if (string !== undefined) {
      found.push({ kind: 'value', value: string.replace(/\\(.)/g, '$1') })
    } else if (name !== undefined) found.push({ kind: 'name', text: name })
    else found.push({ kind: 'sign', text: sign ?? '' })
  }
  return found
}
