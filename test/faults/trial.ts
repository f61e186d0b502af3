/** Tests side by side, each with a way of its own to submit host and store. */
import { type Instance, startInstance } from '../../local/lambda.ts'
import type { Detour } from './detour.ts'

/** What one test has to itself while it runs. */
export interface Trial extends Detour {
  /** A new post function that goes this way, with more settings. */
  start(settings?: NodeJS.ProcessEnv): Instance
}

/** Lends the ways out, one to a test; a test that finds none waits for one. */
export class Trials {
  readonly #free: Detour[]
  readonly #waiting: ((way: Detour) => void)[] = []

  constructor(ways: readonly Detour[]) {
    this.#free = [...ways]
  }

  /** Afterwards its functions have ended, its connections are cut, and nothing befalls the next ones. */
  async run(work: (trial: Trial) => Promise<void>): Promise<void> {
    const way = this.#free.pop() ?? (await new Promise<Detour>((lent) => this.#waiting.push(lent)))
    const started: Instance[] = []
    const start = (settings: NodeJS.ProcessEnv = {}) => {
      const instance = startInstance('post', { ...way.settings, ...settings })
      started.push(instance)
      return instance
    }
    try {
      await work({ ...way, start })
    } finally {
      for (const instance of started) instance.stop('SIGKILL')
      for (const proxy of [way.ssh, way.store]) {
        proxy.rule = () => ({})
        proxy.silent = false
        proxy.reset()
      }
      const next = this.#waiting.shift()
      if (next) next(way)
      else this.#free.push(way)
    }
  }
}
