/** Faults of submit host and store, which befall all clients at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import { outage, type Part } from '../../local/host/outage.ts'
import type { Site } from '../faults/detour.ts'
import type { Random } from './random.ts'

/** Resolves when it has passed, with how often it came true. */
export type HostFault = (site: Pick<Site, 'run'>, random: Random) => Promise<number>

const hangs =
  (part: Part, most: number): HostFault =>
  async (site, random) => {
    const it = outage(site, part)
    await it.hang()
    try {
      await sleep(random.whole(200, most))
    } finally {
      await it.resume()
    }
    return 1
  }

const restarts =
  (part: Part): HostFault =>
  async (site, random) => {
    const it = outage(site, part)
    try {
      await it.stop()
      await sleep(random.whole(0, 2_000))
    } finally {
      await it.start()
    }
    return 1
  }

/** Kills what the pattern finds, again and again for a second: most of it lives for milliseconds. */
const kills =
  (pattern: string, andThen = ''): HostFault =>
  async ({ run }) => {
    const script = `for n in $(seq 20); do pkill -KILL -e -f '${pattern}'; sleep 0.05; done; ${andThen}`
    const { stdout } = await run('timeout', '60', 'bash', '-c', script)
    return stdout.split('\n').filter((line) => line.includes(' killed (pid ')).length
  }

const GATE = '/usr/local/libexec/condor-gate/condor-gate'

/** Those that pass in a moment. */
export const BRIEF: Readonly<Record<string, HostFault>> = {
  'schedd hung': hangs('schedd', 4_000),
  'store hung': hangs('radosgw', 4_000),
  'ssh sessions killed': kills('^sshd.*: condorweb'),
  'gates killed': kills(`^[^ ]*python3 -IS ${GATE}$`),
  'submitters killed': kills(`^[^ ]*python3 -IS ${GATE}-submit`),
  'fetches killed': kills('^/usr/bin/curl -q'),
  'condor_submit killed': kills('^/usr/bin/condor_submit'),
}

export const ALL: Readonly<Record<string, HostFault>> = {
  ...BRIEF,
  'sshd restarted': restarts('sshd'),
  'schedd restarted': restarts('schedd'),
  'schedd killed': kills('^condor_schedd', 'until condor_q -totals; do sleep 0.3; done'),
  'store restarted': restarts('radosgw'),
}
