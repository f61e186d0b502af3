/** What the modules of lib/ give to others. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'

const LIB = join(import.meta.dirname, '../../lib')
/** Those do nothing; the patterns among them are judged by `npm run check`. */
const CONSTANT = /^[A-Z][A-Z0-9_]*$/

/** `request/form#readForm`: all but types and constants, which have names in capitals. */
export function exportsOfLib(): string[] {
  const files = globSync('**/*.ts', { cwd: LIB }).sort()
  return files.flatMap((file) => {
    const { module } = parseSync(file, readFileSync(join(LIB, file), 'utf8'))
    return module.staticExports
      .flatMap(({ entries }) => entries)
      .filter(({ isType }) => !isType)
      .map(({ exportName }) => exportName.name ?? exportName.kind)
      .filter((name) => !CONSTANT.test(name))
      .map((name) => `${file.slice(0, -'.ts'.length)}#${name}`)
  })
}
