/** One request and its reply, over a channel of its own. */
import type { Readable } from 'node:stream'
import { UnknownOutcome, within } from './attempt.ts'
import type { Client, ClientChannel } from './ssh.ts'

const CHANNEL_MS = 3_000
const STDERR_BYTES = 64 * 1024

export interface Exchange {
  /** The reply as it arrives. It must be read to its end, or destroyed. */
  readonly stdout: Readable
  /** Settles when the remote side has ended; rejects with UnknownOutcome. */
  readonly ended: Promise<{ status: number; stderr: string }>
}

/**
 * Sends one request. Rejects with NotSent where no channel could be had. Past the deadline `ended`
 * rejects, once `late` has been told: the whole client is not to be trusted any more.
 */
export async function exchange(
  client: Client,
  request: string,
  deadline: number,
  late: () => void,
): Promise<Exchange> {
  const channel = await within<ClientChannel>(
    CHANNEL_MS,
    deadline,
    'open a channel',
    (done, fail) => {
      // The host ignores the command: its key is bound to condor-gate.
      client.exec('condor-gate', (error, opened) => (error ? fail(error) : done(opened)))
    },
  )
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
        late()
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
