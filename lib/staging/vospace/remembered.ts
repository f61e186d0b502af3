/** Documents that change rarely: fetched once, kept for a while, one fetch shared by all who wait. */

/** Milliseconds: used without asking again; used when asking again fails; given to one fetch. */
const FRESH = 10 * 60_000
const STALE = 24 * 3600_000
const FETCH_LIMIT = 10_000

type Entry<T> = { value?: T; fetchedAt: number; pending?: Promise<T>; askedAt: number }

export class Remembered<T> {
  readonly #entries = new Map<string, Entry<T>>()
  readonly #fetch: (key: string, signal: AbortSignal) => Promise<T>

  constructor(fetch: (key: string, signal: AbortSignal) => Promise<T>) {
    this.#fetch = fetch
  }

  /** The value of `key`. A failing fetch is not remembered; an older value covers for it. */
  async get(key: string, signal: AbortSignal): Promise<T> {
    const now = Date.now()
    const entry = this.#entries.get(key) ?? { fetchedAt: 0, askedAt: 0 }
    this.#entries.set(key, entry)
    if (entry.value !== undefined && now - entry.fetchedAt < FRESH) return entry.value
    // A fetch that began before the process was frozen (Lambda does that) is not waited for.
    if (!entry.pending || now - entry.askedAt > FETCH_LIMIT) this.#begin(key, entry, now)
    try {
      return await beforeAbort(entry.pending as Promise<T>, signal)
    } catch (error) {
      if (entry.value !== undefined && now - entry.fetchedAt < STALE) return entry.value
      throw error
    }
  }

  #begin(key: string, entry: Entry<T>, now: number): void {
    // The fetch has its own time limit: the first of those who wait may give up before the others.
    const pending = this.#fetch(key, AbortSignal.timeout(FETCH_LIMIT))
    entry.pending = pending
    entry.askedAt = now
    const settle = () => {
      if (entry.pending === pending) delete entry.pending
    }
    pending.then((value) => {
      entry.value = value
      entry.fetchedAt = Date.now()
      settle()
    }, settle)
  }
}

function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
