/** A client that submits one job after the other, asks again where it has no answer, and meets faults. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { APIGatewayProxyResult } from 'aws-lambda'
import type { Detour } from '../faults/detour.ts'
import type { Fault } from '../faults/proxy.ts'
import { submissionEvent, type Wanted } from '../faults/submission.ts'
import { Functions, type Mishap } from './functions.ts'
import type { Random } from './random.ts'

/** A key, and all the answers that came for it. */
export interface Job {
  readonly wanted: Wanted & { readonly account: string }
  readonly answers: APIGatewayProxyResult[]
}

/** Attempts at a key in a row; then it is left for the end, when all is quiet. */
const TRIES = 8
/** Between two attempts: less than Retry-After asks for, a soak is for the impatient. */
const PAUSE_MS = 500

/** What can befall one attempt. */
const TROUBLES = [
  'ssh reset',
  'ssh end',
  'ssh black-hole',
  'ssh refuse',
  'store reset',
  'store end',
  'store black-hole',
  'store refuse',
  'function killed',
  'function frozen',
  'client gave up',
] as const

/** About what one POST moves, in bytes; a fault beyond it meets the next one. */
const SSH_BYTES = { up: 5_000, down: 3_000 }

export class Client {
  readonly #functions: Functions
  readonly #way: Detour
  readonly #random: Random
  readonly #share: number
  readonly #note: (fault: string) => void
  /** Attempts that were given up, and go on all the same. */
  readonly #abandoned = new Set<Promise<unknown>>()
  #stopped = false

  /** `share` of its attempts meet a fault; `note` is told the kind of each that came true. */
  constructor(way: Detour, random: Random, share: number, note: (fault: string) => void) {
    this.#way = way
    this.#random = random
    this.#share = share
    this.#note = note
    this.#functions = new Functions(way.settings)
  }

  /** Asks until a definite answer, at most some times. */
  async submit(job: Job): Promise<void> {
    for (let count = 0; count < TRIES; count++) {
      if (count > 0) await sleep(PAUSE_MS)
      if (this.#stopped || isDefinite(await this.#attempt(job))) return
    }
  }

  /** Asks without faults until a definite answer, at most `tries` times. */
  async settle(job: Job, tries: number): Promise<void> {
    for (let count = 0; count < tries; count++) {
      if (count > 0) await sleep(1000)
      if (this.#stopped || isDefinite(await this.#ask(job))) return
    }
  }

  /** Resolves when nothing of it is under way any more. */
  async quiet(): Promise<void> {
    await Promise.all(this.#abandoned)
    for (const proxy of [this.#way.ssh, this.#way.store]) {
      proxy.disarm()
      proxy.reset()
    }
  }

  /** Nothing more is asked; what is under way has no answer. */
  stop(): void {
    this.#stopped = true
    this.#functions.stop()
  }

  async #attempt(job: Job): Promise<APIGatewayProxyResult | undefined> {
    if (!this.#random.chance(this.#share)) return this.#ask(job)
    const trouble = this.#random.pick(TROUBLES)
    const after = this.#random.whole(0, 500)
    switch (trouble) {
      case 'function killed':
        return this.#ask(job, { kind: 'killed', after }, trouble)
      case 'function frozen': {
        // Up to beyond its whole time; the client does not wait for that.
        const pause = this.#random.pick([200, 2_000, 6_000, 12_000])
        const answer = this.#ask(job, { kind: 'frozen', after, for: pause }, trouble)
        return this.#impatient(answer, after + this.#random.whole(0, 3_000))
      }
      case 'client gave up':
        this.#note(trouble)
        return this.#impatient(this.#ask(job), after)
      default:
        this.#break(job, trouble)
        return this.#ask(job)
    }
  }

  /** The connection breaks at a random byte, in a random direction. */
  #break(job: Job, trouble: (typeof TROUBLES)[number]): void {
    const [part, kind] = trouble.split(' ') as ['ssh' | 'store', Fault['kind']]
    const direction = this.#random.pick(['up', 'down'] as const)
    const size = 4_000 + (job.wanted.program?.length ?? 0)
    const most = part === 'ssh' ? SSH_BYTES[direction] : size
    const after = kind === 'refuse' ? {} : { after: { [direction]: this.#random.whole(1, most) } }
    const name = kind === 'refuse' ? trouble : `${trouble} ${direction}`
    this.#way[part].arm({ kind, ...after }, () => this.#note(name))
  }

  /** Waits so long and no longer; what was asked goes on meanwhile, beside the next attempt. */
  async #impatient(answer: Promise<APIGatewayProxyResult | undefined>, milliseconds: number) {
    this.#abandoned.add(answer)
    void answer.finally(() => this.#abandoned.delete(answer))
    return Promise.race([answer, sleep(milliseconds, undefined)])
  }

  async #ask(job: Job, mishap?: Mishap, name = '') {
    const event = submissionEvent(job.wanted)
    const answer = await this.#functions.post(event, mishap, () => this.#note(name))
    if (answer) job.answers.push(answer)
    return answer
  }
}

/** 409 and 503 say to ask again; anything else is the last word. */
const isDefinite = (answer: APIGatewayProxyResult | undefined) =>
  answer !== undefined && answer.statusCode !== 409 && answer.statusCode !== 503
