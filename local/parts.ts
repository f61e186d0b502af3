/** The parts of a running service, ended together. */

/** What has been started, and how it is ended: last one first. */
export class Parts {
  /** Rejects when one of them ends by itself. */
  readonly broken: Promise<never>
  readonly #breakDown: (reason: Error) => void
  readonly #ends: (() => Promise<void>)[] = []
  #stop: Promise<void> | undefined

  constructor() {
    const { promise, reject } = Promise.withResolvers<never>()
    promise.catch(() => {}) // may be before anyone waits
    this.broken = promise
    this.#breakDown = reject
  }

  /** A part that comes up after all were stopped is ended at once, and whoever started it goes no further. */
  async add(name: string, end: () => Promise<void>, ended?: Promise<void>): Promise<void> {
    void ended?.then(
      () => this.#stop === undefined && this.#breakDown(new Error(`${name} has ended`)),
    )
    if (this.#stop === undefined) {
      this.#ends.push(end)
      return
    }
    await end()
    throw new Error('stopped')
  }

  stop(): Promise<void> {
    this.#stop ??= (async () => {
      for (const end of this.#ends.reverse()) await end()
    })()
    return this.#stop
  }
}
