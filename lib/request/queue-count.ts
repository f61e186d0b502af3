/** The count of a `queue` statement: of 0 HTCondor 23.9 makes no job, and 25 one. */
import { Evaluation } from '../classad/evaluation.ts'

/** Macros whose values name others. */
const DEEPEST = 10
/** Characters. A count is shorter; each may be filled in many times over. */
const LONGEST = 200
/** Counts worked out of one description: a statement takes a few bytes, and its count may take half a millisecond. */
const MOST = 100

/** Macros that HTCondor sets for each job, whatever the description says. */
const LIVE = /^(?:cluster(?:id)?|proc(?:ess|id)|jobid|row|step|node|item(?:index)?)$/i
const KEYWORD = /(?:^|\s)(?:in|from|matching)(?=[\s(]|$)/i

/**
 * What a description has said so far of the macros in its counts. What could be otherwise than it looks is not known:
 * a count that is not 0 for certain is left to HTCondor.
 */
export class QueueCounts {
  readonly #macros = new Map<string, string | undefined>()
  #left = MOST

  /** `statement`: any but a queue; `conditional`: HTCondor may pass it over. */
  read(statement: string, conditional: boolean): void {
    // An attribute of the job is no macro, and what stands between an `if` and its end is conditional.
    if (/^(?:[+-]|my\.|(?:if|elif|else|endif)\b)/i.test(statement)) return
    const [, name, value = ''] = /^(\w+)[ \t\r\v\f]*=\s*(.*)$/s.exec(statement) ?? []
    // Text of several lines, names made of macros or with a prefix, and templates: each may set any.
    if (name === undefined) this.#macros.clear()
    else this.#macros.set(name.toLowerCase(), conditional || LIVE.test(name) ? undefined : value)
  }

  /** Whether a queue statement, which HTCondor does not pass over, queues nothing for certain. */
  isZero(statement: string): boolean {
    const text = statement.slice('queue'.length)
    if (text === '' || --this.#left < 0) return false
    const keyword = text.search(KEYWORD)
    const filled = this.#filledIn(keyword < 0 ? text : text.slice(0, keyword))
    // A macro can bring the items along.
    const again = filled === undefined ? -1 : filled.search(KEYWORD)
    const items = keyword >= 0 || again >= 0
    // Their variables are macros, too.
    if (items || filled === undefined) this.#macros.clear()
    if (filled === undefined) return false
    const count = items ? withoutNames(again < 0 ? filled : filled.slice(0, again)) : filled
    const ad: Record<string, unknown> = { Count: `/Expr(${count})/` }
    new Evaluation(['Count']).settle(ad)
    const none = typeof ad.Count === 'number' && Math.trunc(ad.Count) === 0
    return /^0+$/.test(count) || none || ad.Count === false
  }

  /** undefined where not all of it is known. */
  #filledIn(text: string): string | undefined {
    let filled = text
    for (let depth = 0; depth <= DEEPEST && filled.length <= LONGEST; depth++) {
      if (!filled.includes('$')) return filled.trim()
      let known = true
      filled = filled.replace(/\$\((\w+)(?::([^$()]*))?\)/g, (_, name: string, otherwise = '') => {
        // A name that is not here may be one of HTCondor's own, which wins over what is written for no value.
        const value = this.#macros.get(name.toLowerCase())
        known &&= value !== undefined && value.length <= LONGEST
        return known ? value || otherwise : ''
      })
      if (!known || /\$(?!\()/.test(filled)) return undefined
    }
    return undefined
  }
}

/** `2` of `2 x, y`: HTCondor takes what can be names of variables from the end, and the count is the rest. */
function withoutNames(text: string): string {
  let end = text.length
  while (end > 0) {
    let digits = end
    while (digits > 0 && /\d/.test(text.charAt(digits - 1))) digits -= 1
    const before = text.charAt(digits - 1)
    if (!(digits < end ? /[a-z]/i : /[a-z\s,_.]/i).test(before)) break
    end = digits - 1
  }
  return text.slice(0, end)
}
