/** What the environment says about a local service. A bad value is an Error that names its variable. */

export interface LocalSettings {
  /** Folder for all that the local service keeps and writes. */
  dir: string
  /** Debian suite of the local stack. */
  suite: string
  /** 0 means any free port. */
  httpsPort: number
  httpPort: number
  /** A submit host of the user's own; undefined means the local stack. */
  submitHost: OwnSubmitHost | undefined
  /** Endpoint of a store of the user's own; undefined means the local stack. */
  storeEndpoint: string | undefined
  storeRegion: string
  stagingBucket: string
  configBucket: string
}

export interface OwnSubmitHost {
  host: string
  port: number
  user: string
  keyFile: string
  /** Path of a known_hosts file with the host's key; a store of the user's own brings it itself. */
  knownHostsFile: string | undefined
}

export function readLocalSettings(env: NodeJS.ProcessEnv = process.env): LocalSettings {
  const storeEndpoint = env.PROC_S3_ENDPOINT || undefined
  if (storeEndpoint && !URL.canParse(storeEndpoint)) {
    throw new Error('PROC_S3_ENDPOINT must be a URL')
  }
  return {
    dir: env.PROC_LOCAL_DIR || '.local',
    suite: env.PROC_LOCAL_SUITE || 'trixie',
    httpsPort: port(env, 'PROC_HTTPS_PORT', 8443),
    httpPort: port(env, 'PROC_HTTP_PORT', 8080),
    submitHost: ownSubmitHost(env, storeEndpoint !== undefined),
    storeEndpoint,
    storeRegion: env.PROC_S3_REGION || env.AWS_REGION || 'us-east-1',
    stagingBucket: env.PROC_STAGING_BUCKET || 'proc-staging',
    configBucket: env.PROC_CONFIG_BUCKET || 'proc-config',
  }
}

function ownSubmitHost(env: NodeJS.ProcessEnv, ownStore: boolean): OwnSubmitHost | undefined {
  const host = env.PROC_SUBMIT_HOST
  if (!host) return undefined
  const keyFile = env.PROC_SUBMIT_KEY_FILE
  if (!keyFile)
    throw new Error('PROC_SUBMIT_HOST needs PROC_SUBMIT_KEY_FILE, a private key of OpenSSH')
  const knownHostsFile = env.PROC_SUBMIT_KNOWN_HOSTS || undefined
  if (!knownHostsFile && !ownStore) {
    throw new Error(
      'PROC_SUBMIT_HOST needs PROC_SUBMIT_KNOWN_HOSTS, a known_hosts file with the key of that host',
    )
  }
  return {
    host,
    port: port(env, 'PROC_SUBMIT_PORT', 22),
    user: env.PROC_SUBMIT_USER || 'condorweb',
    keyFile,
    knownHostsFile,
  }
}

function port(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name]
  if (!text) return otherwise
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new Error(`${name} is ${text}; it must be a port number`)
  }
  return Number(text)
}
