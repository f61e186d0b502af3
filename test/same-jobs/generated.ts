/** Texts that nobody writes, with every sign that one of the readers takes for something. */
import fc from 'fast-check'
import { type Benign, benign } from './description.ts'

const SIGNS = [
  ...'(){}[]"\'\\,;:#%&*+-./<=>?@^_`|~! \t\xe9\xffx',
  ...[
    '$',
    '$$',
    '$$$',
    '$(',
    '$$(',
    '$x',
    '$(DOLLAR)',
    '$(Process)',
    '$$(A1)',
    '$ENV(HOME)',
    '$Fn(x)',
    '\\"',
    ', ',
  ],
]

const text = fc
  .array(fc.constantFrom(...SIGNS), { minLength: 1, maxLength: 12 })
  .map((signs) => signs.join(''))
  // Such a line would continue.
  .map((signs) => signs.replace(/\\+$/, ''))

/** A string of the ClassAd language. */
const quoted = text.map((signs) => `"${signs.replaceAll('"', '\\"')}"`)
const word = fc.oneof(
  quoted,
  fc.integer().map(String),
  fc.constantFrom('true', 'undefined', '1.5', 'A+B'),
)

const shared = fc
  .tuple(text, fc.array(word, { minLength: 1, maxLength: 3 }))
  .map(([args, words]) =>
    benign(
      '',
      `arguments = ${args}\n${words.map((value, index) => `+W${index} = ${value}`).join('\n')}`,
    ),
  )

/** A blank or a comma ends the first column. */
const cell = word.filter((value) => !/[ ,\t]/.test(value))
const row = fc.tuple(cell, word).map(([first, second]) => `${first} ${second}`)
const rows = fc
  .tuple(
    fc.constantFrom('+V = $(v)\nMY.W = $(w)', ''),
    fc.array(row, { minLength: 1, maxLength: 4 }),
  )
  .map(([lines, items]) =>
    benign('', lines, `queue ${lines ? 'v,w' : 'MY.V,MY.W'} from (\n${items.join('\n')}\n)`),
  )

const items = fc
  .array(text, { minLength: 1, maxLength: 4 })
  .filter((all) => all.every((each) => !each.trim().startsWith(')')))
  .map((all) => benign('', '', `queue arguments from (\n${all.join('\n')}\n)`))

/** `count` of them; the seed is in their names. */
export function generated(count: number, seed: number): Benign[] {
  return fc.sample(fc.oneof(shared, rows, items), { numRuns: count, seed }).map((each, index) => ({
    ...each,
    name: `seed ${seed}, ${index}: ${each.bytes.toString('latin1')}`,
  }))
}
