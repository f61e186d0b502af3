/** Users at work while an operator changes something: clients that ask all the time, every answer counted. */
import { setTimeout as sleep } from 'node:timers/promises'
import { alice, as, curl, file, VM } from './client.ts'
import { eventFor, instance } from './lambda.ts'

export interface Answer {
  readonly client: string
  /** Epoch milliseconds when it was asked and when it was answered. */
  readonly asked: number
  readonly answered: number
  /** 0 where no answer came at all. */
  readonly status: number
  readonly text: string
}

export interface Load {
  readonly clients: readonly string[]
  readonly answers: readonly Answer[]
  /** Resolves when no request is under way; none begins until `resume`. */
  pause(): Promise<void>
  resume(): void
  stop(): Promise<void>
}

interface Reply {
  readonly status: number
  readonly text: string
}

/** Between two requests of one client: more would only show how fast this machine is. */
const PAUSE_MS = 25

/** Each client asks again as soon as it has its answer. */
export function startLoad(clients: Readonly<Record<string, () => Promise<Reply>>>): Load {
  const answers: Answer[] = []
  let running = true
  let gate: { open: () => void; opened: Promise<void> } | undefined
  let busy = 0

  async function ask(client: string, request: () => Promise<Reply>): Promise<void> {
    const asked = Date.now()
    busy++
    const { status, text } = await request().catch((error) => ({ status: 0, text: String(error) }))
    busy--
    answers.push({ client, asked, answered: Date.now(), status, text })
  }
  const loops = Object.entries(clients).map(async ([client, request]) => {
    while (running) {
      while (gate) await gate.opened
      await ask(client, request)
      await sleep(PAUSE_MS)
    }
  })
  const resume = () => {
    gate?.open()
    gate = undefined
  }
  return {
    clients: Object.keys(clients),
    answers,
    async pause() {
      let open = () => {}
      const opened = new Promise<void>((resolve) => {
        open = resolve
      })
      gate = { open, opened }
      while (busy > 0) await sleep(10)
    },
    resume,
    async stop() {
      running = false
      resume()
      await Promise.all(loops)
    },
  }
}

const QUEUED = '/job?RESPONSEFORMAT=text/plain'
const basic = (user: string) => ['-u', `${user}:${user}-password`] as const

/** Both ways in for a user: a certificate, and a password. */
export const readers = (user: string) => ({
  [`${user}, certificate`]: () => as(user)(QUEUED),
  [`${user}, password`]: () => curl(`/auth${QUEUED}`, ...basic(user)),
})

/** alice submits and lists, and anyone asks whether the service is up. */
export const everyday = () => {
  const description = file('load.sub', 'hold = true\nqueue\n')
  const submission = `/job?job=load.sub,param:j&exec=sleep,vm:/bin/sleep&${VM}`
  return {
    ...readers('alice'),
    'alice submits': () => alice(submission, '-X', 'POST', '-F', `j=<${description}`),
    availability: async () => {
      const { status, text } = await curl('/availability')
      return { status: text.includes('<vosi:available>true<') ? status : 503, text }
    },
  }
}

/** A function instance that was not there before: it reads every key and list, and connects anew. */
export const newcomer = () => ({
  'a new instance': async () => {
    const fresh = instance('get')
    try {
      const { result } = await fresh.invoke(
        eventFor('alice', 'GET', { RESPONSEFORMAT: 'text/plain' }),
      )
      return { status: result.statusCode, text: result.body }
    } finally {
      fresh.stop()
    }
  },
})
