/** Runs functions in serverless-offline's worker threads, one event each, and tells how it went wrong. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import type Lambda from 'serverless-offline/lambda'
import type { LambdaFunction } from 'serverless-offline/lambda'

/** Bytes that Lambda takes as an event of a synchronous call ("Lambda quotas"), and those of a result, as reports have it. */
const LARGEST_EVENT = 6 * 1024 * 1024
const LARGEST_RESULT = LARGEST_EVENT + 100
/** Milliseconds that the gateway waits ("Amazon API Gateway quotas": integration timeout), longer than a function runs here. */
const PATIENCE_MS = 29_000

export type Failure = 'too large' | 'timed out' | 'failed' | 'no instance' | 'not waited for'

export type Outcome = { result: unknown } | { failure: Failure; cause: unknown }

/**
 * Gives a function that invokes by key, such as `get`, and never throws. `most` are the instances that a function may have at
 * once; more calls find none, as with Lambda's reserved concurrency.
 */
export function invoker(lambda: Lambda, most: (key: string) => number) {
  const crashes = new CrashWatch()
  const busy = new Map<string, number>()

  async function run(key: string, event: unknown): Promise<Outcome> {
    const instance = lambda.get(key)
    instance.setEvent(event)
    try {
      const result = await crashes.during(instance, () => instance.runHandler())
      if (Buffer.byteLength(JSON.stringify(result) ?? '') > LARGEST_RESULT) {
        return { failure: 'failed', cause: 'result over 6 MB' }
      }
      return { result }
    } catch (cause) {
      const late = cause instanceof Error && cause.constructor.name === 'LambdaTimeoutError'
      return { failure: late ? 'timed out' : 'failed', cause }
    }
  }

  return async function invoke(key: string, event: unknown): Promise<Outcome> {
    if (Buffer.byteLength(JSON.stringify(event)) > LARGEST_EVENT) {
      return { failure: 'too large', cause: 'event over 6 MB' }
    }
    const running = busy.get(key) ?? 0
    if (running >= most(key)) return { failure: 'no instance', cause: 'reserved concurrency' }
    busy.set(key, running + 1)
    const outcome = run(key, event).finally(() => busy.set(key, (busy.get(key) ?? 1) - 1))
    const tired = new AbortController()
    const late = sleep<Outcome>(
      PATIENCE_MS,
      { failure: 'not waited for', cause: 'integration timeout' },
      { signal: tired.signal },
    )
    late.catch(() => {})
    return Promise.race([outcome, late]).finally(() => tired.abort())
  }
}

/**
 * An error that nobody caught ends a worker thread, and without a listener the whole process with it.
 * Here it fails the call that was under way, as on Lambda; serverless-offline replaces the dead
 * instance once the function's time is over.
 */
class CrashWatch {
  readonly #instance = new AsyncLocalStorage<LambdaFunction>()
  readonly #underWay = new WeakMap<LambdaFunction, (cause: unknown) => void>()

  constructor() {
    process.on('worker', (worker: Worker) => {
      const instance = this.#instance.getStore()
      worker.on('error', (cause) => {
        console.error(cause)
        if (instance) this.#underWay.get(instance)?.(cause)
      })
    })
  }

  during<T>(instance: LambdaFunction, work: () => Promise<T>): Promise<T> {
    return this.#instance.run(
      instance,
      () =>
        new Promise((resolve, reject) => {
          this.#underWay.set(instance, reject)
          work().then(resolve, reject)
        }),
    )
  }
}
