/** How the work of a reader grows with its text. */
import type { Reader } from './reader.ts'
import { type Shape, shapesOf, textOf } from './shapes.ts'

/** At this length a square stands out already, and costs milliseconds. */
const FIRST = 2_048
const LONGEST = 4 * 1024 * 1024
/** Milliseconds of the processor: below, its clock and the garbage collector say more than the work does. */
const ENOUGH = 4
const TIMES = 5
/** The costliest of the shapes are looked at closely. */
const CLOSELY = 3
/** Four times the text is four times the work, and sixteen times where the work is a square: halfway between. */
const MOST = 8

/** The shapes whose work is more than linear, in words. */
export async function superlinear(reader: Reader): Promise<string[]> {
  const shapes = shapesOf(reader.tokens)
  const ranked: { shape: Shape; cost: number }[] = []
  for (const shape of shapes) {
    ranked.push({ shape, cost: await least(reader, textOf(shape, FIRST), 2) })
  }
  ranked.sort((a, b) => b.cost - a.cost)
  const found: string[] = []
  for (const { shape } of ranked.slice(0, CLOSELY)) {
    const growth = await growthOf(reader, shape)
    if (growth !== undefined) found.push(`${JSON.stringify(shape)}: ${growth}`)
  }
  return found
}

/** Undefined where the work is linear, or too little at every length to tell. */
async function growthOf(reader: Reader, shape: Shape): Promise<string | undefined> {
  for (let length = FIRST; 4 * length <= LONGEST; length *= 2) {
    const text = textOf(shape, length)
    if ((await least(reader, text, 1)) < ENOUGH) continue
    const short = await least(reader, text, TIMES)
    if (short < ENOUGH) continue
    const four = textOf(shape, 4 * length)
    // The least of several is what the work takes: all else that the machine does comes on top.
    let long = Number.POSITIVE_INFINITY
    for (let time = 0; time < TIMES && long > MOST * short; time += 1) {
      long = Math.min(long, await least(reader, four, 1))
    }
    if (long <= MOST * short) return undefined
    return `${length} characters ${short.toFixed(1)} ms, four times as many ${long.toFixed(1)} ms`
  }
  return undefined
}

/** Milliseconds of the processor that this thread used; others of the machine do not count. */
async function least(reader: Reader, text: string, times: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let time = 0; time < times; time += 1) {
    const before = process.threadCpuUsage()
    try {
      await reader.read(text)
    } catch {
      // It is the work that counts.
    }
    const { user, system } = process.threadCpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}
