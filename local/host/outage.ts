/** Breaks parts of the local stack and mends them again, for tests of what users then see. */
import type { Stack } from './stack.ts'

/** A part that can be stopped (connections refused) or hung (connections taken, no answer). */
export interface Outage {
  stop(): Promise<void>
  start(): Promise<void>
  hang(): Promise<void>
  resume(): Promise<void>
}

export type Part = 'condor' | 'schedd' | 'collector' | 'sshd' | 'radosgw'

/**
 * How each part is controlled, as shell commands inside the stack. `pattern` finds its processes by
 * their command line; /proc is that of the pid namespace, so nothing outside of it can match.
 */
const PARTS: Readonly<Record<Part, { pattern: string; stop: string; start: string; up: string }>> =
  {
    // all of HTCondor, as when its package is upgraded or the host boots
    condor: {
      pattern: '^condor_(master|schedd|collector|negotiator|startd|shared_port)',
      stop: 'pkill -QUIT -x condor_master',
      start: 'setsid bash /local/unit.sh condor </dev/null >/dev/null 2>&1 &',
      up: 'condor_q -totals && condor_status -schedd -af Name | grep -q . && condor_status -af Name | grep -q .',
    },
    schedd: {
      pattern: '^condor_schedd',
      stop: 'condor_off -fast -schedd',
      start: 'condor_on -schedd',
      up: 'condor_q -totals',
    },
    collector: {
      pattern: '^condor_collector',
      stop: 'condor_off -fast -daemon collector',
      start: 'condor_on -daemon collector',
      // the others tell it of themselves again before anyone can use it
      up: 'condor_status -schedd -af Name | grep -q .',
    },
    sshd: {
      pattern: '^(/usr/sbin/)?sshd',
      // With the sessions that are open. One that is being forked meanwhile misses a single signal, and would last as
      // long as its client does.
      stop: "while pkill -TERM -f '^(/usr/sbin/)?sshd'; do sleep 0.05; done",
      // as init.sh does; one simple command, as below
      start: 'setsid bash /local/unit.sh ssh </dev/null >/dev/null 2>&1 &',
      // it says so of itself once it listens
      up: "pgrep -f '^sshd: .*\\[listener\\]'",
    },
    radosgw: {
      pattern: '^radosgw ',
      stop: "pkill -TERM -f '^radosgw '",
      // one simple command: a list in the background would be a shell that keeps our output open
      start:
        'setsid radosgw -c /etc/ceph/local.conf -n client.admin -f </dev/null >/dev/null 2>&1 &',
      up: 'curl -m 1 -s -o /dev/null "$(cat /local/store)"',
    },
  }

/** Each method resolves once its effect can be seen from outside; throws after 60 s without. */
export function outage(stack: Pick<Stack, 'run'>, part: Part): Outage {
  const { pattern, stop, start, up } = PARTS[part]
  const shell = async (script: string) => {
    const { status, stdout, stderr } = await stack.run('timeout', '60', 'bash', '-c', script)
    if (status !== 0) throw new Error(`${part}: ${script}: status ${status} ${stderr || stdout}`)
  }
  const until = (condition: string) => `until { ${condition}; } >/dev/null 2>&1; do sleep 0.1; done`
  return {
    stop: () => shell(`${stop}; ${until(`! pgrep -f '${pattern}'`)}`),
    start: () => shell(`${start}\n${until(up)}`),
    hang: () => shell(`pkill -STOP -f '${pattern}'`),
    resume: () => shell(`pkill -CONT -f '${pattern}'`),
  }
}
