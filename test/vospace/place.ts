/** A started stand-in over TLS, and settings with which the client may read from it. */
import { buffer } from 'node:stream/consumers'
import { Problem } from '../../lib/problem.ts'
import { openVosFile, type VospaceSettings } from '../../lib/staging/vospace.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { startVospace, type Vospace, type VospaceOptions } from './stand-in.ts'

export const TOKEN = 'token-of-canfar-proc'
const NAMES = ['vos.test', 'store.test', 'evil.test']

export type Place = {
  certificates: Certificates
  vospace: Vospace
  /** Settings of their own, with nothing remembered from an earlier test. */
  settings: (more?: Partial<VospaceSettings>) => VospaceSettings
}

export async function startPlace(options: Partial<VospaceOptions>): Promise<Place> {
  const certificates = makeCertificates(NAMES)
  const vospace = await startVospace({
    hostname: 'vos.test',
    storageHostname: 'store.test',
    tls: certificates,
    token: TOKEN,
    files: {},
    ...options,
  })
  const authority = (name: string) => [
    `cadc.nrc.ca~${name}`,
    { resourceId: `ivo://cadc.nrc.ca/${name}` },
  ]
  const names = ['arc', 'vault', 'vospace', 'arc-sync', 'vault-sync', 'parameters']
  const settings = (more: Partial<VospaceSettings> = {}): VospaceSettings => ({
    registry: `${vospace.url}/reg`,
    authorities: Object.fromEntries(names.map(authority)),
    maxBytes: 10_000_000,
    privateHosts: NAMES.slice(0, 2).map((name) => `${name}:${vospace.port}`),
    ca: certificates.ca,
    resolve: toLoopback,
    ...more,
  })
  return { certificates, vospace, settings }
}

/** Every name is this machine. */
const toLoopback = async () => [{ address: '127.0.0.1', family: 4 }]

/** The whole file. */
export async function fetched(uri: string, settings: VospaceSettings, milliseconds = 20_000) {
  const signal = AbortSignal.timeout(milliseconds)
  const { body } = await openVosFile(uri, settings, { signal })
  return buffer(body)
}

/** The Problem that the file ends in; an error of another kind, or a file, fails the test. */
export async function problem(uri: string, settings: VospaceSettings, milliseconds = 20_000) {
  const outcome = await fetched(uri, settings, milliseconds).catch((error: unknown) => error)
  if (outcome instanceof Problem) return outcome
  throw outcome instanceof Error ? outcome : new Error(`${uri} arrived`)
}
