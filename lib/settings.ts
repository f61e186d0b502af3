/** The environment, read and checked once when a function starts. A bad value names its variable. */
import { readFileSync } from 'node:fs'
import type { Cloud } from './condor/cloud.ts'
import type { Limits } from './health/load.ts'
import type { SecretSource } from './staging/secret.ts'
import type { VospaceSettings } from './staging/vospace.ts'
import { withCredentials } from './staging/vospace-credentials.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface StoreSettings {
  /** Undefined means AWS itself; a URL means another S3 store, addressed by path. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly stagingBucket: string
  readonly configBucket: string
}

interface SubmitHostSettings {
  readonly host: string
  readonly port: number
  readonly user: string
  /** Where the private key is, in OpenSSH form. */
  readonly key: SecretSource
}

export function readStoreSettings(env: Environment = process.env): StoreSettings {
  const endpoint = env.PROC_S3_ENDPOINT || undefined
  if (endpoint !== undefined && !URL.canParse(endpoint)) throw wrong('PROC_S3_ENDPOINT', 'a URL')
  return Object.freeze({
    endpoint,
    region: env.PROC_S3_REGION || env.AWS_REGION || 'us-east-1',
    stagingBucket: needed(env, 'PROC_STAGING_BUCKET'),
    configBucket: needed(env, 'PROC_CONFIG_BUCKET'),
  })
}

export function readSubmitHostSettings(env: Environment = process.env): SubmitHostSettings {
  return Object.freeze({
    host: needed(env, 'PROC_SUBMIT_HOST'),
    port: whole(env, 'PROC_SUBMIT_PORT', 22, 1, 65_535),
    user: env.PROC_SUBMIT_USER || 'condorweb',
    key: submitKey(env),
  })
}

/** A file that cannot be read fails at the start, not at the first submission. */
function submitKey(env: Environment): SecretSource {
  if (env.PROC_SUBMIT_KEY_SECRET) return { secretId: env.PROC_SUBMIT_KEY_SECRET }
  fileNamedBy(env, 'PROC_SUBMIT_KEY_FILE')
  return { file: needed(env, 'PROC_SUBMIT_KEY_FILE') }
}

/** Which attributes a job's image and flavor become; the name goes into a ClassAd string. */
export function readCloud(env: Environment = process.env): Cloud {
  const profile = env.PROC_CLOUD_PROFILE || 'none'
  if (profile !== 'none' && profile !== 'cloud-scheduler-1' && profile !== 'cloud-scheduler-2') {
    throw wrong('PROC_CLOUD_PROFILE', 'none, cloud-scheduler-1 or cloud-scheduler-2')
  }
  const name = env.PROC_CLOUD_NAME || 'canfar'
  if (!/^[\w.-]{1,64}$/.test(name)) throw wrong('PROC_CLOUD_NAME', 'letters, digits, _, . and -')
  return { profile, name }
}

/**
 * Where `vos:` files are read from; undefined where no registry is set. Authorities are written
 * `cadc.nrc.ca~vospace=ivo://cadc.nrc.ca/vault`, blanks between them. Credentials that are a secret are not
 * among them yet.
 */
export function readVospace(env: Environment = process.env): VospaceSettings | undefined {
  const registry = env.PROC_VOS_REGISTRY
  if (!registry) return undefined
  if (!URL.canParse(registry)) throw wrong('PROC_VOS_REGISTRY', 'a URL')
  const authorities: Record<string, { resourceId: string }> = {}
  for (const pair of words(needed(env, 'PROC_VOS_AUTHORITIES'))) {
    const [, authority, resourceId] = /^([^=]+)=(ivo:.+)$/.exec(pair) ?? []
    if (!authority || !resourceId) {
      throw wrong('PROC_VOS_AUTHORITIES', 'pairs such as cadc.nrc.ca~vault=ivo://cadc.nrc.ca/vault')
    }
    authorities[authority] = { resourceId }
  }
  const settings = {
    registry,
    authorities,
    maxBytes: readVosMaxBytes(env),
    privateNetworks: words(env.PROC_VOS_PRIVATE_NETWORKS),
    privateHosts: words(env.PROC_VOS_PRIVATE_HOSTS),
    ...(env.PROC_VOS_CA_FILE ? { ca: fileNamedBy(env, 'PROC_VOS_CA_FILE') } : {}),
  }
  if (readVosSecret(env) || !env.PROC_VOS_CREDENTIALS_FILE) return settings
  return withCredentials(settings, fileNamedBy(env, 'PROC_VOS_CREDENTIALS_FILE'))
}

