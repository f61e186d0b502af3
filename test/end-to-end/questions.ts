/** Counts what the schedd is asked where it is asked: at condor_q on the submit host. */
import { onSubmitHost } from './host.ts'

export const CONDOR_Q = '/usr/bin/condor_q.counted'

async function root(script: string): Promise<string> {
  const { status, stdout, stderr } = await onSubmitHost('bash', '-c', script)
  if (status !== 0) throw new Error(`${script}: ${stderr}`)
  return stdout
}

/** `list` is shell to be done before the whole queue is asked for. */
export async function startCounting(list = ':'): Promise<void> {
  await root(`[ -e ${CONDOR_Q} ] || cp /usr/bin/condor_q ${CONDOR_Q}
[ -e /tmp/questions ] || install -m 666 /dev/null /tmp/questions
cat >/usr/bin/condor_q.new <<'END'
#!/bin/bash
echo "$*" >>/tmp/questions
case " $* " in *" -allusers -json -attributes "*) ${list};; esac
exec ${CONDOR_Q} "$@"
END
chmod 755 /usr/bin/condor_q.new; mv /usr/bin/condor_q.new /usr/bin/condor_q`)
}

export const stopCounting = () => root(`mv ${CONDOR_Q} /usr/bin/condor_q; rm -f /tmp/questions`)

/** How often the whole queue was asked for so far. */
export const lists = async () =>
  Number(await root(`grep -c -- '-allusers -json -attributes ' /tmp/questions || true`))

/** How often jobs were asked for, in any way; availability asks for totals alone. */
export const questions = async () =>
  Number(await root(`grep -vc -- '-totals' /tmp/questions || true`))
