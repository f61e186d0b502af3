/** Runs serverless-offline with the local gateway as a process of its own. */
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Arriving } from '../lib/arriving.ts'

const PROJECT = join(import.meta.dirname, '..')

export interface Offline {
  /** Resolves when both listeners listen; rejects when it ended before. */
  ready: Promise<void>
  ended: Promise<void>
  stop: () => Promise<void>
}

const GRACE = 8_000 // ms until it is ended by force

/**
 * `env` is its whole environment. The functions' lines of JSON go to `logs`/functions.log, all other words to
 * `logs`/offline.log; or everything to the terminal where `logs` is undefined. `onLine` gets each line too.
 */
export async function startOffline(
  env: NodeJS.ProcessEnv,
  logs: string | undefined,
  onLine: (line: string) => void,
): Promise<Offline> {
  const log = logs === undefined ? undefined : join(logs, 'offline.log')
  const out = logs === undefined ? 'inherit' : 'pipe'
  const osls = join(PROJECT, 'node_modules/serverless/bin/serverless.js')
  const child = spawn(lambdaNode(), [osls, 'offline', 'start'], {
    cwd: PROJECT,
    env: { ...env, PROC_LOCAL_CHILD: 'yes' },
    // It ends itself when the channel closes, which is when this process ends in whatever way.
    stdio: ['ignore', out, out, 'ipc'],
    detached: true, // Ctrl-C reaches us alone
  })
  if (logs !== undefined && log !== undefined) {
    const [functions, others] = [join(logs, 'functions.log'), log].map((file) =>
      createWriteStream(file),
    )
    for (const words of [child.stdout, child.stderr]) {
      if (!words) continue
      eachLine(words, (line) => {
        const file = isEvent(line) ? functions : others
        file?.write(`${line}\n`)
        onLine(line)
      })
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

/** A line that a function wrote, see lib/log/log.ts. */
const isEvent = (line: string) => line.startsWith('{"time":') && line.endsWith('}')

/** Lines end with a newline alone: node:readline also ends them at signs that users may have written. */
function eachLine(words: Readable, onLine: (line: string) => void): void {
  const arriving = new Arriving('\n')
  words.setEncoding('utf8')
  words.on('data', (text: string) => {
    const [rest = '', ...lines] = (arriving.add(text) ?? '').split('\n').reverse()
    for (const line of lines.reverse()) onLine(line)
    if (lines.length > 0) arriving.keep(rest)
  })
  words.on('end', () => {
    const rest = arriving.rest()
    if (rest !== '') onLine(rest)
  })
}

/** The Node that `npm ci` brought, the runtime on Lambda; this process may run under another. */
function lambdaNode(): string {
  const bundled = join(PROJECT, 'node_modules/.bin/node')
  return existsSync(bundled) ? bundled : process.execPath
}
