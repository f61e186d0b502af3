/** The whole service on this machine: submit host, object store, functions and gateway. */
import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { StandInFile } from '../test/vospace/stand-in-files.ts'
import { prepareCertificates } from './authority.ts'
import { checkBuckets, fillBuckets, type Store } from './buckets.ts'
import { bundle } from './bundle.ts'
import { run } from './command.ts'
import { knownHosts, prepareKey, prepareUsers } from './config.ts'
import { environment } from './environment.ts'
import { STORE_KEYS, STORE_REGION } from './host/ceph.ts'
import { debianRoot } from './host/root.ts'
import { type Stack, startStack } from './host/stack.ts'
import { holderOf, takeLock } from './lock.ts'
import { startOffline } from './offline.ts'
import { Parts } from './parts.ts'
import { freePorts, isFree } from './ports.ts'
import { checkPrerequisites } from './prerequisites.ts'
import { type Progress, silent } from './progress.ts'
import { selfCheck } from './self-check.ts'
import { type LocalSettings, readLocalSettings } from './settings.ts'
import { startLocalVospace, vospaceEnvironment } from './vospace.ts'

export interface ServiceOptions extends Partial<LocalSettings> {
  /** Whether jobs and objects of the last run stay. */
  keep?: boolean
  /** Whether the functions' words go to the terminal instead of the files in `dir`/log. */
  verbose?: boolean
  /** Files of the local VOSpace, beside those of the documentation. */
  vospaceFiles?: Readonly<Record<string, StandInFile>>
  /** More settings for the functions. */
  functionSettings?: NodeJS.ProcessEnv
  /** Gets each line of the functions' log, as they write it. */
  onLine?: (line: string) => void
  progress?: Progress
  /** Aborting ends a start that is under way. */
  signal?: AbortSignal
}

export interface SubmitHost {
  host: string
  port: number
  user: string
  keyFile: string
}

export interface Service {
  /** `https://localhost:PORT`; client certificate optional. */
  url: string
  /** `http://localhost:PORT`. */
  httpUrl: string
  dir: string
  /** Folder with ca.pem and the clients' alice.pem, bob.pem, carol.pem, dave.pem, erin.pem, mallory.pem. */
  certs: string
  /** Undefined where submit host and store are both the user's own. */
  stack: Stack | undefined
  store: Store
  submitHost: SubmitHost
  /** What the functions were started with: a test can run one of them by itself. */
  functionEnvironment: NodeJS.ProcessEnv
  /** Rejects when a part ends without being asked to. */
  broken: Promise<never>
  stop(): Promise<void>
}

const CONFIG_OBJECTS = ['grid-mapfile', 'htpasswd', 'known_hosts', 'truststore.pem']

/**
 * Starts everything and resolves when it works, checked by asking it. Options win over the
 * environment. When it rejects, all that was started has ended.
 */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const parts = new Parts()
  const aborted = new Promise<never>((_, reject) => {
    const tell = () => reject(new Error('stopped before it was ready'))
    if (options.signal?.aborted) tell()
    options.signal?.addEventListener('abort', tell)
  })
  try {
    const service = await Promise.race([assemble(options, parts), aborted, parts.broken])
    return { ...service, broken: parts.broken, stop: () => parts.stop() }
  } catch (error) {
    await parts.stop()
    throw error
  }
}

