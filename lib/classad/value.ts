/** Values of ClassAd expressions, and what HTCondor's operators make of them. */

/** What an operator gives for operands that it has no answer for. */
export const ERROR = Symbol('error')

/** Integers, of 64 bits, are bigint, and reals are number. */
export type Value = bigint | number | boolean | string | undefined | typeof ERROR | readonly Value[]

/** It would take another program than this one to tell the value. */
export class Undecided extends Error {}

/** Strings are compared without regard to case; of which letters beyond ASCII that holds only HTCondor knows. */
const ASCII = /^[\x20-\x7e]*$/

type Binary = (left: Value, right: Value) => Value

/** A number, where the value is one or counts as one. */
export function numeric(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined
}

/** True, false, undefined or ERROR. */
export function truth(value: Value): boolean | undefined | typeof ERROR {
  if (value === undefined || typeof value === 'boolean') return value
  const number = numeric(value)
  return number === undefined ? ERROR : Boolean(number)
}

/** An error among the operands is the result, then one that is undefined. */
const strict =
  (work: Binary): Binary =>
  (left, right) => {
    if (left === ERROR || right === ERROR) return ERROR
    return left === undefined || right === undefined ? undefined : work(left, right)
  }

/** Integers stay integers; with a real both become reals. */
const arithmetic = (
  ofIntegers: (left: bigint, right: bigint) => Value,
  ofReals: (left: number, right: number) => Value,
): Binary =>
  strict((left, right) => {
    const [one, other] = [numeric(left), numeric(right)]
    if (one === undefined || other === undefined) return ERROR
    if (typeof one === 'number' || typeof other === 'number') {
      return ofReals(Number(one), Number(other))
    }
    const whole = ofIntegers(one, other)
    return typeof whole === 'bigint' ? BigInt.asIntN(64, whole) : whole
  })

const comparison = (holds: (order: number) => boolean): Binary =>
  strict((left, right) => {
    if (typeof left === 'string' && typeof right === 'string') {
      if (!ASCII.test(left + right)) throw new Undecided()
      return holds(order(left.toLowerCase(), right.toLowerCase()))
    }
    const [one, other] = [numeric(left), numeric(right)]
    return one === undefined || other === undefined ? ERROR : holds(order(one, other))
  })

const order = (one: string | bigint | number, other: string | bigint | number) =>
  one < other ? -1 : one > other ? 1 : 0

function same(left: Value, right: Value): boolean {
  if (Array.isArray(left) || Array.isArray(right)) throw new Undecided()
  return left === right
}

export const OPERATORS: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['=?=', same],
  ['is', same],
  ['=!=', (left, right) => !same(left, right)],
  ['isnt', (left, right) => !same(left, right)],
  ['==', comparison((found) => found === 0)],
  ['!=', comparison((found) => found !== 0)],
  ['<', comparison((found) => found < 0)],
  ['<=', comparison((found) => found <= 0)],
  ['>', comparison((found) => found > 0)],
  ['>=', comparison((found) => found >= 0)],
  [
    '+',
    arithmetic(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  ],
  [
    '-',
    arithmetic(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ],
  [
    '*',
    arithmetic(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ],
  [
    '/',
    arithmetic(
      (a, b) => (b === 0n ? ERROR : a / b),
      (a, b) => (b === 0 ? ERROR : a / b),
    ),
  ],
  [
    '%',
    arithmetic(
      (a, b) => (b === 0n ? ERROR : a % b),
      () => ERROR,
    ),
  ],
])
