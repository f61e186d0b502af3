/**
 * The local submit host and object store: one Debian root in namespaces of its own, on loopback.
 * Nothing of it outlives this process: its first process watches a pipe from here.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { attempt, type Output } from '../command.ts'
import { endLeftover, markRunning } from './leftover.ts'
import { prepareSeed, type StackPorts, stackPorts } from './seed.ts'

export interface StackOptions {
  /** Folder of the stack's own files; made if missing. */
  dir: string
  /** The cached Debian root, see `debianRoot`. */
  root: string
  /** The folder submit-host/ of this project. */
  submitHost: string
  /** Path of the OpenSSH public key that the service comes with; undefined leaves HTCondor and sshd out. */
  publicKey: string | undefined
  /** URL of a store of the user's own; undefined means Ceph here. */
  store: string | undefined
  /** Whether jobs and objects of the last run stay. */
  keep: boolean
  /** Path of the log of everything that runs inside. */
  log: string
}

export interface Stack {
  /** Its first process, as this machine numbers it: what `runIn` needs. */
  pid: number
  ports: StackPorts
  /** Runs a command inside as root; resolves whatever its exit status. */
  run(command: string, ...args: string[]): Promise<Output>
  /** Resolves when HTCondor takes jobs and sshd listens; rejects when it cannot start. */
  condorReady: Promise<void>
  /** Resolves when radosgw is started (it may take seconds more to answer); rejects when it cannot. */
  cephStarted: Promise<void>
  /** Resolves when the stack has ended, asked to or not. */
  ended: Promise<void>
  stop: () => Promise<void>
}

const GRACE = 15_000 // ms that the daemons have to end by themselves

export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, root } = options
  await endLeftover(dir)
  const ports = await stackPorts(dir, root, options.keep)
  await prepareSeed(options, ports)

  const log = await open(options.log, 'w')
  const apart = [
    '--mount',
    '--pid',
    '--uts',
    '--ipc',
    '--fork',
    '--kill-child',
    '--propagation',
    'private',
  ]
  const enter = join(import.meta.dirname, 'enter.sh')
  // A session of its own: Ctrl-C in the terminal reaches us alone, and we stop it in order.
  const child = spawn('unshare', [...apart, 'bash', enter, root, dir], {
    stdio: ['pipe', 'pipe', log.fd],
    detached: true,
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  child.once('error', () => {})
  await log.close()

  const { reached } = readEvents(child, ended, options.log)
  const condorReady = options.publicKey
    ? reached('ready condor').then(() => listening(ports.ssh))
    : Promise.resolve()
  const cephStarted = options.store ? Promise.resolve() : reached('ready ceph')
  for (const promise of [condorReady, cephStarted]) promise.catch(() => {}) // may fail before anyone waits

  const stop = async () => {
    child.stdin?.end()
    const overdue = setTimeout(() => child.kill('SIGKILL'), GRACE)
    await ended
    clearTimeout(overdue)
  }
  try {
    const first = await markRunning(dir, child)
    return { pid: first, ports, condorReady, cephStarted, ended, stop, run: runIn(first) }
  } catch (error) {
    await stop()
    throw new Error(`${error instanceof Error ? error.message : error}; the log is ${options.log}`)
  }
}

/** Gives the `run` of the stack with that first process, also to another process than its starter. */
export const runIn =
  (pid: number): Stack['run'] =>
  (command, ...args) =>
    attempt('nsenter', inside(pid, command, args))

/** Arguments of nsenter that run a command as root in the namespaces of that process. */
const inside = (pid: number, command: string, args: string[]) => [
  ...['-t', String(pid), '-m', '-p', '-u', '-i', `--root=/proc/${pid}/root`],
  // the working directory is still one outside of the root
  ...[
    'env',
    '--chdir=/',
    '-i',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ],
  ...['LANG=C.UTF-8', 'HOME=/root', command, ...args],
]

/** What init.sh tells on its standard output, as promises. */
function readEvents(child: ChildProcess, ended: Promise<void>, log: string) {
  const told = new Set<string>()
  const waiting = new Set<() => void>()
  let over = false
  const wake = () => {
    for (const check of waiting) check()
  }
  if (child.stdout) {
    createInterface(child.stdout).on('line', (line) => {
      told.add(line)
      wake()
    })
  }
  void ended.then(() => {
    over = true
    wake()
  })
  return {
    reached: (event: string) =>
      new Promise<void>((resolve, reject) => {
        const check = () => {
          const failure = [...told].find((line) => line.startsWith('failed'))
          if (told.has(event)) resolve()
          else if (failure)
            reject(new Error(`${failure.replace('failed ', '')} failed; the log is ${log}`))
          else if (over)
            reject(new Error(`The local stack ended before it told ${event}; the log is ${log}`))
          else return
          waiting.delete(check)
        }
        waiting.add(check)
        check()
      }),
  }
}

/** Waits until something listens on that port of 127.0.0.1, at most 10 s. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    await sleep(50)
  }
  throw new Error(`Nothing listens on port ${port} of 127.0.0.1`)
}
