/** Expressions among the attributes of a job: their values take their place. */
import { type Expression, readExpression } from './expression.ts'
import { ERROR, Undecided, type Value } from './value.ts'

/** As condor_q and condor_history -json give an expression. */
const START = '/Expr('
const END = ')/'

/** Operators and functions that one value may take: what jobs really ask for takes ten. */
const MOST_STEPS = 1_000
/** Expressions that name each other. */
const DEEPEST = 10
/** Jobs of one kind have the same few expressions. */
const REMEMBERED = 1_000

type Ad = Record<string, unknown>

export const isExpression = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith(START)

export class Evaluation {
  readonly #names: ReadonlyMap<string, string>
  /** By its text; null for one that cannot be told here. */
  readonly #read = new Map<string, Expression | null>()

  /** `attributes`: all that were asked of HTCondor, as it writes them. What was asked and is not in an ad is undefined. */
  constructor(attributes: readonly string[]) {
    this.#names = new Map(attributes.map((name) => [name.toLowerCase(), name]))
  }

  /** Gives the attributes the names that were asked for: condor_history writes them as the user did. */
  rename(ad: Ad): void {
    for (const name of Object.keys(ad)) {
      const usual = this.#names.get(name.toLowerCase())
      if (usual !== undefined && !(usual in ad)) ad[usual] = ad[name]
    }
  }

  /** Puts values in the place of an ad's expressions. One that cannot be told here stays. */
  settle(ad: Ad): void {
    let found: Record<string, unknown> | undefined
    for (const name in ad) {
      const value = ad[name]
      if (!isExpression(value)) continue
      const settled = this.#value(ad, value)
      if (settled !== value) found = { ...found, [name]: settled }
    }
    // Only now: each was to see what the others were as HTCondor gave them.
    if (found) Object.assign(ad, found)
  }

  #value(ad: Ad, written: string): unknown {
    try {
      const scope = new AdScope(ad, this.#names, (text) => this.#expression(text))
      const value = scope.evaluate(written)
      if (typeof value === 'bigint') return Number(value)
      if (Array.isArray(value)) return written
      if (typeof value === 'number' && !Number.isFinite(value)) return null
      return value === undefined || value === ERROR ? null : value
    } catch (error) {
      if (error instanceof Undecided) return written
      throw error
    }
  }

  #expression(written: string): Expression {
    const known = this.#read.get(written)
    if (known) return known
    if (known === null) throw new Undecided()
    if (this.#read.size >= REMEMBERED) this.#read.clear()
    this.#read.set(written, readable(written.slice(START.length, -END.length)))
    return this.#expression(written)
  }
}

function readable(text: string): Expression | null {
  try {
    return readExpression(text)
  } catch (error) {
    if (error instanceof Undecided) return null
    throw error
  }
}

class AdScope {
  readonly #ad: Ad
  readonly #names: ReadonlyMap<string, string>
  readonly #read: (text: string) => Expression
  #steps = 0
  #depth = 0

  constructor(ad: Ad, names: ReadonlyMap<string, string>, read: (text: string) => Expression) {
    this.#ad = ad
    this.#names = names
    this.#read = read
  }

  value(name: string): Value {
    this.step()
    const written = this.#names.get(name)
    if (written === undefined) throw new Undecided()
    const value = this.#ad[written]
    if (isExpression(value)) return this.evaluate(value)
    // JSON does not tell 2.0 from 2. It matters to a division alone, and to what is asked for not at all.
    if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
    if (value === undefined || value === null) return undefined
    if (typeof value === 'string' || typeof value === 'boolean') return value
    throw new Undecided()
  }

  step(): void {
    this.#steps += 1
    if (this.#steps > MOST_STEPS) throw new Undecided()
  }

  evaluate(written: string): Value {
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new Undecided()
    const value = this.#read(written)(this)
    this.#depth -= 1
    return value
  }
}
