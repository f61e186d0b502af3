/** TCP connections of this machine, as the kernel lists them (proc_pid_net(5)). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

interface Connection {
  readonly from: number
  readonly to: number
  readonly inode: string
}

const ESTABLISHED = '01'
const portOf = (address = '') => Number.parseInt(address.split(':')[1] ?? '', 16)

function established(): Connection[] {
  const [, ...lines] = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n')
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === ESTABLISHED)
    .map((words) => ({ from: portOf(words[1]), to: portOf(words[2]), inode: words[9] ?? '' }))
}

/** The ports from which a process is connected to `port`. */
export function portsTo(port: number, pid: number): number[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`)
      } catch {
        return '' // it was closed meanwhile
      }
    }),
  )
  return established()
    .filter(({ to, inode }) => to === port && sockets.has(`socket:[${inode}]`))
    .map(({ from }) => from)
}

/** The ports from which those are connected that the listener on `port` still holds a connection to. */
export const heldBy = (port: number): Set<number> =>
  new Set(
    established()
      .filter(({ from }) => from === port)
      .map(({ to }) => to),
  )
