/** Two things measured in turn, so that whatever else the machine does falls on both. */
import type { Invocation } from '../local/lambda.ts'

export interface Row {
  readonly what: string
  readonly unit: 'ms' | 'per second'
  /** Medians. */
  readonly bare: number
  readonly service: number
  /** Service to bare: of times less is better, of rates more. */
  readonly ratio: number
  /** Most resident memory of the function, in MB. */
  readonly peak?: number
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Medians of `rounds` times in milliseconds; both give seconds. Throws where the service answers an error. */
export async function times(
  what: string,
  rounds: number,
  bare: () => Promise<number>,
  service: () => Promise<Invocation>,
): Promise<Row> {
  const seen = { bare: [] as number[], service: [] as number[], peak: 0 }
  for (let round = 0; round < rounds; round++) {
    seen.bare.push(await bare())
    const { result, seconds, peak } = await service()
    if (result.statusCode >= 400) throw new Error(`${what}: ${result.statusCode} ${result.body}`)
    seen.service.push(seconds)
    seen.peak = Math.max(seen.peak, peak)
  }
  const [b, s] = [median(seen.bare) * 1000, median(seen.service) * 1000]
  const peak = seen.peak > 0 ? { peak: Math.round(seen.peak / 1e6) } : {}
  return told({ what, unit: 'ms', bare: b, service: s, ratio: s / b, ...peak })
}

/** Medians of rates, in things a second. */
export async function rates(
  what: string,
  rounds: number,
  bare: () => Promise<number>,
  service: () => Promise<number>,
): Promise<Row> {
  const seen = { bare: [] as number[], service: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    seen.bare.push(await bare())
    seen.service.push(await service())
  }
  const [b, s] = [median(seen.bare), median(seen.service)]
  return told({ what, unit: 'per second', bare: b, service: s, ratio: s / b })
}

/** Seconds that the work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** Rounded as far as it means something, and written at once: a bench takes long. */
export function told(row: Row): Row {
  const { bare, service, ratio } = row
  const places = (value: number) => Number(value.toPrecision(value < 100 ? 2 : 4))
  const rounded = {
    ...row,
    bare: places(bare),
    service: places(service),
    ratio: Math.round(ratio * 100) / 100,
  }
  console.log(JSON.stringify(rounded))
  return rounded
}
