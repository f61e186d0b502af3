/** Remembers the stack's first process, so that the next start ends one that was left behind. */
import type { ChildProcess } from 'node:child_process'
import { readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

interface Running {
  pid: number
  /** Clock ticks from boot to the start of the process: a number that was used again shows another. */
  started: string
}

/** Finds the first process of the pid namespace, the only child of unshare, and writes it down. */
export async function markRunning(dir: string, unshare: ChildProcess): Promise<number> {
  for (let tries = 0; tries < 500 && unshare.pid && unshare.exitCode === null; tries++) {
    const children = await readFile(
      `/proc/${unshare.pid}/task/${unshare.pid}/children`,
      'utf8',
    ).catch(() => '')
    const pid = Number(children.trim())
    if (pid && (await rootOf(pid)) === join(dir, 'root')) {
      await writeFile(file(dir), JSON.stringify({ pid, started: await startOf(pid) }))
      return pid
    }
    await sleep(20)
  }
  throw new Error(
    'The local stack did not start: mounts are not allowed here, or this folder cannot hold an overlay',
  )
}

/** Ends a stack in `dir` that is still running or still stopping; the caller holds the lock of `dir`. */
export async function endLeftover(dir: string): Promise<void> {
  const text = await readFile(file(dir), 'utf8').catch(() => undefined)
  if (text === undefined) return
  const { pid, started } = JSON.parse(text) as Running
  const alive = async () =>
    (await startOf(pid)) === started && (await rootOf(pid)) === join(dir, 'root')
  for (const [signal, tries] of [
    ['SIGTERM', 200],
    ['SIGKILL', 100],
  ] as const) {
    if (!(await alive())) break
    process.kill(pid, signal)
    for (let n = 0; n < tries && (await alive()); n++) await sleep(50)
  }
  if (await alive()) throw new Error(`Process ${pid} of an earlier start does not end`)
  await rm(file(dir), { force: true })
}

const file = (dir: string) => join(dir, 'running.json')

const rootOf = (pid: number) => readlink(`/proc/${pid}/root`).catch(() => undefined)

/** Field 22 of /proc/PID/stat; the command in field 2 may hold blanks and brackets. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}
