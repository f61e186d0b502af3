/** Runs serverless-offline with the local gateway as a process of its own. */
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const PROJECT = join(import.meta.dirname, '..')

export interface Offline {
  /** Resolves when both listeners listen; rejects when it ended before. */
  ready: Promise<void>
  ended: Promise<void>
  stop: () => Promise<void>
}

const GRACE = 8_000 // ms until it is ended by force

/**
 * `env` is its whole environment; its words go to `log`, or to the terminal where that is undefined.
 * `onLine` gets each line too.
 */
export async function startOffline(
  env: NodeJS.ProcessEnv,
  log: string | undefined,
  onLine: (line: string) => void,
): Promise<Offline> {
  const file = log === undefined ? undefined : createWriteStream(log)
  const out = file ? 'pipe' : 'inherit'
  const osls = join(PROJECT, 'node_modules/serverless/bin/serverless.js')
  const child = spawn(lambdaNode(), [osls, 'offline', 'start'], {
    cwd: PROJECT,
    env: { ...env, PROC_LOCAL_CHILD: 'yes' },
    // It ends itself when the channel closes, which is when this process ends in whatever way.
    stdio: ['ignore', out, out, 'ipc'],
    detached: true, // Ctrl-C reaches us alone
  })
  if (file) {
    for (const words of [child.stdout, child.stderr]) {
      words?.pipe(file, { end: false })
      if (words) createInterface(words).on('line', onLine)
    }
  }
  let signal: NodeJS.Signals = 'SIGKILL' // while it loads it would hear no other, and has nothing to lose
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ready = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('message', () => {
      signal = 'SIGINT'
      resolve()
    })
    void ended.then(() =>
      reject(
        new Error(`serverless-offline ended early; ${log ? `its log is ${log}` : 'see above'}`),
      ),
    )
  })
  ready.catch(() => {}) // may fail before anyone waits
  return {
    ready,
    ended,
    async stop() {
      child.kill(signal)
      const overdue = setTimeout(() => child.kill('SIGKILL'), GRACE)
      await ended
      clearTimeout(overdue)
    },
  }
}

/** The Node that `npm ci` brought, the runtime on Lambda; this process may run under another. */
function lambdaNode(): string {
  const bundled = join(PROJECT, 'node_modules/.bin/node')
  return existsSync(bundled) ? bundled : process.execPath
}
