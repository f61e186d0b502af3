/** The functions of ClassAds that are told here; the others are HTCondor's to tell. */
import { ERROR, numeric, Undecided, type Value } from './value.ts'

type Work = (values: readonly Value[]) => Value

/** Beyond this HTCondor's conversion to an integer has no sense. */
const LARGEST = 2 ** 53

/** By the name in lower case, with the number of arguments. */
export const FUNCTIONS: ReadonlyMap<string, readonly [number, Work]> = new Map<
  string,
  readonly [number, Work]
>([
  ['isundefined', [1, ([value]) => value === undefined]],
  ['iserror', [1, ([value]) => value === ERROR]],
  ['isinteger', [1, ([value]) => typeof value === 'bigint']],
  ['isreal', [1, ([value]) => typeof value === 'number']],
  ['isstring', [1, ([value]) => typeof value === 'string']],
  ['isboolean', [1, ([value]) => typeof value === 'boolean']],
  ['int', [1, ([value]) => (value === undefined ? undefined : whole(Math.trunc, value))]],
  ['floor', [1, ([value]) => whole(Math.floor, value)]],
  ['ceiling', [1, ([value]) => whole(Math.ceil, value)]],
  ['round', [1, ([value]) => whole(toNearestEven, value)]],
  ['real', [1, ([value]) => real(value)]],
  ['pow', [2, ([base, exponent]) => power(base, exponent)]],
  ['quantize', [2, ([value, step]) => quantized(value, step)]],
  ['max', [1, ([list]) => extreme(list, (one, other) => one > other)]],
  ['min', [1, ([list]) => extreme(list, (one, other) => one < other)]],
  ['time', [0, () => BigInt(Math.floor(Date.now() / 1000))]],
])

function whole(round: (real: number) => number, value: Value): Value {
  if (typeof value === 'string') throw new Undecided()
  const number = numeric(value)
  if (number === undefined) return ERROR
  if (typeof number === 'bigint') return number
  if (!(Math.abs(number) < LARGEST)) throw new Undecided()
  return BigInt(round(number))
}

/** As C's rint() does. */
function toNearestEven(real: number): number {
  const below = Math.floor(real)
  if (real - below !== 0.5) return Math.round(real)
  return below % 2 === 0 ? below : below + 1
}

function real(value: Value): Value {
  if (value === undefined || value === ERROR) return value
  const number = numeric(value)
  if (number === undefined) throw new Undecided()
  return Number(number)
}

function power(base: Value, exponent: Value): Value {
  const [one, other] = [numeric(base), numeric(exponent)]
  if (one === undefined || other === undefined || one < 0) throw new Undecided()
  const result = Number(one) ** Number(other)
  if (!(result < LARGEST)) throw new Undecided()
  const isWhole = typeof one === 'bigint' && typeof other === 'bigint' && other >= 0n
  return isWhole ? BigInt(result) : result
}

/** The next multiple of `step`, or the first of a list that is large enough. */
function quantized(value: Value, step: Value): Value {
  if (typeof value !== 'bigint' || value < 0n) throw new Undecided()
  if (Array.isArray(step) && step.every((one) => typeof one === 'bigint')) {
    const enough = step.find((one) => one >= value)
    if (enough !== undefined) return enough
  }
  if (typeof step !== 'bigint' || step <= 0n) throw new Undecided()
  return ((value + step - 1n) / step) * step
}

/** Of the numbers of a list; what is undefined in it does not count, and with one real the result is a real. */
function extreme(list: Value, better: (one: number, other: number) => boolean): Value {
  if (!Array.isArray(list)) return ERROR
  const known = list.filter((value) => value !== undefined)
  if (known.some((value) => typeof value !== 'bigint' && typeof value !== 'number')) {
    throw new Undecided()
  }
  const found = known.reduce((best, value) => (better(value, best) ? value : best), known[0])
  return known.some((value) => typeof value === 'number') ? Number(found) : found
}
