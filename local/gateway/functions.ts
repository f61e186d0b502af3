/** Runs functions in serverless-offline's worker threads, one event each, and tells how it went wrong. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Worker } from 'node:worker_threads'
import type Lambda from 'serverless-offline/lambda'
import type { LambdaFunction } from 'serverless-offline/lambda'

/** What Lambda takes as an event of a synchronous call, and as its result: 6 MB (quotas page). */
const LARGEST = 6 * 1024 * 1024

export type Outcome =
  | { result: unknown }
  | { failure: 'too large' | 'timed out' | 'failed'; cause: unknown }

/** Gives a function that invokes by key, such as `get`, and never throws. */
export function invoker(lambda: Lambda) {
  const crashes = new CrashWatch()
  return async function invoke(key: string, event: unknown): Promise<Outcome> {
    if (JSON.stringify(event).length > LARGEST) {
      return { failure: 'too large', cause: 'event over 6 MB' }
    }
    const instance = lambda.get(key)
    instance.setEvent(event)
    try {
      const result = await crashes.during(instance, () => instance.runHandler())
      if ((JSON.stringify(result) ?? '').length > LARGEST) {
        return { failure: 'failed', cause: 'result over 6 MB' }
      }
      return { result }
    } catch (cause) {
      const late = cause instanceof Error && cause.constructor.name === 'LambdaTimeoutError'
      return { failure: late ? 'timed out' : 'failed', cause }
    }
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
