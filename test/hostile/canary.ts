/**
 * What tells on the submit host that a description did what it must not: a program that leaves a mark with
 * its ancestors, secrets of others, and a stamp that newer files are found by.
 */
import type { Output } from '../../local/command.ts'
import { CANARY, SECRETS } from './description.ts'

export type Root = (script: string) => Promise<Output>

/** Marks who ran it and by whom it was started, and prints what would do as an included file and as an item. */
const MARK = `#!/bin/sh
PATH=/usr/bin:/bin
pid=$PPID chain=
while [ "$pid" -gt 1 ]; do
  chain="$chain $(cat /proc/$pid/comm)"
  pid=$(awk '/^PPid/ { print $2 }' /proc/$pid/status)
done
echo "\${1:-?} as $(id -un) by$chain" >>${CANARY}/ran
echo hold = true
`

/** What a job does: it shows all that was brought to it. */
const WORK = `#!/bin/sh
[ "$1" != chirp ] || { shift; /usr/libexec/condor/condor_chirp "$@"; sleep 1; exit; }
timeout 2 head -c 10000 2>&1
timeout 2 head -c 10000 ./* 2>&1
exit 0
`

const PREPARE = `set -e
rm -rf ${CANARY}; mkdir -m 777 ${CANARY}; cd ${CANARY}
cat >mark <<'END'
${MARK}END
cat >work <<'END'
${WORK}END
chmod 755 mark work
touch ran; chmod 666 ran
for name in bob root service; do
  echo "leaked = $name-secret-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')" >$name
  cut -d' ' -f3 $name >>$name
done
install -m 600 -o bob bob ${SECRETS.bob}
install -m 600 -o root root ${SECRETS.root}
install -m 600 -o condorweb service ${SECRETS.service}
ln -sfn ${SECRETS.bob} /home/alice/link
# Whatever runs Python as alice reads this first, and whatever sends mail starts these.
site=$(runuser -u alice -- python3 -c 'import site; print(site.getusersitepackages())')
runuser -u alice -- mkdir -p "$site"
echo 'import os; os.system("${CANARY}/mark pth")' >"$site/canary.pth"
for program in /usr/bin/mail /usr/sbin/sendmail; do
  [ -e $program.away ] || mv $program $program.away
  printf '#!/bin/sh\\nexec ${CANARY}/mark mail\\n' >$program; chmod 755 $program
done
mkdir -p /home/alice/links; ln -sfn /home/bob /home/alice/links/bob
[ -p /home/alice/fifo ] || mkfifo /home/alice/fifo
chown -Rh alice: /home/alice
tail -qn1 bob root service
od -An -v -tx1 -N16 ${SECRETS.pool} | tr -d ' \\n' | sed 's/../\\\\x&/g'; echo
rm bob root service
`

const REMOVE = `rm -rf ${CANARY} ${SECRETS.bob} ${SECRETS.root} ${SECRETS.service} /home/alice/link /home/alice/links /home/alice/fifo /home/alice/.local
for program in /usr/bin/mail /usr/sbin/sendmail; do mv $program.away $program; done`

/** Where the service and HTCondor write all the time. */
const USUAL =
  /^\/(var\/(log|spool\/condor|lib\/(condor|condor-gate|ceph[^/]*))|canary\/(ran|stamp)$|tmp$|var\/tmp$)/

const NEWER = `find / /dev/shm /tmp -xdev \\( -path /proc -o -path /sys -o -path /local \\) -prune -o \\
  -newercm ${CANARY}/stamp \\( -type d -o -printf '%u %p\\n' \\)`

/** Processes that are alice's or bob's, with the names of their ancestors. */
const PROCESSES = `ps -eo pid=,ppid=,user=,comm= | awk '
  { parent[$1] = $2; user[$1] = $3; name[$1] = $4 }
  END { for (p in user) if (user[p] ~ /^(alice|bob)$/) {
    chain = ""; for (q = p; q > 1; q = parent[q]) chain = chain " " name[q]; print user[p] ":" chain } }'`

/** What serves everybody, with the numbers of the processes: one that ended is another now. */
const DAEMONS = `pgrep -af '^([^ ]*/)?condor_(master|collector|negotiator|schedd|shared_port)( |$)'`

export interface Canary {
  /** Forgets what was seen, so that the test's own changes of the host do not count. */
  forget(): Promise<void>
  /** What went wrong since then, a line each. Of marks, the number of the description comes first. */
  findings(answers: readonly string[]): Promise<string[]>
  remove(): Promise<void>
}

export async function setCanary(root: Root): Promise<Canary> {
  const prepared = await root(PREPARE)
  const words = prepared.stdout.trim().split('\n')
  // The pool's password is bytes, for which grep has a pattern.
  const pool = words.pop()
  if (prepared.status !== 0 || words.length !== 3) throw new Error(prepared.stderr)
  const lines = async (script: string) =>
    (await root(script)).stdout.split('\n').filter((line) => line !== '')
  const daemons = () => lines(DAEMONS)
  let before = await daemons()
  return {
    async forget() {
      before = await daemons()
      await root(`: >${CANARY}/ran; sleep 0.02; touch ${CANARY}/stamp; sleep 0.02`)
    },
    async findings(answers) {
      const [ran, newer, running, leaked, now] = await Promise.all([
        lines(`cat ${CANARY}/ran`),
        lines(NEWER),
        lines(PROCESSES),
        // The schedd's log of its queue and the history are below spool: all attributes of all jobs.
        lines(
          `for how in 'F ${words.map((word) => `-e ${word}`).join(' ')}' 'aP -e ${pool}'; do LC_ALL=C grep -rl$how ` +
            '/home/alice /var/spool/condor /var/log/condor /var/lib/condor/execute /tmp /var/tmp /dev/shm; done',
        ),
        daemons(),
      ])
      return [
        // Below condor_startd is a worker.
        ...ran.filter((line) => !line.includes(' condor_startd')).map((line) => `${line}: it ran`),
        ...newer.filter(unexpected).map((line) => `a file was written: ${line}`),
        ...running
          .filter((line) => !/ condor_(startd|shadow)\b/.test(line))
          .map((line) => `a process is left: ${line}`),
        ...leaked.map((path) => `a secret is in ${path}`),
        ...answers
          .filter((answer) => words.some((word) => answer.includes(word)))
          .map((answer) => `a secret is in an answer: ${answer}`),
        ...before.filter((one) => !now.includes(one)).map((one) => `${one} has ended`),
      ]
    },
    async remove() {
      await root(REMOVE)
    },
  }
}

/** `user path` of a new file that is neither alice's in her home or on the worker, nor the host's own daily work. */
function unexpected(line: string): boolean {
  const [user, path = ''] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]
  if (path.startsWith('/home/alice')) {
    return user !== 'alice' || !/^\/home\/alice\/proc\/[0-9a-f-]{36}(\/|$)/.test(path)
  }
  // The worker, which is on the same host here.
  if (path.startsWith('/var/lib/condor/execute/dir_')) return user === 'root'
  return user === 'alice' || !USUAL.test(path)
}
