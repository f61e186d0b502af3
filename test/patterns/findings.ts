/** What is wrong with the patterns of the code that reads text of users, of the schedd and of VOSpace. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultOf } from './linear.ts'
import { patternsOf } from './source.ts'

const FOLDERS = ['functions', 'lib', 'local']

/** A line for each fault: `lib/x.ts:12: …`. `project` is the folder of package.json. */
export async function patternFindings(project: string): Promise<string[]> {
  const files = globSync(`{${FOLDERS}}/**/*.ts`, { cwd: project }).sort()
  const found = await Promise.all(
    files.map((file) => findingsIn(file, readFileSync(join(project, file), 'utf8'))),
  )
  return found.flat()
}

export async function findingsIn(file: string, text: string): Promise<string[]> {
  const { patterns, hidden } = patternsOf(file, text)
  const faults = await Promise.all(
    patterns.map(async (pattern) => {
      const fault = await faultOf(pattern)
      return fault && `${file}:${pattern.line}: ${fault}`
    }),
  )
  return [
    ...hidden.map((line) => `${file}:${line}: a pattern that is not a literal cannot be judged`),
    ...faults.filter((fault) => fault !== undefined),
  ]
}
