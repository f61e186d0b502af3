/**
 * ClassAd expressions, as far as jobs use them to say what they ask for: `ifThenElse(MemoryUsage =!= undefined, MemoryUsage * 3 / 2, 2048)`.
 * condor_q -json gives an expression as its text. What is told here is what `condor_q -af` would print; where that
 * cannot be told for sure, or not in a few steps, nothing is.
 */
import { FUNCTIONS } from './function.ts'
import { type Token, tokens } from './token.ts'
import { ERROR, numeric, OPERATORS, truth, Undecided, type Value } from './value.ts'

/** What the names in an expression stand for: by the name in lower case. Throws Undecided for what is not known. */
export interface Scope {
  value(name: string): Value
  /** Counts one step. Throws Undecided when there were too many. */
  step(): void
}

export type Expression = (scope: Scope) => Value

/** Characters: what is longer nobody writes to ask for memory. */
const LONGEST = 1_000
/** Brackets and operators within each other. */
const DEEPEST = 50

/** From the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '=?=', '=!=', 'is', 'isnt'],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
]

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['undefined', undefined],
  ['error', ERROR],
])

/** Throws Undecided for whatever else the language has. */
export const readExpression = (text: string): Expression => new Reader(text).whole()

class Reader {
  readonly #tokens: Token[]
  #at = 0
  #depth = 0

  constructor(text: string) {
    if (text.length > LONGEST) throw new Undecided()
    this.#tokens = tokens(text)
  }

  whole(): Expression {
    const expression = this.#choice()
    if (this.#at !== this.#tokens.length) throw new Undecided()
    return expression
  }

  /** `condition ? one : other`, and `value ?: instead`. */
  #choice(): Expression {
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new Undecided()
    const first = this.#binary(0)
    let expression = first
    if (this.#take('?')) {
      if (this.#take(':')) {
        const instead = this.#choice()
        expression = (scope) => first(scope) ?? instead(scope)
      } else {
        const one = this.#choice()
        this.#expect(':')
        expression = choice(first, one, this.#choice())
      }
    }
    this.#depth -= 1
    return expression
  }

  #binary(level: number): Expression {
    const signs = LEVELS[level]
    if (signs === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (let sign = this.#takeOf(signs); sign !== undefined; sign = this.#takeOf(signs)) {
      left = operation(sign, left, this.#binary(level + 1))
    }
    return left
  }

  #unary(): Expression {
    const sign = this.#takeOf(['-', '+', '!'])
    if (sign === undefined) return this.#primary()
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new Undecided()
    const operand = this.#unary()
    this.#depth -= 1
    if (sign === '!') return (scope) => not(operand(scope))
    return sign === '-' ? (scope) => negative(operand(scope)) : (scope) => number(operand(scope))
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at]
    this.#at += 1
    if (token?.kind === 'value') return () => token.value
    if (token?.kind === 'name') return this.#named(token.text.toLowerCase())
    if (token?.text === '(') {
      const inner = this.#choice()
      this.#expect(')')
      return inner
    }
    if (token?.text === '{') {
      const members = this.#list('}')
      return (scope) => members.map((member) => member(scope))
    }
    throw new Undecided()
  }

  #named(name: string): Expression {
    if (this.#take('(')) return call(name, this.#list(')'))
    if (name === 'my' && this.#take('.')) return this.#attribute()
    if (CONSTANTS.has(name)) {
      const value = CONSTANTS.get(name)
      return () => value
    }
    return (scope) => scope.value(name)
  }

  #attribute(): Expression {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'name') throw new Undecided()
    this.#at += 1
    const name = token.text.toLowerCase()
    return (scope) => scope.value(name)
  }

  /** What stands between commas up to the closing bracket. */
  #list(end: string): Expression[] {
    const members: Expression[] = []
    if (this.#take(end)) return members
    do members.push(this.#choice())
    while (this.#take(','))
    this.#expect(end)
    return members
  }

  #take(sign: string): boolean {
    return this.#takeOf([sign]) !== undefined
  }

  #takeOf(signs: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at]
    if (token === undefined || token.kind === 'value') return undefined
    const text = token.text.toLowerCase()
    if (!signs.includes(text)) return undefined
    this.#at += 1
    return text
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw new Undecided()
  }
}

const choice =
  (condition: Expression, one: Expression, other: Expression): Expression =>
  (scope) => {
    const found = truth(condition(scope))
    if (typeof found !== 'boolean') return found
    return found ? one(scope) : other(scope)
  }

function operation(sign: string, left: Expression, right: Expression): Expression {
  if (sign === '&&' || sign === '||') return logic(sign === '||', left, right)
  const work = OPERATORS.get(sign)
  if (work === undefined) throw new Undecided()
  return (scope) => {
    scope.step()
    return work(left(scope), right(scope))
  }
}

/** `deciding`: the value that decides, whatever the other operand is: true for ||. */
const logic =
  (deciding: boolean, left: Expression, right: Expression): Expression =>
  (scope) => {
    scope.step()
    const one = truth(left(scope))
    if (one === ERROR || one === deciding) return one
    const other = truth(right(scope))
    if (other === ERROR || other === deciding) return other
    return one === undefined || other === undefined ? undefined : !deciding
  }

function call(name: string, given: readonly Expression[]): Expression {
  if (name === 'ifthenelse') {
    const [condition, one, other] = given
    if (!condition || !one || !other || given.length !== 3) throw new Undecided()
    return choice(condition, one, other)
  }
  const [count, work] = FUNCTIONS.get(name) ?? []
  if (work === undefined || given.length !== count) throw new Undecided()
  return (scope) => {
    scope.step()
    return work(given.map((one) => one(scope)))
  }
}

function not(value: Value): Value {
  const found = truth(value)
  return typeof found === 'boolean' ? !found : found
}

function number(value: Value): Value {
  if (typeof value === 'boolean') throw new Undecided()
  return value === undefined ? value : (numeric(value) ?? ERROR)
}

function negative(value: Value): Value {
  const operand = number(value)
  return typeof operand === 'bigint' || typeof operand === 'number' ? -operand : operand
}
