/** A TCP proxy on loopback that does to connections what networks do to them. */
import { connect, createServer, type Server, type Socket } from 'node:net'

/** What befalls a connection; `up` is towards the server, `down` towards the client. */
export interface Fault {
  /** Bytes in that direction that still pass; none of the faults below comes before them. */
  readonly after?: { readonly up?: number; readonly down?: number }
  /**
   * `refuse`: reset before anything passed. `reset`: RST to both sides. `end`: FIN to both sides. `black-hole`: nothing
   * passes any more in that direction (both, when `after` names none), and nobody is told.
   */
  readonly kind: 'refuse' | 'reset' | 'end' | 'black-hole'
}

export interface Rule {
  readonly fault?: Fault | undefined
  /** Milliseconds by which every chunk comes later. */
  readonly delay?: number
  /** Nothing passes before it resolves. */
  readonly hold?: Promise<void>
}

/** One chunk that passed, with the bytes in its direction up to its end. */
export interface Passage {
  readonly way: 'up' | 'down'
  readonly total: number
}

export interface FaultProxy {
  readonly port: number
  /** What the next connection meets, by its number from 0. */
  rule: (connection: number) => Rule
  /** What passed, by connection. */
  readonly passages: Passage[][]
  /** How many faults took effect, by kind. */
  readonly counts: Record<string, number>
  /** The fault befalls one connection, open or new: the one that carries the last of so many bytes, counted from now. */
  arm(fault: Fault, struck?: () => void): void
  /** What was armed and has not struck yet does not. */
  disarm(): void
  /** While it is true all that comes is lost, and nobody is told; connections are still taken. */
  silent: boolean
  /** Cuts all connections by RST. */
  reset(): void
  /** Nobody listens on the port, until `listen()`: the kernel itself refuses. */
  deaf(): Promise<void>
  listen(): Promise<void>
  close(): Promise<void>
}

const pass = (): Rule => ({})

/** How many bytes still pass in each direction. */
const bytesOf = ({ after }: Fault) =>
  after ? { up: after.up ?? Infinity, down: after.down ?? Infinity } : { up: 0, down: 0 }

interface Armed {
  readonly fault: Fault
  readonly left: { up: number; down: number }
  readonly struck: () => void
}

/** Forwards to `target` on 127.0.0.1. */
export async function startProxy(target: number): Promise<FaultProxy> {
  const passages: Passage[][] = []
  const counts: Record<string, number> = {}
  const open = new Set<Socket>()
  let server: Server | undefined
  let port = 0
  let armed: Armed | undefined

  /** Takes what is armed, for one connection alone. */
  function takeArmed(): Fault | undefined {
    const taken = armed
    armed = undefined
    taken?.struck()
    return taken?.fault
  }

  function accept(client: Socket) {
    const { fault: ruled, delay = 0, hold } = proxy.rule(passages.length)
    let fault = ruled
    if (!fault && armed?.fault.kind === 'refuse') fault = takeArmed()
    let left = fault && bytesOf(fault)
    const seen: Passage[] = []
    passages.push(seen)
    client.on('error', () => {})
    open.add(client.once('close', () => open.delete(client)))
    const note = () => {
      const kind = fault?.kind ?? 'none'
      counts[kind] = (counts[kind] ?? 0) + 1
    }
    if (fault?.kind === 'refuse') {
      note()
      client.resetAndDestroy()
      return
    }
    const upstream = connect(target, '127.0.0.1')
    open.add(upstream.once('close', () => open.delete(upstream)))
    client.setNoDelay(true)
    upstream.setNoDelay(true)
    const both = [client, upstream]
    let struck = false
    const strike = () => {
      if (!struck) note()
      struck = true
      if (fault?.kind === 'reset' || fault?.kind === 'refuse')
        for (const socket of both) socket.resetAndDestroy()
      if (fault?.kind === 'end') for (const socket of both) socket.end()
    }
    const forward = (way: 'up' | 'down', from: Socket, to: Socket) => {
      let total = 0
      from.on('data', (chunk: Buffer) => {
        if (proxy.silent) return
        const room = left ?? armed?.left
        const passing = chunk.subarray(0, room?.[way])
        total += passing.length
        if (room) room[way] -= passing.length
        if (passing.length > 0) {
          seen.push({ way, total })
          if (delay === 0) to.write(passing)
          else setTimeout(() => to.writable && to.write(passing), delay)
        }
        // Exactly at the limit it strikes at once: the last bytes get a moment to go on their way.
        if (room?.[way] !== 0 || struck) return
        if (!left) {
          left = room
          fault = takeArmed()
        }
        setTimeout(strike, delay + 5)
      })
      from.on('end', () => setTimeout(() => struck || to.end(), delay))
      from.on('error', () => (fault?.kind === 'black-hole' && struck) || to.resetAndDestroy())
      from.on('close', () => struck || to.end())
    }
    const begin = () => {
      forward('up', client, upstream)
      forward('down', upstream, client)
    }
    if (hold !== undefined) void hold.then(begin)
    else begin()
  }

  const proxy: FaultProxy = {
    get port() {
      return port
    },
    rule: pass,
    passages,
    counts,
    arm(fault, struck = () => {}) {
      armed = { fault, left: bytesOf(fault), struck }
    },
    disarm() {
      armed = undefined
    },
    silent: false,
    reset() {
      for (const socket of [...open]) socket.resetAndDestroy()
    },
    async deaf() {
      const closed = new Promise<void>((resolve) => server?.close(() => resolve()))
      proxy.reset()
      await closed
    },
    listen: () =>
      new Promise((resolve, reject) => {
        server = createServer(accept).once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          const address = server?.address()
          if (address && typeof address === 'object') port = address.port
          resolve()
        })
      }),
    close: () => proxy.deaf(),
  }
  await proxy.listen()
  return proxy
}
