/** An exclusive lock on a file, let go by the kernel when this process ends, however it ends. */
import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'

export interface Lock {
  release(): Promise<void>
}

/**
 * Takes the lock at `path`; `wait` says whether to wait for whoever holds it.
 * Without waiting, a lock that is held gives undefined.
 *
 * Node has no flock(2). So flock(1) holds it, for as long as the standard input we give it stays
 * open: the kernel closes our end even after SIGKILL.
 */
export async function takeLock(
  path: string,
  { wait }: { wait: boolean },
): Promise<Lock | undefined> {
  const holder = spawn(
    'flock',
    [...(wait ? [] : ['--nonblock']), path, 'sh', '-c', 'echo held; exec cat'],
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true },
  )
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()))
  const held = await new Promise<boolean>((resolve, reject) => {
    holder.once('error', reject)
    holder.stdout.once('data', () => resolve(true))
    holder.once('close', () => resolve(false))
  })
  if (!held) return undefined
  await writeFile(path, `${process.pid}\n`)
  holder.stdout.destroy()
  holder.unref()
  return {
    async release() {
      holder.ref()
      holder.stdin.end()
      await ended
    },
  }
}

/** The process that wrote its number into a lock it holds, for messages. */
export async function holderOf(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim() || 'unknown'
}
