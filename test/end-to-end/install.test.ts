/** The operator's script on a host that runs: what it says of what is in effect, what it refuses, and what it makes up for. */
import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { eventually } from './client.ts'
import { onSubmitHost } from './host.ts'

const root = (script: string) => onSubmitHost('bash', '-c', script)
const install = (...words: string[]) => onSubmitHost('/root/submit-host/install', ...words)
const LATER = '/etc/condor/config.d/99-z-install'
const COPY = '/etc/condor/config.d/60-condor-gate.bak'
const EARLIER = '/etc/ssh/sshd_config.d/10-install.conf'
const SUDO = '/etc/sudoers.d/zz-install'
const STAND_IN = '/usr/local/sbin/condor_reconfig'
const LIBEXEC = '/usr/local/libexec/condor-gate'
const SETTINGS = '/etc/condor-gate.json'
const AGAIN = '/root/submit-host/install --key /local/key.pub --store "$(cat /local/store)"'

const schedd = async (name: string) => (await root(`condor_config_val -schedd ${name}`)).stdout
const RULES = readFileSync('submit-host/condor.conf', 'utf8').match(
  /(?<=^SUBMIT_REQUIREMENT_)Gate[A-Za-z]+(?= =)/gm,
)
const rules = async () => (await schedd('SUBMIT_REQUIREMENT_NAMES')).trim()

/** What --check prints while the host is so; its status says the same. */
async function check(change = 'true', undo = 'true'): Promise<string[]> {
  const changed = await root(change)
  expect(changed.status, changed.stderr).toBe(0)
  try {
    const { status, stdout, stderr } = await install('--check')
    expect(stderr).toBe('')
    expect(status).toBe(stdout === 'nothing differs\n' ? 0 : 1)
    return stdout.trim().split('\n')
  } finally {
    await root(undo)
  }
}

const withSudo = (...lines: string[]) =>
  check(`printf '%s\\n' '${lines.join("' '")}' >${SUDO}`, `rm ${SUDO}`)
const withSshd = (...lines: string[]) =>
  check(`printf '%s\\n' '${lines.join("' '")}' >${EARLIER}`, `rm ${EARLIER}`)

/** With those lines in a later file of HTCondor's, as soon as the schedd has read it. */
async function withCondor(...lines: string[]): Promise<string[]> {
  const mark = `INSTALL_TEST_${Math.random().toString(36).slice(2)}`
  await root(`printf '%s\\n' '${[...lines, `${mark} = 1`].join("' '")}' >${LATER}; condor_reconfig`)
  await eventually(async () => (await schedd(mark)).trim() === '1')
  return check()
}

afterEach(async () => {
  await root(`rm -f ${LATER} ${COPY} ${EARLIER} ${SUDO} ${STAND_IN}; condor_reconfig`)
  await eventually(async () => (await rules()).split(' ').join() === RULES?.join())
})

test("rules that a later file takes out of the schedd's list are named, by --check and by install", async () => {
  const named = await withCondor('SUBMIT_REQUIREMENT_NAMES = X')
  for (const rule of ['Universe', 'Accounting', 'Mail', 'Status', 'Shown']) {
    expect(named).toContain(
      `not in effect: Gate${rule}, for the schedd's SUBMIT_REQUIREMENT_NAMES is: X`,
    )
  }
  expect(await install()).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('not in effect: GateUniverse'),
    stderr: 'install: what was installed is not all in effect\n',
  })
}, 180_000)

