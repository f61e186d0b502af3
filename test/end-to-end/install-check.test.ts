/** What `install --check` says of a host that is set up oddly: its status is 0 only where a login, a ping and a submission work. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, program, service, VM } from './client.ts'
import { onSubmitHost } from './host.ts'

const { host, port, user, keyFile } = service.submitHost
const GATE = '/usr/local/libexec/condor-gate'
const SSHD = '/etc/ssh/sshd_config.d/10-check.conf'

async function root(script: string) {
  const { status, stdout, stderr } = await onSubmitHost('bash', '-c', script)
  if (status !== 0) throw new Error(`${script}: status ${status} ${stdout}${stderr}`)
  return stdout
}

const reload = 'kill -HUP $(cat /run/sshd.pid); sleep 0.3'
const endSessions = () =>
  root(`pkill -u ${user} sshd; while pgrep -u ${user} sshd >/dev/null; do sleep 0.05; done`)

// sshd would shut this address out after some refused logins.
beforeAll(() => root(`/root/submit-host/install --from ${host}`))
afterAll(async () => {
  await root('/root/submit-host/install --from any')
  await alice('/job', '-X', 'DELETE')
})

/** Lines for sshd before the service's own. */
const sshd = (...lines: string[]): [string, string] => [
  `printf '%s\n' '${lines.join("' '")}' >${SSHD}; ${reload}`,
  `rm ${SSHD}; ${reload}`,
]
const moved = (path: string): [string, string] => [
  `mv ${path} /root/moved`,
  `mv /root/moved ${path}`,
]

/** What is changed, how it is put back, what --check says, and whether jobs can be submitted meanwhile: of which a ping says no more than that all can. */
const SETTINGS: [string, [string, string], RegExp, boolean | 'small ones alone'][] = [
  ['nothing is odd', ['true', 'true'], /^nothing differs$/, true],
  ['AllowGroups without the account', sshd('AllowGroups root'), /refuses it: .*AllowGroups/, false],
  ['DenyUsers with it', sshd(`DenyUsers ${user}`), /refuses it: .*DenyUsers/, false],
  ['DenyGroups', sshd(`DenyGroups ${user}`), /refuses it: .*DenyGroups/, false],
  ['no public keys', sshd('PubkeyAuthentication no'), /refuses it: /, false],
  [
    'no keys of this kind',
    sshd('PubkeyAcceptedAlgorithms rsa-sha2-512'),
    /refuses it: .*PubkeyAcceptedAlgorithms/,
    false,
  ],
  [
    'an address that is not known here',
    sshd(`AllowUsers ${user}@192.0.2.1`),
    /^not known: whether condorweb can log in: sshd has rules for addresses/,
    false,
  ],
  ['nologin', ['touch /run/nologin', 'rm /run/nologin'], /refuses it: .*\/run\/nologin/, false],
  [
    'PAM lets nobody in',
    ["sed -i '1i account requisite pam_deny.so' /etc/pam.d/sshd", "sed -i '1d' /etc/pam.d/sshd"],
    /refuses it: .*PAM/,
    false,
  ],
  [
    'requiretty before our own file',
    ['echo Defaults requiretty >/etc/sudoers.d/aaa', 'rm /etc/sudoers.d/aaa'],
    /^nothing differs$/,
    true,
  ],
  [
    'requiretty after it',
    ['echo Defaults requiretty >/etc/sudoers.d/zzz', 'rm /etc/sudoers.d/zzz'],
    /^nothing differs$/,
    true,
  ],
  [
    'other words of sudo',
    [
      "printf 'Defaults use_pty\nDefaults umask_override\nDefaults rootpw\n' >/etc/sudoers.d/zzz",
      'rm /etc/sudoers.d/zzz',
    ],
    /^nothing differs$/,
    true,
  ],
  [
    'no condor_submit',
    moved('/usr/bin/condor_submit'),
    /^missing: \/usr\/bin\/condor_submit$/,
    false,
  ],
  ['no curl', moved('/usr/bin/curl'), /curl is missing/, 'small ones alone'],
  [
    'no condor_rm',
    moved('/usr/bin/condor_rm'),
    /^missing: \/usr\/bin\/condor_rm$/,
    'small ones alone',
  ],
  [
    'no library of NOEXEC',
    moved('/usr/libexec/sudo/sudo_noexec.so'),
    /sudo_noexec\.so is missing/,
    false,
  ],
  ['no gate', moved(`${GATE}/condor-gate`), /^differs: .*\/condor-gate$/, false],
  [
    'records of another account',
    ['chown root /var/lib/condor-gate', `chown ${user} /var/lib/condor-gate`],
    /the gate, which says: the submit host cannot record the request$/,
    false,
  ],
  [
    'a full disk of the records',
    [
      `mount -t tmpfs -o size=64k,mode=700 full /var/lib/condor-gate; chown ${user}: /var/lib/condor-gate; ! runuser -u ${user} -- dd if=/dev/zero of=/var/lib/condor-gate/fill 2>/dev/null`,
      'umount /var/lib/condor-gate',
    ],
    /the gate, which says: the submit host cannot record the request: its disk is full$/,
    false,
  ],
  [
    'no group',
    ['groupmod -n gone condorusers', 'groupmod -n condorusers gone'],
    /group condorusers/,
    false,
  ],
  [
    'sshd does not run',
    [
      "while pkill -TERM -f '^(/usr/sbin/)?sshd'; do sleep 0.05; done",
      "setsid bash /local/unit.sh ssh </dev/null >/dev/null 2>&1 & until pgrep -f '^sshd: .*\\[listener\\]' >/dev/null; do sleep 0.1; done",
    ],
    /no sshd answers/,
    false,
  ],
]

