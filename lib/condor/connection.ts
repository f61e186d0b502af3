/** The one ssh connection of a function instance to the submit host. Only this file knows ssh2. */
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, ClientChannel } from 'ssh2'
import { hostKeys } from './known-hosts.ts'

/** Idle seconds after which a connection is not trusted: NAT and Lambda drop it without a word. */
const IDLE_MS = 60_000
const CONNECT_MS = 5_000
const CHANNEL_MS = 3_000
const STDERR_BYTES = 64 * 1024
/** Operations under way at once; sshd gives a connection ten sessions (MaxSessions). */
const AT_ONCE = 8
/** sshd, told to read its settings anew, listens to nobody for some 10 ms. */
const RELOAD_MS = 250

/** A failure before the request was sent: nothing was asked of the submit host. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
}

/** The request was sent and no exit status came back: nobody here knows what was done. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome'
}

export interface Exchange {
  /** The reply as it arrives. It must be read to its end, or destroyed. */
  readonly stdout: Readable
  /** Settles when the remote side has ended; rejects with UnknownOutcome. */
  readonly ended: Promise<{ status: number; stderr: string }>
}

export interface Host {
  readonly host: string
  readonly port: number
  readonly user: string
}

/** What is asked for at every new connection. */
export interface Credentials {
  /** The private key in OpenSSH form; `refused` when the host did not accept the one given last. */
  readonly key: (refused: boolean) => Promise<string>
  /** The pinned host keys, in known_hosts form; `refused` when the host showed another one. */
  readonly knownHosts: (refused: boolean) => Promise<string>
}

export class Connection {
  readonly #host: Host
  readonly #credentials: Credentials
  #client: Client | undefined
  #connecting: Promise<Client> | undefined
  #lastUsed = 0
  #busy = 0
  readonly #waiting: (() => void)[] = []
  /** The last handshake failed by a key, ours or the host's: they may have been rotated. */
  #refused = false

  constructor(host: Host, credentials: Credentials) {
    this.#host = host
    this.#credentials = credentials
  }

  /** Loads ssh2, as the first request would: an instance's start has the processor for it. */
  load(): Promise<typeof import('./ssh.ts')> {
    return import('./ssh.ts')
  }

  /** Connects, for a request that will come in a moment; what fails here is tried again then. */
  prepare(deadline: number): void {
    if (!this.#reusable()) this.#connect(deadline).catch(() => {})
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
      const exchange = await this.#sendTwice(request, deadline)
      exchange.ended.then(free, free)
      return exchange
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
    try {
      return await this.#exchange(client, request, deadline)
    } catch (error) {
      this.close()
      throw error
    }
  }

  close(): void {
    this.#client?.destroy()
    this.#client = undefined
  }

  /** A frozen function thaws with a connection that only looks alive: judge it by the clock. */
  #reusable(): Client | undefined {
    if (this.#client && Date.now() - this.#lastUsed > IDLE_MS) this.close()
    return this.#client
  }

  #connect(deadline: number): Promise<Client> {
    this.#connecting ??= this.#handshake(deadline).finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  /** The host is greeted while the credentials are still being read. */
  async #handshake(deadline: number): Promise<Client> {
    const { host, port, user } = this.#host
    const privateKey = this.#credentials.key(this.#refused)
    const pinned = this.#credentials
      .knownHosts(this.#refused)
      .then((knownHosts) => hostKeys(knownHosts, host, port))
    const credentials = Promise.all([privateKey, pinned])
    credentials.catch(() => {}) // told below
    const { Client } = await this.load()
    const client = new Client()
    const forget = () => {
      if (this.#client === client) this.#client = undefined
    }
    // The listener stays for the client's whole life: a late error without one ends the process.
    client.on('error', forget).on('close', forget)
    let offered = false
    const what = 'connect to the submit host'
    const connected = within<void>(CONNECT_MS, deadline, what, (done, fail) => {
      credentials.catch(fail)
      client
        .once('ready', () => done())
        .once('error', fail)
        .once('close', () => fail(new Error('connection closed during the handshake')))
        .connect({
          host,
          port,
          readyTimeout: CONNECT_MS,
          username: user,
          hostVerifier(key: Buffer, verify: (valid: boolean) => void) {
            pinned.then((keys) => verify(keys.some((known) => known.equals(key)))).catch(fail)
          },
          authHandler(_methods, _partly, next) {
            if (offered) return false
            offered = true
            privateKey.then((key) => next({ type: 'publickey', username: user, key })).catch(fail)
            return undefined
          },
        })
    })
    try {
      await connected
    } catch (error) {
      client.destroy()
      await credentials // one that cannot be read is no fault of the host's, and says so itself
      this.#refused = error instanceof NotSent && byKey(error)
      throw error
    }
    this.#refused = false
    // Nagle's algorithm would add the server's 40 ms delayed ACK to every command.
    client.setNoDelay(true)
    this.#client = client
    return client
  }

  async #exchange(client: Client, request: string, deadline: number): Promise<Exchange> {
    const channel = await within<ClientChannel>(
      CHANNEL_MS,
      deadline,
      'open a channel',
      (done, fail) => {
        // The host ignores the command: its key is bound to condor-gate.
        client.exec('condor-gate', (error, opened) => (error ? fail(error) : done(opened)))
      },
    )
    this.#lastUsed = Date.now()
    const stderr: Buffer[] = []
    let stderrBytes = 0
    // stdout and stderr share one window: an unread stderr would block the reply.
    channel.stderr.on('data', (chunk: Buffer) => {
      if (stderrBytes < STDERR_BYTES) stderr.push(chunk)
      stderrBytes += chunk.length
    })
    const ended = new Promise<{ status: number; stderr: string }>((resolve, reject) => {
      const timer = setTimeout(
        () => {
          this.close()
          const error = new UnknownOutcome('the submit host did not answer in time')
          channel.destroy()
          reject(error)
        },
        Math.max(0, deadline - Date.now()),
      )
      let status: number | undefined
      channel.on('exit', (code: number | null) => {
        status = code ?? undefined
      })
      channel.on('error', () => {})
      channel.on('close', () => {
        clearTimeout(timer)
        this.#lastUsed = Date.now()
        if (status === undefined) {
          reject(new UnknownOutcome('the connection to the submit host was lost'))
        } else {
          resolve({ status, stderr: Buffer.concat(stderr).toString('utf8') })
        }
      })
    })
    ended.catch(() => {}) // the reader of stdout may fail first; the rejection is then already told
    channel.end(`${request}\n`)
    return { stdout: channel, ended }
  }
}

/** ssh2 tells by `level` how far the handshake came. */
function byKey({ cause }: NotSent): boolean {
  const level = cause instanceof Error && 'level' in cause ? cause.level : undefined
  return level === 'client-authentication' || level === 'handshake'
}

const nobodyListened = ({ cause }: NotSent): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'

/** Runs `start` under a timer that begins before the call: ssh2 may never call back at all. */
function within<T>(
  limit: number,
  deadline: number,
  what: string,
  start: (done: (value: T) => void, fail: (error: unknown) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (cause: unknown) => {
      clearTimeout(timer)
      reject(new NotSent(`could not ${what}`, { cause }))
    }
    const timer = setTimeout(
      () => fail(new Error('timed out')),
      Math.max(0, Math.min(limit, deadline - Date.now())),
    )
    try {
      start((value) => {
        clearTimeout(timer)
        resolve(value)
      }, fail)
    } catch (error) {
      fail(error)
    }
  })
}