test('a rule that is another than the installed one, or that HTCondor passes over, is named', async () => {
  const jobs = (text: string) =>
    `not in effect: the schedd's rules, for CONDOR_GATE_JOBS is not true of the gate's jobs, or no expression: ${text}`
  const misspelt = ['(ProcRequestId isnot undefined)', '(ProcRequest isnt undefined)']
  for (const text of misspelt)
    expect(await withCondor(`CONDOR_GATE_JOBS = ${text}`)).toEqual([jobs(text)])
  const right = 'CONDOR_GATE_JOBS = (ProcRequestId isnt undefined)'
  expect(await withCondor(right)).toEqual(['nothing differs'])

  const others = [
    'SUBMIT_REQUIREMENT_GateUniverse = True',
    'SCHEDD.SUBMIT_REQUIREMENT_GateMail = True',
    'CONDOR_GATE_SHOWN = 1',
    'JOB_TRANSFORM_GateKept = SET A 1',
    'SUBMIT_ALLOW_GETENV = True',
    'USER_CONFIG_FILE = x',
    'SHADOW = /usr/sbin/condor_shadow',
    'SHADOW.PROTECTED_JOB_ATTRS = X',
    'SHADOW.CHIRP_DELAYED_UPDATE_PREFIX = Chirp*',
    'SCHEDD.MAIL = /usr/bin/mail',
    'GRIDMANAGER = /x',
    'SCHEDD_ALLOW_LATE_MATERIALIZE = True',
    'CHECKPOINT_DESTINATION_MAPFILE = /x',
  ]
  expect((await withCondor(...others)).sort()).toEqual([
    'not in effect: CONDOR_GATE_SHOWN, for the schedd has: 1',
    'not in effect: JOB_TRANSFORM_GateKept, for the schedd has: SET A 1',
    'not in effect: SHADOW, for the schedd has: /usr/sbin/condor_shadow',
    'not in effect: SHADOW.CHIRP_DELAYED_UPDATE_PREFIX, for the schedd has: Chirp*',
    'not in effect: SHADOW.PROTECTED_JOB_ATTRS, for the schedd has: X',
    'not in effect: SUBMIT_REQUIREMENT_GateMail, for the schedd has: True',
    'not in effect: SUBMIT_REQUIREMENT_GateUniverse, for the schedd has: True',
    'overruled: CHECKPOINT_DESTINATION_MAPFILE, for the schedd has: /x',
    'overruled: GRIDMANAGER, for the schedd has: /x',
    'overruled: SCHEDD.MAIL, for the schedd has: /usr/bin/mail',
    'overruled: SCHEDD_ALLOW_LATE_MATERIALIZE, for the schedd has: True',
    'overruled: SUBMIT_ALLOW_GETENV, for condor_submit has: True',
    'overruled: USER_CONFIG_FILE, for condor_submit has: x',
  ])
  expect(await withCondor('IMMUTABLE_JOB_ATTRS = AcctGroup AcctGroupUser')).toContain(
    "overruled: ProcRequestId, for the schedd's IMMUTABLE_JOB_ATTRS is: AcctGroup AcctGroupUser",
  )
  // Those that the README leaves to the site are no failure of the installation.
  await root(`printf 'SUBMIT_ALLOW_GETENV = True\\n' >${LATER}`)
  expect(await install()).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('overruled: SUBMIT_ALLOW_GETENV'),
  })
}, 180_000)

test('names that a copy of the file beside it doubles are named', async () => {
  await root(`cp /etc/condor/config.d/60-condor-gate ${COPY}; condor_reconfig`)
  await eventually(async () => (await schedd('JOB_TRANSFORM_NAMES')).includes('GateKept GateQuiet'))
  expect(await check()).toContainEqual(
    expect.stringMatching(
      /^not in effect: GateKept, which is more than once in the schedd's JOB_TRANSFORM_NAMES: .*GateQuiet GateKept GateQuiet GateKept/,
    ),
  )
})

