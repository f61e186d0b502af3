/** The count of a `queue` statement: of 0 HTCondor 23.9 makes no job, and 25 one. */
import { Evaluation } from '../classad/evaluation.ts'

/** Macros whose values name others. */
const DEEPEST = 10
/** Characters of a count, and of a macro in it: neither is as long, and many of the one may name the other. */
const LONGEST = 200

/** A macro's value; undefined where it has one that is not known here. */
export type Macros = ReadonlyMap<string, string | undefined>

/**
 * Whether a queue statement says for certain that nothing is queued: its count is 0 when macros are filled in and
 * expressions are worked out. Macros that are not among `macros`, such as `$(Process)` or `$INT(n)`, leave it open.
 */
export function queuesNothing(statement: string, macros: Macros): boolean {
  const words = statement.split(/\s+/).slice(1)
  const keyword = words.findIndex((word) => /^(?:in|from|matching)$/i.test(word))
  const filled = filledIn((keyword < 0 ? words : words.slice(0, keyword)).join(' '), macros)
  const count = keyword < 0 ? filled : filled && withoutNames(filled)
  if (!count) return false
  if (/^0+$/.test(count)) return true
  const ad: Record<string, unknown> = { Count: `/Expr(${count})/` }
  new Evaluation(['Count']).settle(ad)
  return ad.Count === false || (typeof ad.Count === 'number' && Math.trunc(ad.Count) === 0)
}

/** undefined where not all of it is known. */
function filledIn(text: string, macros: Macros): string | undefined {
  let filled = text
  for (let depth = 0; depth <= DEEPEST && filled.length <= LONGEST; depth++) {
    if (!filled.includes('$')) return filled.trim()
    let known = true
    filled = filled.replace(
      /\$\((\w+)(?::([^$()]*))?\)/g,
      (_, name: string, otherwise?: string) => {
        const value = macros.has(name.toLowerCase()) ? macros.get(name.toLowerCase()) : otherwise
        known &&= value !== undefined && value.length <= LONGEST
        return known && value !== undefined ? value : ''
      },
    )
    if (!known || /\$(?!\()/.test(filled)) return undefined
  }
  return undefined
}

/** `2` of `2 x, y`: the names of the items' variables stand behind the count. */
function withoutNames(text: string): string {
  const words = text.split(/[\s,]+/)
  while (/^[a-z_]\w*$/i.test(words.at(-1) ?? '')) words.pop()
  return words.join(' ')
}
