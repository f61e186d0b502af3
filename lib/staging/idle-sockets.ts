/** Connections to the object store that may have died while the instance stood still. */
import type { Agent } from 'node:http'
import type { Socket } from 'node:net'

/**
 * A connection that nobody used for so long is not used again. Lambda freezes an instance with its
 * answer, the other side closes what is idle, and the first calls after the thaw would be written into
 * dead connections: each attempt may take another one, or wait for an answer until its time is over.
 * The wall clock goes on meanwhile, so it tells. S3 keeps idle connections for longer than this.
 */
const IDLE_MS = 5_000

export interface Agents {
  readonly httpAgent?: Agent
  readonly httpsAgent?: Agent
}

/**
 * What to call before each attempt of a client, and after it, with the agents of that client: closes
 * the connections that were idle for too long.
 */
export function idleSockets() {
  const freed = new WeakMap<Socket, number>()
  const watched = new WeakSet<Agent>()
  let used = Date.now()

  return function drop({ httpAgent, httpsAgent }: Agents): void {
    const now = Date.now()
    for (const agent of [httpAgent, httpsAgent]) {
      if (agent === undefined) continue
      if (!watched.has(agent)) {
        agent.on('free', (socket: Socket) => freed.set(socket, Date.now()))
        watched.add(agent)
      }
      for (const sockets of Object.values(agent.freeSockets)) {
        for (const socket of sockets ?? []) {
          // One that was freed before the agent was watched was so at the last call or earlier.
          if (now - (freed.get(socket) ?? used) > IDLE_MS) socket.destroy()
        }
      }
    }
    used = now
  }
}