test("other rules and settings of sudo's are named, and some that would break it do not", async () => {
  const rule = '(%condorusers) CWD=* EXEC: NOPASSWD: /usr/bin/condor_submit'
  expect(
    await withSudo('condorweb ALL=(%condorusers) CWD=* NOPASSWD: EXEC: /usr/bin/condor_submit'),
  ).toEqual([
    `not ours: sudo lets condorweb do ${rule}`,
    `not in effect: sudo's rules for condorweb, for this one comes later: ${rule}`,
  ])
  expect(await withSudo('Defaults lecture', 'Defaults!/usr/bin/condor_rm !use_pty')).toEqual([
    'not in effect: !lecture, for sudo and condorweb it is: lecture',
    'not ours: sudo has Defaults!/usr/bin/condor_rm !use_pty',
  ])

  const site = ['Defaults requiretty', 'Defaults log_input, log_output', 'Defaults log_stdin']
  expect(await withSudo(...site)).toEqual(['nothing differs'])
  const { stdout, stderr } = await root(`printf '%s\\n' '${site.join("' '")}' >${SUDO}
    setsid runuser -u condorweb -- sudo -n -u alice -D / condor_prio -p 1 1000000.0 </dev/null
    rm ${SUDO}; ls /var/log/sudo-io`)
  expect(stdout + stderr).toMatch(/priority for 1000000\.0.*sudo-io': No such file/s)
})

test('a library of NOEXEC that lets programs start others is named', async () => {
  const library = '/usr/libexec/sudo/sudo_noexec.so'
  const other = '/lib/x86_64-linux-gnu/libdl.so.2'
  expect(
    await check(
      `mv ${library} ${library}.away; cp ${other} ${library}`,
      `mv ${library}.away ${library}`,
    ),
  ).toEqual([`not in effect: ${library}, for with it a program can still start another`])
})

test("lines of sshd's that an earlier file overrules are named", async () => {
  expect(await withSshd('Match User condorweb', 'PermitTTY yes', 'ForceCommand /bin/sh')).toEqual([
    expect.stringMatching(
      /^not in effect: ForceCommand \S+\/condor-gate, for the account condorweb/,
    ),
    expect.stringMatching(/^not in effect: PermitTTY no, for the account condorweb of sshd \(from/),
    expect.stringMatching(/^not in effect: the gate, which says: /),
  ])
  expect(await withSshd('Match LocalPort 1', 'PermitTTY yes')).toEqual(['nothing differs'])
  const last = '/etc/ssh/sshd_config.d/50-install.conf'
  // OpenSSH 10.0 takes the last one, 10.6 the first.
  const both = `echo MaxStartups 10:30:100 | tee ${EARLIER} >${last}`
  expect(await check(both, `rm ${last} ${EARLIER}`)).toEqual([
    'overruled: MaxStartups 64:30:128, for sshd has: maxstartups 10:30:100',
  ])
})

test('sshd is asked for the addresses of --from, and for its ports', async () => {
  const port = (await root("sshd -T | sed -n 's/^port //Ip'")).stdout.trim()
  expect(await withSshd(`Match LocalPort ${port}`, 'PermitTTY yes')).toHaveLength(1)
  await install('--from', '203.0.113.7,2001:db8::/32')
  try {
    expect(
      await withSshd(
        ...['Match Address 203.0.113.0/24', 'PermitTTY yes'],
        ...['Match Address 2001:db8::/32', 'PermitTunnel yes'],
        ...['Match Address 192.0.2.0/24,127.0.0.1', 'X11Forwarding yes'],
      ),
    ).toEqual([
      expect.stringMatching(/^not in effect: PermitTTY no,.* \(from 203\.0\.113\.7 to/),
      expect.stringMatching(/^not in effect: PermitTunnel no,.* \(from 2001:db8:: to/),
    ])
  } finally {
    await install('--from', 'any')
  }
})

test('an account that cannot log in is named', async () => {
  const undo = 'usermod -s /bin/sh condorweb; chage -E -1 -M -1 -d $(date +%F) condorweb'
  const shell = (path: string) =>
    `not in effect: the account condorweb, for its shell runs no command: ${path}`
  expect(await check('usermod -s /usr/sbin/nologin condorweb; chage -E 1 condorweb', undo)).toEqual(
    [
      shell('/usr/sbin/nologin'),
      expect.stringContaining('for it has expired'),
      expect.stringMatching(/^not in effect: the login as condorweb, for sshd refuses it: ./),
    ],
  )
  const old = 'usermod -s /bin/true condorweb; chage -M 10 -d 2020-01-01 condorweb'
  const named = [
    shell('/bin/true'),
    expect.stringContaining('password is too old'),
    expect.stringMatching(/^not in effect: (the login as condorweb|the gate, which says)/),
  ]
  expect(await check(old, undo)).toEqual(named)
})

test('keys and addresses that sshd would pass over are refused, and nothing is changed', async () => {
  const before = (await root(`cat /etc/ssh/condor-gate.keys ${SETTINGS}`)).stdout
  const key = (await root('head -n 1 /local/key.pub')).stdout.trim()
  const files = [
    [`# mine\n${key}\nfrom="10.0.0.1" ${key}\n`, 'line 3: the key alone, please'],
    [`${key}\n\ngarbage`, 'line 3: not a public key'],
    ['ssh-ed25519 AAAAgarbage\n', 'line 1: ssh-keygen cannot read this key'],
    ['# nothing\n', 'not a public key'],
  ] as const
  for (const [text, words] of files)
    for (const option of ['--key', '--add-key']) {
      await root(`printf '%s' '${text}' >/tmp/refused.pub`)
      expect(await install(option, '/tmp/refused.pub')).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(new RegExp(`^install: .*${words}.*\\n$`)),
      })
    }
  for (const address of ['999.1.1.1', '10.1.2.3/8', '192.0.2.1,', 'example.org', '192.0.2.1/33'])
    expect(await install('--from', address)).toMatchObject({
      status: 1,
      stderr: `install: not an address: ${address}\n`,
    })
  expect((await root(`cat /etc/ssh/condor-gate.keys ${SETTINGS}`)).stdout).toBe(before)
})

test('settings that cannot be read stop it: the address of --from would be lost', async () => {
  const whole = (await root(`cat ${SETTINGS}`)).stdout
  const { from: _, ...lacking } = JSON.parse(whole)
  try {
    for (const text of ['{"user": ', '', JSON.stringify(lacking)]) {
      await root(`printf '%s' '${text}' >${SETTINGS}`)
      for (const words of [['--check'], ['--store', 'http://192.0.2.1/']])
        expect(await install(...words)).toMatchObject({
          status: 1,
          stdout: '',
          stderr: expect.stringMatching(/^install: \/etc\/condor-gate\.json is damaged .*\n$/),
        })
      expect((await root(`cat ${SETTINGS}`)).stdout).toBe(text)
    }
  } finally {
    await root(`cat >${SETTINGS} <<'END'\n${whole.trimEnd()}\nEND`)
  }
  expect(await check()).toEqual(['nothing differs'])
})

test('what others put beside the programs is named, and goes; owners and modes are mended', async () => {
  const change = `chown alice ${LIBEXEC}/gate; chmod 777 ${LIBEXEC}; chmod 755 /var/lib/condor-gate
    touch ${LIBEXEC}/gate/random.py ${LIBEXEC}/gate/random.so; chown alice ${LIBEXEC}/gate/__pycache__/claim*.pyc`
  expect((await check(change)).sort()).toEqual([
    'differs: /usr/local/libexec/condor-gate, its owner or mode',
    'differs: /usr/local/libexec/condor-gate/gate, its owner or mode',
    'differs: /var/lib/condor-gate, its owner or mode',
    expect.stringMatching(/^not ours: .*\/__pycache__\/claim\..*pyc$/),
    `not ours: ${LIBEXEC}/gate/random.py`,
    `not ours: ${LIBEXEC}/gate/random.so`,
  ])
  expect(await install()).toMatchObject({ status: 0, stderr: '' })
  expect((await root(`find ${LIBEXEC} ! -user root -o -name 'random.*'`)).stdout).toBe('')

  await root(`chown alice ${LIBEXEC}/gate; chmod 777 ${LIBEXEC}`)
  expect((await install()).stdout).not.toContain('removed')
  expect((await root(`stat -c %U:%a ${LIBEXEC} ${LIBEXEC}/gate`)).stdout).toBe(
    'root:755\nroot:755\n',
  )
})

test('the records go along to another --user', async () => {
  await root(`install -d -o condorweb -m 700 /var/lib/condor-gate/alice
    install -o condorweb -m 600 /dev/null /var/lib/condor-gate/alice/00000000-0000-4000-8000-00000000abcd`)
  const others = async (user: string) =>
    (await root(`find /var/lib/condor-gate ! -user ${user}`)).stdout
  try {
    expect((await install('--user', 'condorother')).status).toBe(0)
    expect(await others('condorother')).toBe('')
  } finally {
    await install('--user', 'condorweb')
    await root('userdel condorother; rm /var/lib/condor-gate/alice/*abcd')
  }
  expect(await others('condorweb')).toBe('')
})

test('--remove closes the door also where HTCondor is gone, and --check says what is missing', async () => {
  await root('mv /etc/condor /etc/condor-away')
  try {
    const { stdout } = await install('--remove')
    for (const file of ['ssh/condor-gate.keys', 'ssh/sshd_config.d/40-condor-gate.conf'])
      expect(stdout).toContain(`removed /etc/${file}\n`)
    expect(stdout).toContain('removed /etc/sudoers.d/condor-gate\n')
    expect(stdout).toMatch(/reloaded sshd\nleft: account condorweb/)
    const missing = await check()
    expect(missing).toContain('missing: /etc/condor/config.d/60-condor-gate')
    expect(missing).toContain('missing: /etc/ssh/condor-gate.keys')
  } finally {
    await root(`mv /etc/condor-away /etc/condor; ${AGAIN}`)
  }
  expect(await check()).toEqual(['nothing differs'])
})

test('a schedd that cannot be asked is not taken for one that has the rules', async () => {
  await root('condor_off -fast -schedd; while pgrep -x condor_schedd; do sleep 0.2; done')
  try {
    const { status, stdout } = await install('--check')
    expect(status).toBe(1)
    expect(stdout).toContain('not known: the schedd does not say its rules')
  } finally {
    await root('condor_on -schedd; until condor_q -totals; do sleep 0.2; done')
  }
})

test('HTCondor that cannot be told is an error in words, and the next run makes up for it', async () => {
  await root(`printf '#!/bin/sh\\nexit 1\\n' >${STAND_IN}; chmod 755 ${STAND_IN}`)
  expect(await install()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^install: HTCondor could not be told .* or this again\n$/),
  })
  await root(`rm ${STAND_IN}`)
  const again = await install()
  expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to install') })
  expect(again.stdout).toContain('reconfigured HTCondor\nreloaded sshd\n')
})
