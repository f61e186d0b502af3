/** Free ports of the loopback address. */
import { createServer } from 'node:net'

/**
 * Below the range from which Linux takes the ports of outgoing connections (32768 and up): a port
 * chosen here stays free until its daemon listens, however many connections are made meanwhile.
 */
const LOWEST = 20000
const HIGHEST = 32000

/** As many different free ports as are asked for. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  for (let tries = 0; ports.size < count && tries < 1000; tries++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  if (ports.size < count) throw new Error('No free port on 127.0.0.1 between 20000 and 32000')
  return [...ports]
}

/** Whether a server could listen on that port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
