/** Configuration objects that an operator edits in place: read again when they have changed. */

import { logLine } from '../log/log.ts'
import { unavailable } from '../problem.ts'
import type { ObjectStore } from './object-store.ts'

/** How long an object is used before the store is asked again: the delay of a revocation. */
const FRESH_MS = 5_000

/**
 * Gives the parsed object of this name, asking the store whether its ETag changed at most every
 * 5 seconds. While the store does not answer, the last good one stays in use; without one it rejects
 * with a Problem (503). `stale` asks the store now. `parse` may throw on an object that it cannot
 * use: it is as if it were not there.
 */
export function watched<T>(store: ObjectStore, name: string, parse: (text: string) => T) {
  return watch(store, name, parse, () => {
    throw incomplete(name)
  })
}

/** The same for an object that need not be there: undefined without it. */
export const watchedIfAny = <T>(store: ObjectStore, name: string, parse: (text: string) => T) =>
  watch<T | undefined>(store, name, parse, () => undefined)

export const incomplete = (cause: unknown) =>
  unavailable('the service is not set up completely; tell the people who run it', cause)

function watch<T>(
  store: ObjectStore,
  name: string,
  parse: (text: string) => T,
  missing: () => T,
): (stale?: boolean) => Promise<T> {
  let last: { readonly value: T; readonly etag: string | undefined } | undefined
  let asked = 0
  let asking: Promise<void> | undefined

  function parsed(text: string): T {
    try {
      return parse(text)
    } catch (error) {
      throw incomplete(error)
    }
  }

  async function refresh(): Promise<void> {
    const object = await store.configuration(name, last?.etag)
    if (object === null) last = { value: missing(), etag: undefined }
    else if (object !== undefined) last = { value: parsed(object.text), etag: object.etag }
    asked = Date.now()
  }

  return async function current(stale = false) {
    if (last !== undefined && !stale && Date.now() - asked < FRESH_MS) return last.value
    asking ??= refresh().finally(() => {
      asking = undefined
    })
    try {
      await asking
    } catch (error) {
      if (last === undefined) throw error
      logLine('configuration', { object: name, kept: 'the last good one' }, error)
      // Not asked again for a while: each request would wait for the store's time limit.
      asked = Date.now()
    }
    if (last === undefined) throw incomplete(name)
    return last.value
  }
}