/** The secret that holds the service's credentials for VOSpace: the same JSON as the file. */
export const readVosSecret = (env: Environment = process.env): SecretSource | undefined =>
  env.PROC_VOS_CREDENTIALS_SECRET ? { secretId: env.PROC_VOS_CREDENTIALS_SECRET } : undefined

const readVosMaxBytes = (env: Environment) =>
  whole(env, 'PROC_VOS_MAX_BYTES', 2_000_000_000, 1, 5_000_000_000_000)

/** The limits that a site sets, as its documentation tells them; no file is read for it. */
export interface SiteLimits {
  /** Bytes of a request body, and of a VOSpace file: undefined where none is read. */
  readonly body: number
  readonly vospaceFile: number | undefined
  /** Jobs in the queue. */
  readonly jobsPerAccount: number
}

export const readSiteLimits = (env: Environment = process.env): SiteLimits => ({
  body: readMaxBody(env),
  vospaceFile: env.PROC_VOS_REGISTRY ? readVosMaxBytes(env) : undefined,
  jobsPerAccount: readLimits(env).jobsPerAccount,
})

/**
 * The largest request body in bytes. Lambda takes events of 6 MB and a body travels in base64,
 * which leaves 4.5 MB: the default.
 */
export const readMaxBody = (env: Environment = process.env): number =>
  whole(env, 'PROC_MAX_BODY', 4_500_000, 1, 10_000_000)

/** How many seconds the scheduled check's finding is told; 0 asks the parts themselves, at most every 2 s while all is well. */
export const readHealthSeconds = (env: Environment = process.env): number =>
  whole(env, 'PROC_HEALTH_SECONDS', 90, 0, 86_400)

/** For how long, in milliseconds, one answer of the schedd to the list of jobs is given to everybody. */
export const readSnapshotMs = (env: Environment = process.env): number =>
  whole(env, 'PROC_SNAPSHOT_SECONDS', 2, 0, 60) * 1000

export interface Domains {
  /** `proc.example.org`, with a port where that is not 443; undefined where there is none. */
  readonly certificate: string | undefined
  readonly password: string | undefined
}

/** The domains that the documents name; with neither they name the one that was asked. */
export const readDomains = (env: Environment = process.env): Domains => ({
  certificate: env.PROC_CERTIFICATE_DOMAIN || undefined,
  password: env.PROC_PASSWORD_DOMAIN || undefined,
})

/** What the scheduler may bear before submissions are 503. */
export function readLimits(env: Environment = process.env): Limits {
  const percent = whole(env, 'PROC_MAX_DUTY_PERCENT', 95, 1, 100)
  const jobsPerAccount = whole(env, 'PROC_MAX_JOBS_PER_ACCOUNT', 100_000, 0, 1_000_000_000)
  return { dutyCycle: percent / 100, jobsPerAccount }
}

function needed(env: Environment, name: string): string {
  const value = env[name]
  if (!value) throw wrong(name, 'set')
  return value
}

function whole(env: Environment, name: string, otherwise: number, least: number, most: number) {
  const text = env[name]
  if (!text) return otherwise
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most)) throw wrong(name, `a number from ${least} to ${most}`)
  return value
}

function fileNamedBy(env: Environment, name: string): string {
  try {
    return readFileSync(needed(env, name), 'utf8')
  } catch (cause) {
    throw new Error(`${name} must name a readable file`, { cause })
  }
}

const words = (text: string | undefined) => (text ?? '').split(/\s+/).filter((word) => word !== '')

const wrong = (name: string, what: string) => new Error(`${name} must be ${what}`)
