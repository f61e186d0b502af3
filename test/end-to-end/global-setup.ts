/** One service on real parts for all end-to-end tests, in a folder and on ports of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { terminalProgress } from '../../local/progress.ts'
import { startService } from '../../local/service.ts'
import { secretsInLogs } from './secrets.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    service: {
      /** `https://localhost:PORT/proc`. */
      readonly https: string
      readonly http: string
      readonly certs: string
      /** First process of the local stack. */
      readonly pid: number
      readonly log: string
      readonly store: import('../../local/buckets.ts').Store
      readonly submitHost: import('../../local/service.ts').SubmitHost
      readonly functionEnvironment: NodeJS.ProcessEnv
    }
  }
}

/** `held` is a submit description of a job that stays; the large ones are never held in memory. */
const VOSPACE_FILES = {
  '/test/held': 'hold = true\nqueue\n',
  '/test/empty': '',
  '/test/large': { size: 1_000_000_000 },
  '/test/tooLarge': { size: 2_000_000_001 },
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'canfar-proc-service-'))
  const remove = () => rm(dir, { recursive: true, force: true })
  const service = await startService({
    dir,
    httpsPort: 0,
    httpPort: 0,
    vospaceFiles: VOSPACE_FILES,
    // Availability asks the parts themselves: a test does not wait for the schedule.
    functionSettings: { PROC_HEALTH_SECONDS: '0' },
    progress: terminalProgress(),
  }).catch(async (error) => {
    await remove()
    throw error
  })
  project.provide('service', {
    https: `${service.url}/proc`,
    http: `${service.httpUrl}/proc`,
    certs: service.certs,
    pid: service.stack?.pid ?? 0,
    log: join(dir, 'log', 'functions.log'),
    store: service.store,
    submitHost: service.submitHost,
    functionEnvironment: {
      ...service.functionEnvironment,
      PROC_LAMBDA_LOG: join(dir, 'log', 'instances.log'),
    },
  })
  return async () => {
    // Last, so that it sees what every test had the parts write.
    const found = await secretsInLogs({
      logs: join(dir, 'log'),
      pid: service.stack?.pid,
      keyFile: service.submitHost.keyFile,
      storeKey: service.store.keys?.secretAccessKey,
    })
    await service.stop()
    await remove()
    if (found.length > 0) throw new Error(`Logs hold secrets:\n${found.join('\n')}`)
  }
}
