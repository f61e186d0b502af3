/** `npm run check`: types, style, and that no regular expression takes more than linear time. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { patternFindings } from './patterns/findings.ts'

/** Runs a program whose output is for the terminal; where it fails, this process ends with its status. */
export function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

export async function check(): Promise<void> {
  run('tsc', ['-p', '.'])
  run('biome', ['check', '--error-on-warnings', '.'])
  const findings = await patternFindings(join(import.meta.dirname, '..'))
  for (const finding of findings) console.error(finding)
  if (findings.length > 0) process.exit(1)
}

if (import.meta.main) await check()
