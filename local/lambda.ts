/** One of the bundled functions in a process of its own, one event at a time, as Lambda runs it. */
import { fork } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'

export interface Invocation {
  readonly result: APIGatewayProxyResult
  readonly seconds: number
  /** Seconds that the bundle took to load, once for each instance. */
  readonly init: number
  /** Resident memory in bytes when the event came, and the most since the instance began. */
  readonly before: number
  readonly peak: number
}

export interface Instance {
  readonly pid: number
  /** Seconds that the bundle took to load; rejects when it does not. */
  readonly init: Promise<number>
  invoke(event: Partial<APIGatewayProxyEvent>): Promise<Invocation>
  /** SIGTERM unless another is named: SIGSTOP is how Lambda freezes an instance. */
  stop(signal?: NodeJS.Signals): void
}

/**
 * `environment` is what the function reads its settings from, see `Service.functionEnvironment`. Its log goes to the end
 * of the file PROC_LAMBDA_LOG, or nowhere.
 */
export function startInstance(name: string, environment: NodeJS.ProcessEnv): Instance {
  const bundle = fileURLToPath(new URL(`../dist/${name}.cjs`, import.meta.url))
  const log = environment.PROC_LAMBDA_LOG ? openSync(environment.PROC_LAMBDA_LOG, 'a') : undefined
  const child = fork(fileURLToPath(new URL('lambda-runtime.ts', import.meta.url)), [bundle], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', log ?? 'ignore', 'inherit', 'ipc'],
  })
  if (log !== undefined) closeSync(log)
  const next = <Message>() =>
    new Promise<Message>((resolve, reject) => {
      const exit = (code: number | null) => reject(new Error(`${name} ended with ${code}`))
      child.once('exit', exit)
      child.once('message', (message) => {
        child.off('exit', exit)
        resolve(message as Message)
      })
    })
  const init = next<{ init: number }>().then((message) => message.init)
  init.catch(() => {})
  return {
    pid: child.pid ?? 0,
    init,
    async invoke(event) {
      await init
      const answer = next<Invocation>()
      child.send(event)
      return answer
    },
    stop: (signal) => child.kill(signal),
  }
}

/** The NODE_OPTIONS that a function has on AWS: its own of serverless.yml, or those of all in deploy/environment.yml. */
export function nodeOptions(name: string): string {
  const read = (file: string) =>
    readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').split('\n')
  const service = read('serverless.yml')
  const start = service.indexOf(`  ${name}:`) + 1
  const length = service.slice(start).findIndex((line) => !line.startsWith('    '))
  const options =
    (start > 0 && setting('      NODE_OPTIONS: ', service.slice(start, start + length))) ||
    setting('  NODE_OPTIONS: ', read('deploy/environment.yml'))
  if (!options) throw new Error('no NODE_OPTIONS in deploy/environment.yml')
  return options
}

const setting = (key: string, lines: readonly string[]): string | undefined =>
  lines.find((line) => line.startsWith(key))?.slice(key.length)

/** An event of the gateway as the functions read it, for an authenticated account. */
export function eventFor(
  account: string,
  method: string,
  query: Record<string, string>,
  more: Partial<APIGatewayProxyEvent> = {},
): Partial<APIGatewayProxyEvent> {
  return {
    httpMethod: method,
    path: '/proc/job',
    resource: '/proc/job',
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, [value]]),
    ),
    body: null,
    isBase64Encoded: false,
    requestContext: {
      requestId: `test-${process.hrtime.bigint()}`,
      authorizer: { account },
    } as unknown as APIGatewayProxyEvent['requestContext'],
    ...more,
    // As every client sends it: without one no bytes are answered.
    headers: { Accept: '*/*', ...more.headers },
  }
}
