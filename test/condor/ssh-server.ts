/** An ssh server in this process, for the faults that a real sshd cannot be made to show. */
import type { AddressInfo } from 'node:net'
import ssh2, { type ServerChannel } from 'ssh2'
import { afterEach } from 'vitest'
import { Connection } from '../../lib/condor/connection.ts'

/** Of one key in 200 ssh2 leaves out a zero at its start, and cannot read it then: another is made. */
export function sshKey(type: 'ed25519'): ReturnType<typeof ssh2.utils.generateKeyPairSync> {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync(type)
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair
  }
}
export const hostKey = sshKey('ed25519')
export const userKey = sshKey('ed25519')

type Reaction = (channel: ServerChannel, line: string, client: ssh2.Connection) => void
export const closers: (() => void)[] = []

afterEach(() => {
  for (const close of closers.splice(0)) close()
})

export async function server(react: Reaction, refuse = { sessions: 0 }, at = 0) {
  const seen = { connections: 0, requests: [] as string[] }
  const clients = new Set<ssh2.Connection>()
  const listener = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    seen.connections++
    clients.add(client)
    client.on('error', () => {})
    client.on('authentication', (context) => context.accept())
    client.on('session', (accept, reject) => {
      if (refuse.sessions-- > 0) return reject()
      const session = accept()
      session.on('exec', (acceptExec) => {
        const channel = acceptExec()
        let line = ''
        channel.on('data', (chunk: Buffer) => {
          line += chunk
          if (!line.endsWith('\n')) return
          seen.requests.push(line)
          react(channel, line, client)
        })
      })
    })
  })
  await new Promise<void>((resolve) => listener.listen(at, '127.0.0.1', resolve))
  closers.push(() => {
    for (const client of clients) client.end()
    listener.close()
  })
  return { port: (listener.address() as AddressInfo).port, seen, clients, listener }
}

export function connect(
  port: number,
  pinned: string = hostKey.public,
  key: () => Promise<string> = async () => userKey.private,
): Connection {
  const connection = new Connection(
    { host: '127.0.0.1', port, user: 'condorweb' },
    { key, knownHosts: async () => `[127.0.0.1]:${port} ${pinned}` },
  )
  closers.push(() => connection.close())
  return connection
}

export const reply = (channel: ServerChannel, stdout: string, status: number, stderr = '') => {
  channel.write(stdout)
  channel.stderr.write(stderr)
  channel.exit(status)
  channel.end()
}
