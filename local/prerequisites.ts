/** What this machine needs before a local stack can start: Linux, root, and a few programs. */
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { attempt } from './command.ts'
import type { Progress } from './progress.ts'

/** Each program of the local stack and the Debian package that brings it. */
const STACK: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
}

const ALWAYS: Readonly<Record<string, string>> = {
  openssl: 'openssl',
  flock: 'util-linux',
  curl: 'curl',
  'ssh-keygen': 'openssh-client',
}

const APT = ['-o', 'DPkg::Lock::Timeout=300']

/**
 * Makes sure of them, as root by installing what is missing with apt-get. `stack` says whether a
 * local stack is wanted at all, or only the gateway in front of parts of the user's own.
 * Throws an Error whose message says exactly what to run otherwise.
 */
export async function checkPrerequisites(stack: boolean, progress: Progress): Promise<void> {
  const programs = stack ? { ...STACK, ...ALWAYS } : ALWAYS
  if (stack && process.platform !== 'linux') {
    throw new Error(
      `The local stack runs HTCondor and Ceph in Linux namespaces; this is ${process.platform}. ` +
        'Run it on Linux, or set PROC_SUBMIT_HOST and PROC_S3_ENDPOINT to use parts of your own.',
    )
  }
  const packages = await missingPackages(programs)
  const root = process.getuid?.() === 0
  const install = packages.length > 0 ? `apt-get install ${packages.join(' ')}` : ''
  if (stack && !root) {
    throw new Error(
      'The local stack needs root, for its own mount and pid namespaces. ' +
        `Run as root: ${install && `${install}, then `}npm start`,
    )
  }
  if (packages.length === 0) return
  if (!root) throw new Error(`Missing here: ${packages.join(', ')}. Run as root: ${install}`)
  progress.done(`Installing ${packages.join(' ')} with apt-get`)
  await installPackages(packages)
  const still = await missingPackages(programs)
  if (still.length) throw new Error(`Still missing after apt-get: ${still.join(' ')}`)
}

async function missingPackages(programs: Readonly<Record<string, string>>): Promise<string[]> {
  const missing = new Set<string>()
  for (const [program, name] of Object.entries(programs)) {
    if (!(await isOnPath(program))) missing.add(name)
  }
  return [...missing]
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}

/** Old or missing package lists are the usual reason for a failure: refresh them and try once more. */
async function installPackages(packages: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const args = [...APT, 'install', '--yes', '--no-install-recommends', ...packages]
  const manual = `Run as root: apt-get update && apt-get install ${packages.join(' ')}`
  const first = await attempt('apt-get', args, { env }).catch(() => {
    throw new Error(`apt-get is not here. Install ${packages.join(', ')} and start again`)
  })
  if (first.status === 0) return
  await attempt('apt-get', [...APT, 'update'], { env })
  const second = await attempt('apt-get', args, { env })
  if (second.status !== 0) throw new Error(`${second.stderr.trim()}\n${manual}`)
}
