/** The Debian root that the local stack runs in: HTCondor, sshd and Ceph, built once and cached. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, mkdir, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { attempt, run } from '../command.ts'
import { takeLock } from '../lock.ts'
import type { Progress } from '../progress.ts'

/** Change it when the recipe below changes in a way that the lists do not show. */
const VERSION = 1

const SUITES = ['trixie', 'forky', 'sid']

const PACKAGES = [
  ...['minicondor', 'openssh-server', 'sudo', 'passwd', 'curl', 'ca-certificates', 'python3'],
  // `install --check` logs in with it; forky's server does not bring it along.
  'openssh-client',
  ...['procps', 'iproute2', 'mount', 'radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'],
  // What HTCondor starts as MAIL, with the smallest mail system that only queues: its sender is a daemon, which nothing
  // starts in here, so no mail can leave this machine.
  ...['bsd-mailx', 'nullmailer'],
]

const OPTIONS = [
  '--mode=root',
  '--variant=essential',
  '--format=directory',
  // sid's and forky's lists can be past their date where a mirror lags behind
  '--aptopt=Acquire::Check-Valid-Until "false"',
  '--aptopt=APT::Install-Recommends "false"',
  '--dpkgopt=path-exclude=/usr/share/man/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
  '--dpkgopt=path-exclude=/usr/share/doc/*',
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  '--dpkgopt=force-unsafe-io',
]

/**
 * The path of the cached root of that suite, built now (about a minute) if it is not there yet.
 * It is the lower side of an overlay and is never written to.
 */
export async function debianRoot(suite: string, progress: Progress): Promise<string> {
  if (!SUITES.includes(suite)) {
    throw new Error(`PROC_LOCAL_SUITE is ${suite}; it can be ${SUITES.join(', ')}`)
  }
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'canfar-proc')
  const roots = join(cache, 'roots')
  const recipe = JSON.stringify([VERSION, suite, PACKAGES, OPTIONS])
  const root = join(
    roots,
    `${suite}-${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}`,
  )
  if (await exists(root)) return root

  await mkdir(roots, { recursive: true, mode: 0o755 })
  const lock = await waitForLock(`${root}.lock`, progress)
  try {
    if (!(await exists(root))) await build(suite, root, progress)
  } finally {
    await lock?.release()
  }
  return root
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

async function waitForLock(path: string, progress: Progress) {
  const free = await takeLock(path, { wait: false })
  if (free) return free
  progress.done('Debian root  another start is building it; waiting')
  return takeLock(path, { wait: true })
}

/** Built under another name and renamed, so that a build that was cut off is never taken for a root. */
async function build(suite: string, root: string, progress: Progress): Promise<void> {
  const unfinished = `${root}.tmp`
  await run('rm', ['-rf', '--one-file-system', unfinished])
  const mirror = await debianMirror()
  const started = Date.now()
  const args = [
    ...OPTIONS,
    '--verbose',
    `--include=${PACKAGES.join(',')}`,
    suite,
    unfinished,
    mirror,
  ]
  progress.done(`Debian root  building ${suite} with HTCondor and Ceph, once, into ${root}`)
  await mmdebstrap(args, `${root}.log`, (step) => {
    const seconds = Math.round((Date.now() - started) / 1000)
    progress.now(`Debian root  ${seconds} s  ${step}`)
  })
  await rename(unfinished, root)
}

/** Runs it with its own words in a log, reporting how many packages are fetched, unpacked and set up. */
async function mmdebstrap(args: string[], log: string, report: (step: string) => void) {
  // Namespaces of its own, that die with us: no mount and no process outlives a start that is killed.
  const alone = [
    '--pdeathsig',
    'KILL',
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ]
  const child = spawn('setpriv', [...alone, 'mmdebstrap', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // Ctrl-C is ours to handle
  })
  const file = createWriteStream(log)
  const counts = new Map<string, number>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      file.write(`${line}\n`)
      const step = /^(Get|Unpacking|Setting up)\b/.exec(line)?.[1]
      if (!step) return
      counts.set(step, (counts.get(step) ?? 0) + 1)
      report(
        `packages: ${counts.get('Get') ?? 0} fetched, ${counts.get('Unpacking') ?? 0} unpacked, ` +
          `${counts.get('Setting up') ?? 0} set up`,
      )
    })
  }
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (status !== 0) throw new Error(`mmdebstrap failed with status ${status}; its log is ${log}`)
  } finally {
    file.end()
  }
}

/** The mirror that this machine's own apt uses, or PROC_LOCAL_MIRROR. */
async function debianMirror(): Promise<string> {
  const set = process.env.PROC_LOCAL_MIRROR
  if (set) return set
  const find = async () => {
    const { stdout } = await attempt('apt-get', [
      'indextargets',
      '--format',
      '$(REPO_URI)',
      'Created-By: Packages',
      'Origin: Debian',
      'Label: Debian',
    ])
    return stdout.split('\n').find(Boolean)
  }
  let mirror = await find()
  if (!mirror) {
    await attempt('apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'update']) // no lists yet
    mirror = await find()
  }
  if (!mirror) {
    throw new Error(
      'No Debian mirror in the configuration of apt here: set PROC_LOCAL_MIRROR to the URL of one',
    )
  }
  return mirror
}
