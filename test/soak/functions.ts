/** The post function of one client as Lambda runs it: an instance for each event under way, kept for later ones. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { type Instance, startInstance } from '../../local/lambda.ts'

/** What befalls the instance: milliseconds after the event came, and for how long it stands still. */
export type Mishap =
  | { readonly kind: 'killed'; readonly after: number }
  | { readonly kind: 'frozen'; readonly after: number; readonly for: number }

/** Of one event; Lambda gives 28 and the soak has not that long. */
const LIMIT_SECONDS = 10

export class Functions {
  readonly #settings: NodeJS.ProcessEnv
  readonly #idle: Instance[] = []
  readonly #all = new Set<Instance>()

  constructor(settings: NodeJS.ProcessEnv) {
    this.#settings = { ...settings, PROC_LAMBDA_SECONDS: String(LIMIT_SECONDS) }
  }

  /** The answer, undefined where none came. `happened` is called when the mishap has come true. */
  async post(
    event: Partial<APIGatewayProxyEvent>,
    mishap?: Mishap,
    happened: () => void = () => {},
  ): Promise<APIGatewayProxyResult | undefined> {
    const instance = this.#idle.pop() ?? this.#start()
    const timers = new Set<NodeJS.Timeout>()
    const later = (milliseconds: number, act: () => void) =>
      timers.add(setTimeout(act, milliseconds))
    const standstill = mishap?.kind === 'frozen' ? mishap.after + mishap.for : 0
    // Lambda ends an instance that is over its time.
    later(LIMIT_SECONDS * 1000 + 1000 + standstill, () => instance.stop('SIGKILL'))
    if (mishap) {
      later(mishap.after, () => {
        instance.stop(mishap.kind === 'killed' ? 'SIGKILL' : 'SIGSTOP')
        happened()
      })
      if (mishap.kind === 'frozen') later(standstill, () => instance.stop('SIGCONT'))
    }
    try {
      const { result } = await instance.invoke(event)
      instance.stop('SIGCONT')
      this.#idle.push(instance)
      return result
    } catch {
      this.#all.delete(instance)
      return undefined
    } finally {
      for (const timer of timers) clearTimeout(timer)
    }
  }

  stop(): void {
    for (const instance of this.#all) instance.stop('SIGKILL')
  }

  #start(): Instance {
    const instance = startInstance('post', this.#settings)
    this.#all.add(instance)
    return instance
  }
}
