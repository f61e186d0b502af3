/** Whether a pattern takes time in proportion to the text, whatever the text. */
import { check } from 'recheck'
import type { Pattern } from './source.ts'

/** By what is counted and not by the clock: the same verdict on every machine, as long as it comes at all. */
const LIMITS = { timeout: 60_000, attackTimeout: null, incubationTimeout: null }

/** What is wrong with a pattern, in a line; undefined where nothing is. What cannot be judged is wrong. */
export async function faultOf({
  source,
  flags,
}: Pick<Pattern, 'source' | 'flags'>): Promise<string | undefined> {
  const verdict = await check(source, flags, LIMITS)
  const pattern = `/${source}/${flags}`
  if (verdict.status === 'safe') return undefined
  if (verdict.status === 'unknown') return `${pattern} cannot be judged: ${verdict.error.kind}`
  return `${pattern} is not linear (${verdict.complexity.summary}), see ${verdict.attack.pattern}`
}
