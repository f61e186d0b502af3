/** Leads functions and submit host through proxies: their host keys and stores are made known for the time of a test. */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Store } from '../../local/buckets.ts'
import type { Output } from '../../local/command.ts'
import type { SubmitHost } from '../../local/service.ts'
import { type FaultProxy, startProxy } from './proxy.ts'

/** A running service under test. */
export interface Site {
  readonly store: Store
  readonly submitHost: SubmitHost
  /** What its functions were started with. */
  readonly functionEnvironment: NodeJS.ProcessEnv
  /** Runs a command on the submit host as root. */
  readonly run: (command: string, ...args: string[]) => Promise<Output>
}

/** A way of its own to submit host and store. */
export interface Detour {
  readonly ssh: FaultProxy
  readonly store: FaultProxy
  /** Settings for a function that goes this way; the submit host fetches its files this way too. */
  readonly settings: NodeJS.ProcessEnv
}

export interface Detours {
  readonly ways: readonly Detour[]
  /** Ends the proxies; all is as it was before. */
  close(): Promise<void>
}

const SETTINGS = '/etc/condor-gate.json'

export const clientOf = ({ endpoint, region, keys }: Store) =>
  new S3Client({ endpoint, region, forcePathStyle: true, ...(keys && { credentials: keys }) })

export async function startDetours(site: Site, count: number): Promise<Detours> {
  const { store, submitHost, run } = site
  const ways = await Promise.all(
    Array.from({ length: count }, async (): Promise<Detour> => {
      const ssh = await startProxy(submitHost.port)
      const objects = await startProxy(Number(new URL(store.endpoint).port))
      const settings = {
        ...site.functionEnvironment,
        PROC_SUBMIT_PORT: String(ssh.port),
        PROC_S3_ENDPOINT: `http://127.0.0.1:${objects.port}`,
      }
      return { ssh, store: objects, settings }
    }),
  )

  const s3 = clientOf(store)
  const object = { Bucket: store.configBucket, Key: 'known_hosts' }
  const { Body } = await s3.send(new GetObjectCommand(object))
  const knownHosts = (await Body?.transformToString()) ?? ''
  const key = knownHosts.trim().split('\n')[0]?.split(' ').slice(1).join(' ')
  const lines = ways.map(({ ssh }) => `[127.0.0.1]:${ssh.port} ${key}\n`)
  const putKnownHosts = (text: string) => s3.send(new PutObjectCommand({ ...object, Body: text }))

  const gate = (await run('cat', SETTINGS)).stdout
  const putGate = (text: string) => run('sh', '-c', `printf %s "$1" >${SETTINGS}`, 'sh', text)
  const { stores, ...rest } = JSON.parse(gate)
  const more = ways.map((way) => `http://127.0.0.1:${way.store.port}/`)

  await putKnownHosts(knownHosts + lines.join(''))
  await putGate(JSON.stringify({ ...rest, stores: [...stores, ...more] }))
  return {
    ways,
    async close() {
      await putKnownHosts(knownHosts)
      await putGate(gate)
      s3.destroy()
      await Promise.all(ways.flatMap((way) => [way.ssh.close(), way.store.close()]))
    },
  }
}
