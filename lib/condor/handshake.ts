/** The beginning of a connection: each side shows its key. */
import { NotSent, within } from './attempt.ts'
import { hostKeys } from './known-hosts.ts'
import type { Client } from './ssh.ts'

const CONNECT_MS = 5_000

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

/**
 * A client that the host has accepted. The host is greeted while the credentials are still being read;
 * one that cannot be read rejects with its own error, everything else with NotSent. `gone` is called
 * whenever the client has ended.
 */
export async function handshake(
  { host, port, user }: Host,
  { key, knownHosts }: Credentials,
  refused: boolean,
  deadline: number,
  gone: (client: Client) => void,
): Promise<Client> {
  const privateKey = key(refused)
  const pinned = knownHosts(refused).then((text) => hostKeys(text, host, port))
  const credentials = Promise.all([privateKey, pinned])
  credentials.catch(() => {}) // told below
  const { Client } = await import('./ssh.ts')
  const client = new Client()
  // The listener stays for the client's whole life: a late error without one ends the process.
  client.on('error', () => gone(client)).on('close', () => gone(client))
  let offered = false
  let unknown = false
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
        hostVerifier(shown: Buffer, verify: (valid: boolean) => void) {
          const isPinned = (keys: Buffer[]) => keys.some((known) => known.equals(shown))
          const judge = (valid: boolean) => {
            unknown = !valid
            verify(valid)
          }
          pinned.then((keys) => judge(isPinned(keys))).catch(fail)
        },
        authHandler(_methods, _partly, next) {
          if (offered) return false
          offered = true
          privateKey
            .then((text) => next({ type: 'publickey', username: user, key: text }))
            .catch(fail)
          return undefined
        },
      })
  })
  try {
    await connected
  } catch (error) {
    client.destroy()
    await credentials // one that cannot be read is no fault of the host's, and says so itself
    if (!(error instanceof NotSent)) throw error
    if (unknown) throw new NotSent(error.message, error.cause, UNKNOWN_KEY)
    if (offered || isTurnedAway(error)) throw new NotSent(error.message, error.cause, TURNED_AWAY)
    throw error
  }
  // Nagle's algorithm would add the server's 40 ms delayed ACK to every command.
  client.setNoDelay(true)
  return client
}

const UNKNOWN_KEY = 'the submit host shows a key that this service does not know'
const TURNED_AWAY = 'the submit host does not let the service in'

/** sshd takes the connection of an address that it punishes for failed logins, and closes it without a word. */
const isTurnedAway = ({ cause }: NotSent): boolean =>
  cause instanceof Error && cause.message === 'Connection lost before handshake'

/** Whether a handshake failed by a key, ours or the host's; ssh2 tells by `level` how far it came. */
export function byKey({ cause }: NotSent): boolean {
  const level = cause instanceof Error && 'level' in cause ? cause.level : undefined
  return level === 'client-authentication' || level === 'handshake'
}
