/** The walls one by one: each can be taken down on the submit host, and ./install puts all of them up again. */
import type { Root } from './canary.ts'

export type Wall = 'noexec' | 'check' | 'rules' | 'shadow' | 'mail' | 'chirp' | 'factory'

const GATE = '/usr/local/libexec/condor-gate/gate'
const LATER = '/etc/condor/config.d/99-z-walls'

/** The gate as it would be without its check: the user's own text is submitted, with the service's lines before it. */
const UNCHECKED = `
def _checked(request, sandbox, place, *_):
    from binascii import a2b_base64
    for file in request['files']:
        if file['name'] == request['description']:
            text = a2b_base64(file['content'])
    sandbox.dry_run(request, ['executable = /bin/true'], 1)
    directory = f'{place}/proc/{request["request"]}'
    own = ['executable = ' + request['executable']['path'], 'transfer_executable = false', *request['append']]
    own.append('+ProcRequestId = "' + request['request'] + '"')
    return '\\n'.join([*own, '']).encode() + text, '{}', 1
`

/** Lines of a later file of HTCondor's, which take a wall down. */
const SETTINGS: Partial<Record<Wall, readonly string[]>> = {
  rules: [
    'SUBMIT_REQUIREMENT_NAMES =',
    'JOB_TRANSFORM_NAMES =',
    'START_LOCAL_UNIVERSE = True',
    'START_SCHEDULER_UNIVERSE = True',
  ],
  shadow: ['SHADOW = $(SBIN)/condor_shadow'],
  mail: ['MAIL', 'SENDMAIL'].flatMap((name) =>
    ['SCHEDD', 'SHADOW'].map((daemon) => `${daemon}.${name} = /usr/bin/mail`),
  ),
  chirp: [
    'SHADOW.PROTECTED_JOB_ATTRS =',
    'SHADOW.CHIRP_DELAYED_UPDATE_PREFIX = Chirp*',
    'IMMUTABLE_JOB_ATTRS =',
  ],
  factory: ['SCHEDD_ALLOW_LATE_MATERIALIZE = True'],
}

/** Takes those walls down, and puts up all others. */
export async function takeDown(root: Root, walls: readonly Wall[]): Promise<void> {
  await root(`rm -f ${LATER}; cp /root/submit-host/gate/*.py ${GATE}/`)
  const lines = walls.flatMap((wall) => SETTINGS[wall] ?? [])
  if (lines.length > 0) await root(`cat >${LATER} <<'END'\n${lines.join('\n')}\nEND`)
  if (walls.includes('noexec'))
    await root(`sed -i "s/^    environment\\[b'LD_PRELOAD'\\].*/    pass/" ${GATE}/submitter.py`)
  if (walls.includes('check')) await root(`cat >>${GATE}/submission.py <<'END'\n${UNCHECKED}END`)
  const mark = `WALLS_${Math.random().toString(36).slice(2)}`
  await root(`echo '${mark} = 1' >>${LATER}; condor_reconfig
    until [ "$(condor_config_val -schedd ${mark})" = 1 ]; do sleep 0.1; done; sleep 1`)
}

/**
 * A schedd that hangs is ended, and what it hangs over with it. Clusters are counted on from where they were: the history
 * has jobs of the numbers before.
 */
export async function recover(root: Root): Promise<void> {
  await root(`timeout 5 condor_q -totals && exit
    rm -f ${LATER}
    cd /var/spool/condor
    next=$(grep -oP '(?<=^103 0\\.0 NextClusterNum )\\d+' job_queue.log | tail -n 1)
    echo "SCHEDD_CLUSTER_INITIAL_VALUE = $next" >${LATER}
    pkill -KILL -x condor_schedd; rm -f job_queue.log*
    until timeout 5 condor_q -totals; do sleep 0.5; done`)
}
