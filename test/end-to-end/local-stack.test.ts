/** The local stack tells the truth: what its daemons find is what systemd gives them on a real Debian host. */
import { expect, test } from 'vitest'
import { onSubmitHost, outage } from './host.ts'

/** Lines of what a command says on the submit host. */
async function lines(script: string): Promise<string[]> {
  const { status, stdout, stderr } = await onSubmitHost('bash', '-c', script)
  if (status !== 0) throw new Error(`${script}: ${stderr}`)
  return stdout.split('\n').filter((line) => line !== '')
}

const UNITS = '/usr/lib/systemd/system'

/** Values of a setting in a unit's file, which has none of what would need more than this to read. */
const setting = (unit: string, name: string) =>
  lines(`sed -n 's/^${name}=//p' ${UNITS}/${unit}.service`)

/** What systemd gives every service of the system: man systemd.exec, "Environment variables in spawned processes". */
const everyService = async () => [
  `PATH=${(await lines('systemd-path search-binaries-default')).join('')}`,
  'LANG=C.UTF-8',
]

const environment = (daemon: string) =>
  lines(`tr '\\0' '\\n' </proc/$(pgrep -o -x ${daemon})/environ`)

/** What programs that it starts have of it, too. */
async function inherited(daemon: string, unit: string) {
  const pid = (await lines(`pgrep -o -x ${daemon}`)).join('')
  const [umask, blocked, ignored] = (
    await lines(`grep -E '^(Umask|SigBlk|SigIgn):' /proc/${pid}/status`)
  ).map((line) => line.split('\t')[1])
  const [soft] = await lines(`awk '/^Max open files/ { print $4 }' /proc/${pid}/limits`)
  const [most] = await lines('ulimit -Hn')
  const [wanted = '1024'] = await setting(unit, 'LimitNOFILE')
  return {
    umask,
    blocked,
    ignored,
    input: (await lines(`readlink /proc/${pid}/fd/0`)).join(),
    session: (await lines(`ps -o sid= -p ${pid}`)).join().trim() === pid ? 'its own' : 'shared',
    files: Number(soft) === Math.min(Number(wanted), Number(most)) ? "the unit's" : soft,
  }
}

const AS_SYSTEMD = {
  umask: '0022',
  blocked: '0000000000000000',
  ignored: '0000000000001000', // SIGPIPE: IgnoreSIGPIPE= is yes where a unit does not say
  input: '/dev/null',
  session: 'its own',
  files: "the unit's",
}

test('condor_master has the environment of condor.service and no other', async () => {
  expect(await setting('condor', 'ExecStart')).toEqual(['/usr/sbin/condor_master -f'])
  expect(await setting('condor', 'User')).toEqual([]) // so no HOME, USER, LOGNAME and SHELL
  expect((await environment('condor_master')).sort()).toEqual(
    [...(await everyService()), ...(await setting('condor', 'Environment'))].sort(),
  )
  expect(await inherited('condor_master', 'condor')).toEqual(AS_SYSTEMD)
})

test('condor_schedd has the environment of condor.service, and what HTCondor adds', async () => {
  const own = /^(_?CONDOR_|_condor_|TZ=)/
  expect((await environment('condor_schedd')).filter((line) => !own.test(line)).sort()).toEqual(
    [...(await everyService()), ...(await setting('condor', 'Environment'))].sort(),
  )
  expect(await inherited('condor_schedd', 'condor')).toEqual(AS_SYSTEMD)
})

test('sshd has the environment of ssh.service and no other, also when it was started anew', async () => {
  // It writes its title over its own environment: what another program gets from the same unit is looked at.
  const probe = '/etc/systemd/system/local-stack-probe.service'
  const seen = await lines(
    `sed 's|^ExecStart=.*|ExecStart=/usr/bin/env|' ${UNITS}/ssh.service >${probe}
     bash /local/unit.sh local-stack-probe; rm ${probe}`,
  )
  expect(seen.sort()).toEqual(
    [
      ...(await everyService()),
      ...(await lines('cat /etc/default/ssh')),
      `RUNTIME_DIRECTORY=/run/${(await setting('ssh', 'RuntimeDirectory')).join()}`,
    ].sort(),
  )
  const running = async () => ({
    ...(await inherited('sshd', 'ssh')),
    leaked: (await environment('sshd')).filter((line) => /^(HOME|USER|SHELL|PWD)=/.test(line)),
  })
  expect(await running()).toEqual({ ...AS_SYSTEMD, leaked: [] })
  const sshd = outage('sshd')
  await sshd.stop()
  await sshd.start()
  expect(await running()).toEqual({ ...AS_SYSTEMD, leaked: [] })
})

test('HTCondor has real programs for its mail, and no mail leaves this host', async () => {
  expect(await lines('grep -lE "^ *(SEND)?MAIL *=" /etc/condor/config.d/99-local || true')).toEqual(
    [],
  )
  // HTCondor takes sendmail where there is one, else this.
  const byDefault = 'condor_config_val -root-config /dev/null'
  expect(await lines(`${byDefault} MAIL SENDMAIL`)).toEqual(['/usr/bin/mail', 'sendmail'])
  expect(await lines('realpath /usr/bin/mail')).toEqual(['/usr/bin/bsd-mailx'])

  const queue = '/var/spool/nullmailer/queue'
  await lines('runuser -u condor -- mail -s local-stack-test alice@example.org <<<text')
  expect(await lines(`cd ${queue} && grep -l local-stack-test *`)).toHaveLength(1)
  expect(await lines('pgrep -a nullmailer || true')).toEqual([])
  await lines(`cd ${queue} && rm $(grep -l local-stack-test *)`)
})

test('accounts and directories are as Debian makes them', async () => {
  expect(await lines('id -Gn alice')).toEqual(['alice users condorusers'])
  expect(await lines('stat -c "%a %U" /home/alice /home/bob')).toEqual(['700 alice', '700 bob'])
  expect(await lines('getent passwd condor | cut -d: -f6-')).toEqual([
    '/var/lib/condor:/usr/sbin/nologin',
  ])
  expect(await lines('stat -fc %T /tmp; stat -c %a /tmp')).toEqual(['tmpfs', '1777'])
  expect(await lines('stat -c "%n %a %U" /run/condor /run/lock /var/spool/condor')).toEqual([
    '/run/condor 775 condor',
    '/run/lock 1777 root',
    '/var/spool/condor 755 condor',
  ])
})
