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

/**
 * What sudo runs as the account, `reader` or `submitter`, with `home` as the account's home and these bytes on stdin.
 * `change`: Python that changes the part beforehand.
 */
export function asAccount(part: string, home: string, input: Buffer | string, change = '') {
  const program = `
import json, os, pwd
import ${part}
${change}
class Entry: pw_dir = ${JSON.stringify(home)}; pw_name = "root"
pwd.getpwuid = lambda uid: Entry
stdin, stdout, stderr = map(os.memfd_create, ('in', 'out', 'err'))
os.write(stdin, sys.stdin.buffer.read()); os.lseek(stdin, 0, 0)
pid = os.fork()
if pid == 0:
    os.dup2(stdin, 0); os.dup2(stdout, 1); os.dup2(stderr, 2)
    ${part}.serve()
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
text = lambda fd: os.pread(fd, 1 << 20, 0).decode()
print(json.dumps({'status': status, 'out': text(stdout), 'err': text(stderr)}))
`
  return JSON.parse(python(program, input)) as { status: number; out: string; err: string }
}
