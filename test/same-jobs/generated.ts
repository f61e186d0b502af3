/** Texts that nobody writes, with every sign that one of the readers takes for something. */
import fc from 'fast-check'
import { type Benign, benign } from './description.ts'

const SIGNS = [...'$$$$(){}[]"\'\\\\,;:#%&*+-./<=>?@^_`|~! \t', 'DOLLAR', 'Process', 'ENV(', 'x', 'A1', '\xe9', '\xff']

const text = fc
  .array(fc.constantFrom(...SIGNS), { minLength: 1, maxLength: 12 })
  .map((signs) => signs.join(''))
  // Of these it is known what becomes of them: a line that continues, and a macro that is not there.
  .map((signs) => signs.replace(/\\+$/, ''))

/** A string of the ClassAd language. */
const quoted = text.map((signs) => `"${signs.replaceAll('"', '\\"')}"`)
const word = fc.oneof(quoted, fc.integer().map(String), fc.constantFrom('true', 'undefined', '1.5', 'A + B'))

const shared = fc
  .tuple(text, fc.array(word, { minLength: 1, maxLength: 3 }))
  .map(([args, words]) =>
    benign('', `arguments = ${args}\n${words.map((value, index) => `+W${index} = ${value}`).join('\n')}`),
  )

const row = fc.tuple(word, word).map(([first, second]) => `${first}\x1f${second}`)
const rows = fc
  .tuple(fc.constantFrom('+V = $(v)\nMY.W = $(w)', ''), fc.array(row, { minLength: 1, maxLength: 4 }))
  .map(([lines, items]) =>
    benign('', lines, `queue ${lines ? 'v,w' : 'MY.V,MY.W'} from (\n${items.join('\n')}\n)`),
  )

const items = fc
  .array(text, { minLength: 1, maxLength: 4 })
  .filter((all) => all.every((each) => !each.trim().startsWith(')')))
  .map((all) => benign('', '', `queue arguments from (\n${all.join('\n')}\n)`))

/** `count` of them; the seed is in their names. */
export function generated(count: number, seed: number): Benign[] {
  return fc
    .sample(fc.oneof(shared, rows, items), { numRuns: count, seed })
    .map((each, index) => ({ ...each, name: `seed ${seed}, ${index}: ${each.bytes.toString('latin1')}` }))
}