async function assemble(
  options: ServiceOptions,
  parts: Parts,
): Promise<Omit<Service, 'broken' | 'stop'>> {
  const settings = { ...readLocalSettings(), ...options }
  const { keep = false, verbose = false, progress = silent } = options
  const dir = resolve(settings.dir)
  const wantsStack = !settings.submitHost || !settings.storeEndpoint
  await checkPrerequisites(wantsStack, progress)

  await mkdir(join(dir, 'log'), { recursive: true })
  const lock = await takeLock(join(dir, 'lock'), { wait: false })
  if (!lock) {
    const holder = await holderOf(join(dir, 'lock'))
    throw new Error(
      `A local service already runs in ${dir} (process ${holder}): stop it, or set PROC_LOCAL_DIR to another folder`,
    )
  }
  await parts.add('The lock', () => lock.release())
  const httpsPort = await listenerPort('PROC_HTTPS_PORT', settings.httpsPort)
  const httpPort = await listenerPort('PROC_HTTP_PORT', settings.httpPort)

  const certs = join(dir, 'certs')
  const key = join(dir, 'ssh', 'id_ed25519')
  const made = Promise.all([
    prepareCertificates(certs),
    prepareUsers(join(dir, 'config')),
    bundle(),
  ])
  made.catch(() => {})
  await prepareKey(key)

  let stack: Stack | undefined
  if (wantsStack) {
    const root = await debianRoot(settings.suite, progress)
    progress.now('Submit host and object store  starting')
    stack = await startStack({
      dir: join(dir, 'stack'),
      root,
      submitHost: join(import.meta.dirname, '..', 'submit-host'),
      publicKey: settings.submitHost ? undefined : `${key}.pub`,
      store: settings.storeEndpoint,
      keep,
      log: join(dir, 'log', 'stack.log'),
    })
    await parts.add('The local stack', stack.stop, stack.ended)
  }
  const submitHost = settings.submitHost ?? {
    host: '127.0.0.1',
    port: stack?.ports.ssh ?? 0,
    user: 'condorweb',
    keyFile: key,
  }
  const store: Store = {
    endpoint: settings.storeEndpoint ?? `http://127.0.0.1:${stack?.ports.store}`,
    region: settings.storeEndpoint ? settings.storeRegion : STORE_REGION,
    stagingBucket: settings.stagingBucket,
    configBucket: settings.configBucket,
    keys: settings.storeEndpoint ? undefined : STORE_KEYS,
  }

  await made
  const { SUDO_UID, SUDO_GID } = process.env
  if (SUDO_UID) await run('chown', ['-R', `${SUDO_UID}:${SUDO_GID}`, certs]) // who will use curl
  const local = environment({ submitHost, store, httpsPort, httpPort, certs })
  if (!process.env.PROC_VOS_REGISTRY) {
    const vospace = await startLocalVospace(certs, options.vospaceFiles)
    await parts.add('The local VOSpace', vospace.stop)
    Object.assign(local, vospaceEnvironment(vospace, certs))
  }
  const functionEnvironment = { ...local, ...options.functionSettings }
  const offline = await startOffline(
    functionEnvironment,
    verbose ? undefined : join(dir, 'log'),
    options.onLine ?? (() => {}),
  )
  await parts.add('serverless-offline', offline.stop, offline.ended)

  const pinned = async () => {
    if (stack && !settings.submitHost) return knownHosts(stack)
    const file = settings.submitHost?.knownHostsFile
    return file ? readFile(file, 'utf8') : ''
  }
  const filled = async () => {
    if (settings.storeEndpoint) return checkBuckets(store, CONFIG_OBJECTS.slice(0, 3))
    await stack?.cephStarted
    await fillBuckets(store, {
      'grid-mapfile': await readFile(join(dir, 'config', 'grid-mapfile'), 'utf8'),
      htpasswd: await readFile(join(dir, 'config', 'htpasswd'), 'utf8'),
      known_hosts: await pinned(),
      'truststore.pem': await readFile(join(certs, 'ca.pem'), 'utf8'),
    })
    progress.done(`Object store  ${store.endpoint}`)
  }
  const submitHostReady = async () => {
    await stack?.condorReady
    progress.done(`Submit host  ${submitHost.user}@${submitHost.host}:${submitHost.port}`)
  }
  await Promise.all([filled(), submitHostReady(), offline.ready])
  const url = `https://localhost:${httpsPort}`
  // the accounts of a store of the user's own are not ours to know
  await selfCheck(url, certs, store.keys && 'alice')
  const httpUrl = `http://localhost:${httpPort}`
  return { url, httpUrl, dir, certs, stack, store, submitHost, functionEnvironment }
}

async function listenerPort(name: string, port: number): Promise<number> {
  if (port === 0) return (await freePorts(1))[0] ?? 0
  if (await isFree(port)) return port
  throw new Error(`Port ${port} is taken: set ${name} to another`)
}
