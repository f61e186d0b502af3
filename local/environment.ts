/** What the functions find in their environment here. */
import { join, resolve } from 'node:path'
import type { Store } from './buckets.ts'
import type { SubmitHost } from './service.ts'

/** The functions' settings. With the local store, nobody's AWS settings get in between. */
export function environment(parts: {
  submitHost: SubmitHost
  store: Store
  httpsPort: number
  httpPort: number
  certs: string
}): NodeJS.ProcessEnv {
  const { submitHost, store, httpsPort, httpPort, certs } = parts
  const inherited = Object.entries(process.env).filter(
    ([name]) => store.keys === undefined || !name.startsWith('AWS_'),
  )
  return {
    ...Object.fromEntries(inherited),
    PROC_SUBMIT_HOST: submitHost.host,
    PROC_SUBMIT_PORT: String(submitHost.port),
    PROC_SUBMIT_USER: submitHost.user,
    PROC_SUBMIT_KEY_FILE: resolve(submitHost.keyFile),
    PROC_S3_ENDPOINT: store.endpoint,
    PROC_S3_REGION: store.region,
    PROC_STAGING_BUCKET: store.stagingBucket,
    PROC_CONFIG_BUCKET: store.configBucket,
    PROC_CERTIFICATE_DOMAIN: `localhost:${httpsPort}`,
    PROC_PASSWORD_DOMAIN: `localhost:${httpsPort}`,
    PROC_HTTPS_PORT: String(httpsPort),
    PROC_HTTP_PORT: String(httpPort),
    PROC_LOCAL_CERTIFICATE: join(certs, 'server.pem'),
    PROC_LOCAL_TRUSTSTORE: join(certs, 'ca.pem'),
    ...(store.keys && {
      AWS_REGION: store.region,
      AWS_ACCESS_KEY_ID: store.keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: store.keys.secretAccessKey,
    }),
  }
}
