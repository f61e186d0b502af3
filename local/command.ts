/** Runs programs of this machine, and says in one line which one failed and why. */
import { spawn } from 'node:child_process'

export interface Output {
  status: number
  stdout: string
  stderr: string
}

/** Runs a program to its end whatever its exit status; a signal counts as 128 + its usual number, 137 for want of better. */
export function attempt(
  command: string,
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; timeout?: number } = {},
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'pipe',
      ...(options.env && { env: options.env }),
      ...(options.timeout && { timeout: options.timeout, killSignal: 'SIGKILL' }),
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on('error', () => {}) // a program that does not read its input is no failure of ours
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({
        status: code ?? 137,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    )
    child.stdin.end(options.input)
  })
}

/** Runs a program that has to succeed and gives its standard output; throws with its last words otherwise. */
export async function run(
  command: string,
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; timeout?: number } = {},
): Promise<string> {
  const { status, stdout, stderr } = await attempt(command, args, options)
  if (status === 0) return stdout
  const words = (stderr.trim() || stdout.trim()).split('\n').slice(-5).join('\n')
  throw new Error(`${command} ${args[0] ?? ''} failed with status ${status}: ${words}`)
}