/** Whether a login of its own, with the service's key, gets an answer to a ping. */
async function pings(): Promise<boolean> {
  const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=no']
  const ssh = ['ssh', '-F', 'none', '-q', '-T', '-i', keyFile, '-p', String(port)]
  const words = [...options, 'UserKnownHostsFile=/dev/null'].map((option) => `-o ${option}`)
  const line = `echo '{"v":1,"op":"ping"}' | ${[...ssh, ...words].join(' ')} ${user}@${host}`
  return (await program('timeout', ['20', 'sh', '-c', line])).code === 0
}

const works = async () => {
  await endSessions().catch(() => {})
  const ping = await pings()
  const { status } = await alice(
    `/job?job=j,param:j&exec=e,vm:/bin/true&${VM}`,
    ...['-F', 'j=hold = true\nqueue\n'],
  )
  return [ping, status === 200]
}

/** Each takes 6 s: with PROC_TEST_SLOW all are tried, else one of each kind. */
const SAMPLE = [
  'nothing is odd',
  'AllowGroups without the account',
  'no keys of this kind',
  'nologin',
  'requiretty after it',
  'no condor_submit',
  'records of another account',
  'sshd does not run',
]
const tried = SETTINGS.filter(([name]) => process.env.PROC_TEST_SLOW || SAMPLE.includes(name))

test.each(tried)(
  '%s',
  async (_, [change, undo], says, good) => {
    await root(change)
    try {
      const { status, stdout, stderr } = await onSubmitHost('/root/submit-host/install', '--check')
      const lines = `${stdout}${stderr}`.trim().split('\n')
      expect(lines).toContainEqual(expect.stringMatching(says))
      expect(await works()).toEqual([good === true, good !== false])
      expect(status).toBe(good === true ? 0 : 1)
    } finally {
      await root(undo)
    }
    await works() // the functions have found the host again
  },
  60_000,
)

test('HTCondor does not run: that is no "nothing differs", and what its files say is looked at', async () => {
  const copy = '/etc/condor/config.d/60-condor-gate.bak'
  await root('condor_off -fast -schedd; while pgrep -x condor_schedd; do sleep 0.2; done')
  await root(
    `kill -QUIT $(pgrep -x condor_master); while pgrep -x condor_master; do sleep 0.2; done`,
  )
  const check = () => onSubmitHost('/root/submit-host/install', '--check')
  try {
    expect(await check()).toMatchObject({
      status: 1,
      stdout:
        'not known: what the schedd has in effect, for HTCondor does not run (looked at its files instead)\n' +
        'not known: whether a submission works, for HTCondor does not answer\n',
    })
    await root(`cp /etc/condor/config.d/60-condor-gate ${copy}`)
    expect((await check()).stdout).toMatch(/not in effect: GateKept, which is more than once/)
    // An installation on a host that does not run HTCondor yet is none that failed.
    await root(`rm ${copy}`)
    expect((await onSubmitHost('/root/submit-host/install')).status).toBe(0)
  } finally {
    await root(
      `rm -f ${copy}; setsid bash /local/unit.sh condor </dev/null >/dev/null 2>&1 &
       until { condor_q -totals && condor_status -af Name | grep -q .; } >/dev/null 2>&1; do sleep 0.2; done`,
    )
  }
}, 60_000)

test('install refuses a host that nobody gets into, and programs that lie elsewhere; without settings it says what it needs', async () => {
  const install = (...words: string[]) => onSubmitHost('/root/submit-host/install', ...words)
  await root(`echo 'AllowGroups root' >${SSHD}`)
  expect(await install()).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/not in effect: the login as condorweb, for sshd refuses it/),
    stderr: 'install: what was installed is not all in effect\n',
  })
  await root(`rm ${SSHD}; mv /usr/bin/condor_q /root/`)
  expect(await install()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /must be in \/usr\/bin \(links will do\): missing: \/usr\/bin\/condor_q/,
    ),
  })
  await root('mv /root/condor_q /usr/bin/; mv /etc/condor-gate.json /root/')
  expect(await install()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^install: nothing is known of a last time: give --key and --store/,
    ),
  })
  await root('mv /root/condor-gate.json /etc/')
  for (const uid of ['0', '-1', 'x', '1e3', '01', '99999999999'])
    expect((await install('--min-uid', uid)).stderr).toMatch(/^install: --min-uid must be a number/)
  expect((await install()).status).toBe(0)
}, 60_000)
