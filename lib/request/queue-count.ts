/** The count of a `queue` statement: of 0 HTCondor 23.9 makes no job, and 25 one. */
import { Evaluation } from '../classad/evaluation.ts'
import { readQueue } from './queue-statement.ts'

/** Macros whose values name others. */
const DEEPEST = 10
/** Characters of a count, and of a macro in it, which may be filled in many times over. */
const LONGEST = 200
/** Counts worked out of one description: a statement takes a few bytes, and its count may take half a millisecond. */
const MOST = 100

/** HTCondor has macros of these names, and sets some anew at each queue statement. */
const LIVE = /^(?:cluster(?:id)?|proc(?:ess|id)|jobid|row|step|node|item(?:index)?)$/i

/**
 * The macros of a description as far as it has been read. A macro whose value is uncertain counts as unknown, and so
 * does a count in which it stands: HTCondor is the one to decide.
 */
export class QueueCounts {
  readonly #macros = new Map<string, string | undefined>()
  /** Any macro may have another value than the one written. */
  #uncertain = false
  #left = MOST

  /** Takes in a statement whose count is not asked for. `conditional`: it stands between an `if` and its end. */
  read(statement: string, conditional: boolean): void {
    // The first two set an attribute of the job, which is no macro.
    if (/^(?:[+-]|my\.|(?:if|elif|else|endif)(?:\s|$))/i.test(statement)) return
    const [, name, value = ''] = /^(\w+)[ \t\r\v\f]*=\s*(.*)$/s.exec(statement) ?? []
    // Text of several lines, names made of macros or with a prefix, and templates.
    if (name === undefined) this.#uncertain = true
    else this.#macros.set(name.toLowerCase(), conditional || LIVE.test(name) ? undefined : value)
  }

  /** Whether the count of a queue statement that stands in no branch is 0 for certain. */
  isZero(statement: string): boolean {
    const { start, items } = readQueue(statement)
    if ((start === '' && items === undefined) || --this.#left < 0) return false
    const filled = this.#filledIn(start)
    // A macro can bring the items along.
    const whole = filled === undefined ? undefined : readQueue(`queue ${filled} `)
    const hasItems = items !== undefined || whole?.items !== undefined
    // The variables of items are macros, too.
    if (hasItems || whole === undefined) this.#macros.clear()
    if (whole === undefined) return false
    const count = (hasItems ? withoutNames(whole.start) : whole.start).trim()
    const ad: Record<string, unknown> = { Count: `/Expr(${count})/` }
    new Evaluation(['Count']).settle(ad)
    const none = typeof ad.Count === 'number' && Math.trunc(ad.Count) === 0
    return /^0+$/.test(count) || none || ad.Count === false
  }

  /** undefined where not all of it is known. */
  #filledIn(text: string): string | undefined {
    let filled = text
    for (let depth = 0; depth <= DEEPEST && filled.length <= LONGEST; depth++) {
      if (!filled.includes('$')) return filled
      if (this.#uncertain) return undefined
      let known = true
      filled = filled.replace(/\$\((\w+)(?::([^$()]*))?\)/g, (_, name: string, otherwise = '') => {
        // A macro that is not set here may be one that HTCondor sets: its value counts then, and not the default.
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
