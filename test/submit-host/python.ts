/** Runs Python on parts of the gate, the way the gate itself runs: isolated, standard library only. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export const SUBMIT_HOST = join(import.meta.dirname, '../../submit-host')

const PYTHON = '/usr/bin/python3'

/** What `program` (Python, with gate/ on its path) prints for `input`; throws with its traceback. */
export function python(program: string, input: string | Buffer = '', ...args: string[]): string {
  const path = `import sys; sys.dont_write_bytecode = True; sys.path.insert(0, ${JSON.stringify(join(SUBMIT_HOST, 'gate'))})\n`
  const { status, stdout, stderr, error } = spawnSync(
    PYTHON,
    ['-IS', '-c', path + program, ...args],
    { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  )
  if (error) throw error
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** The forced command itself with these bytes on stdin. */
export function gate(input: Buffer | string) {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-IS', join(SUBMIT_HOST, 'condor-gate')], {
    input,
    encoding: 'utf8',
    env: {},
  })
  return { status, stdout, stderr }
}
