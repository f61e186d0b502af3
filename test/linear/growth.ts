/** How the work of a reader grows with its text. */
import type { Reader } from './reader.ts'
import { type Shape, shapesOf, textOf } from './shapes.ts'

/** At this length a square stands out already, and costs a millisecond. */
const FIRST = 1_024
/** Here one does that is made of what is fastest, such as copies of memory. */
const SECOND = 16_384
/** Where growth is looked for; sixteen times as much is still little beside the heap. */
const SHORTEST = 256
const LONGEST = 65_536
/** Milliseconds of the processor: below, its clock and the garbage collector say more than the work does. */
const ENOUGH = 1
const TIMES = 5
/** A longer text is read until it costs little enough, so that only what is a square is read so often. */
const PATIENT = { 4: 12, 16: 5 }
/** What is less than this tells nothing but the clock's own cost. */
const SMALLEST = 0.01
/** The costliest of the shapes are looked at again, and some closely: the costliest, and those that grew most. */
const AGAIN = 12
const CLOSELY = 3
/**
 * Four times the text is four times the work, and sixteen times where the work is a square: halfway between. It must be
 * more twice, from one length to the next and on to the one after: where caches end or the heap grows, linear work
 * makes one such step, and a square makes them all.
 */
const MOST = 8

/** The first shape whose work is more than linear, in words. */
export async function superlinear(reader: Reader): Promise<string | undefined> {
  const shapes = shapesOf(reader.tokens)
  const costs = new Map<Shape, number>()
  for (const shape of shapes) costs.set(shape, await least(reader, textOf(shape, FIRST), 1))
  const costly = ranked(costs).slice(0, AGAIN)
  for (const shape of costly) costs.set(shape, await least(reader, textOf(shape, FIRST), TIMES))
  const found = await firstOf(
    reader,
    ranked(new Map(costly.map((one) => [one, costs.get(one) ?? 0]))),
  )
  if (found !== undefined) return found

  const ratios = new Map<Shape, number>()
  for (const shape of shapes.filter(({ start, end }) => start + end === '')) {
    const first = await least(reader, textOf(shape, FIRST), 2)
    ratios.set(shape, (await least(reader, textOf(shape, SECOND), 2)) / Math.max(first, SMALLEST))
  }
  return firstOf(reader, ranked(ratios))
}

/** The highest first. */
const ranked = (values: ReadonlyMap<Shape, number>): Shape[] =>
  [...values].sort(([, a], [, b]) => b - a).map(([shape]) => shape)

async function firstOf(reader: Reader, shapes: readonly Shape[]): Promise<string | undefined> {
  for (const shape of shapes.slice(0, CLOSELY)) {
    const growth = await growthOf(reader, shape)
    if (growth !== undefined) return `${JSON.stringify(shape)}: ${growth}`
  }
  return undefined
}

/** Undefined where the work is linear, or too little at every length to tell. */
export async function growthOf(reader: Reader, shape: Shape): Promise<string | undefined> {
  for (let length = SHORTEST; length <= LONGEST; length *= 2) {
    const text = textOf(shape, length)
    if ((await least(reader, text, 1)) < ENOUGH) continue
    const short = await least(reader, text, TIMES)
    if (short < ENOUGH) continue
    const costs = [short]
    for (const times of [4, 16] as const) {
      const most = MOST * (costs.at(-1) ?? 0)
      const cost = await least(reader, textOf(shape, times * length), PATIENT[times], most)
      if (cost <= most) return undefined
      costs.push(cost)
    }
    const told = costs.map((cost) => cost.toFixed(1)).join(', ')
    return `${told} ms for ${length} characters, 4 times and 16 times as many`
  }
  return undefined
}

/**
 * Milliseconds of the processor that this process used: other work of the machine does not count. (Those of the thread
 * alone are told by Linux in steps of milliseconds.) It is the least of several times, for what comes on top is no work
 * of the reader's; one that is not more than `most` will do.
 */
async function least(reader: Reader, text: string, times: number, most = 0): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let time = 0; time < times && least > most; time += 1) {
    const before = process.cpuUsage()
    try {
      await reader.read(text)
    } catch {
      // It is the work that counts.
    }
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}
