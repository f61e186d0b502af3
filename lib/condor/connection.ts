/** The one ssh connection of a function instance to the submit host. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NotSent, nobodyListened } from './attempt.ts'
import { type Exchange, exchange } from './exchange.ts'
import { byKey, type Credentials, type Host, handshake } from './handshake.ts'
import type { Client } from './ssh.ts'

/** Idle time after which a connection is not trusted: NAT and Lambda drop it without a word. */
const IDLE_MS = 60_000
/** Operations under way at once: well below what sshd gives a connection (MaxSessions of submit-host/sshd.conf). */
const AT_ONCE = 8
/** sshd, told to read its settings anew, listens to nobody for some 10 ms. */
const RELOAD_MS = 250

export class Connection {
  readonly host: Host
  readonly #credentials: Credentials
  #client: Client | undefined
  #connecting: Promise<Client> | undefined
  #lastUsed = 0
  #busy = 0
  readonly #waiting: (() => void)[] = []
  /** The last handshake failed by a key, ours or the host's: they may have been rotated. */
  #refused = false

  constructor(host: Host, credentials: Credentials) {
    this.host = host
    this.#credentials = credentials
  }

  /**
   * Loads the library during the instance's start, when the processor is idle, instead of at the first
   * request.
   */
  load(): Promise<typeof import('./ssh.ts')> {
    return import('./ssh.ts')
  }

  /**
   * Sends one request and gives the reply's stream. `deadline` is in epoch milliseconds: past it
   * the connection is destroyed. What could not be sent is tried once more, on a new connection, after
   * a moment where nobody listened; then it rejects with NotSent.
   */
  async send(request: string, deadline: number): Promise<Exchange> {
    while (this.#busy >= AT_ONCE) await new Promise<void>((free) => this.#waiting.push(free))
    this.#busy++
    const free = () => {
      this.#busy--
      this.#waiting.shift()?.()
    }
    try {
      const sent = await this.#sendTwice(request, deadline)
      sent.ended.then(free, free)
      return sent
    } catch (error) {
      free()
      throw error
    }
  }

  async #sendTwice(request: string, deadline: number): Promise<Exchange> {
    try {
      return await this.#attempt(request, deadline)
    } catch (error) {
      if (!(error instanceof NotSent)) throw error
      if (nobodyListened(error))
        await sleep(Math.min(RELOAD_MS, Math.max(0, deadline - Date.now())))
      return await this.#attempt(request, deadline)
    }
  }

  async #attempt(request: string, deadline: number): Promise<Exchange> {
    const client = this.#reusable() ?? (await this.#connect(deadline))
    const drop = () => this.#drop(client)
    const used = () => {
      this.#lastUsed = Date.now()
    }
    try {
      const sent = await exchange(client, request, deadline, drop)
      used()
      sent.ended.then(used, used)
      return sent
    } catch (error) {
      drop()
      throw error
    }
  }

  close(): void {
    if (this.#client) this.#drop(this.#client)
  }

  /** Ends this client, and no other that has taken its place. */
  #drop(client: Client): void {
    client.destroy()
    this.#forget(client)
  }

  #forget(client: Client): void {
    if (this.#client === client) this.#client = undefined
  }

  /** A frozen function thaws with a connection that only looks alive: judge it by the clock. */
  #reusable(): Client | undefined {
    if (this.#client && Date.now() - this.#lastUsed > IDLE_MS) this.close()
    return this.#client
  }

  /** One handshake for all who wait for one. */
  #connect(deadline: number): Promise<Client> {
    this.#connecting ??= this.#handshake(deadline).finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #handshake(deadline: number): Promise<Client> {
    const gone = this.#forget.bind(this)
    try {
      const credentials = this.#credentials
      const client = await handshake(this.host, credentials, this.#refused, deadline, gone)
      this.#refused = false
      this.#lastUsed = Date.now()
      this.#client = client
      return client
    } catch (error) {
      if (error instanceof NotSent) this.#refused = byKey(error)
      throw error
    }
  }
}
