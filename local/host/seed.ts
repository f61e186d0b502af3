/** What a run brings into the Debian root: its ports, configuration files, scripts and submit-host/. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { withoutSlashes } from '../../lib/request/slashes.ts'
import { run } from '../command.ts'
import { freePorts, isFree } from '../ports.ts'
import { type CephPorts, CLUSTER, cephConfig, STORE_KEYS } from './ceph.ts'
import { condorConfig, HOSTNAME, HOSTS, SSHD_OPTIONS, sshdConfig } from './condor.ts'

export interface StackPorts extends CephPorts {
  ssh: number
  condor: number
}

export interface SeedOptions {
  dir: string
  submitHost: string
  publicKey: string | undefined
  store: string | undefined
}

/**
 * Fresh free ports, or those of the run that is kept: the address of Ceph's monitor is part of its
 * data. Empties the run's layer unless it is kept.
 */
export async function stackPorts(dir: string, root: string, keep: boolean): Promise<StackPorts> {
  const remembered = join(dir, 'kept.json')
  if (keep) {
    const last = await readFile(remembered, 'utf8').catch(() => undefined)
    if (last !== undefined) {
      const { root: lastRoot, ports } = JSON.parse(last) as { root: string; ports: StackPorts }
      if (lastRoot !== root)
        throw new Error(`--keep: the last run used ${lastRoot}. Start without --keep`)
      for (const port of Object.values(ports) as number[]) {
        if (!(await isFree(port))) {
          throw new Error(
            `--keep: port ${port} of the last run is taken. Free it, or start without --keep`,
          )
        }
      }
      return ports
    }
  }
  await run('rm', [
    '-rf',
    '--one-file-system',
    ...['upper', 'work', 'kept.json'].map((name) => join(dir, name)),
  ])
  const [ssh = 0, condor = 0, monitor = 0, monitorLegacy = 0, store = 0] = await freePorts(5)
  const ports = { ssh, condor, monitor, monitorLegacy, store }
  await mkdir(dir, { recursive: true })
  await writeFile(remembered, JSON.stringify({ root, ports }))
  return ports
}

/** Fills `dir`/seed, which enter.sh mounts as /local; init.sh starts the parts it finds something for. */
export async function prepareSeed(
  { dir, submitHost, publicKey, store }: SeedOptions,
  ports: StackPorts,
): Promise<void> {
  const seed = join(dir, 'seed')
  await run('rm', ['-rf', '--one-file-system', seed])
  for (const name of ['upper', 'work', 'root', 'seed']) {
    await mkdir(join(dir, name), { recursive: true })
  }
  const files: Record<string, string> = {
    'files/etc/hostname': `${HOSTNAME}\n`,
    'files/etc/hosts': HOSTS,
    'files/etc/resolv.conf': '',
    'files/etc/condor/config.d/99-local': condorConfig(ports.condor),
    'files/etc/ssh/sshd_config.d/00-local.conf': sshdConfig(ports.ssh),
    'files/etc/default/ssh': SSHD_OPTIONS,
    'files/etc/ceph/local.conf': cephConfig(ports),
    store: `${withoutSlashes(store ?? `http://127.0.0.1:${ports.store}`)}/`,
    ...(store === undefined && { 'ceph.env': cephSettings(ports) }),
  }
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(seed, name)), { recursive: true })
    await writeFile(join(seed, name), content)
  }
  for (const script of ['init.sh', 'unit.sh', 'ceph.sh']) {
    await cp(join(import.meta.dirname, script), join(seed, script))
  }
  if (publicKey) {
    await cp(publicKey, join(seed, 'key.pub'))
    await cp(submitHost, join(seed, 'submit-host'), { recursive: true })
  }
}

/** Shell variables of ceph.sh. */
const cephSettings = (ports: StackPorts) => `CLUSTER=${CLUSTER}
MONITOR=${ports.monitor}
ADDRESSES=[v2:127.0.0.1:${ports.monitor},v1:127.0.0.1:${ports.monitorLegacy}]
ACCESS_KEY=${STORE_KEYS.accessKeyId}
SECRET_KEY=${STORE_KEYS.secretAccessKey}
`
