/** The operator's script on a host that runs: what it says of what is in effect, and what it makes up for. */
import { afterEach, expect, test } from 'vitest'
import { eventually } from './client.ts'
import { onSubmitHost } from './host.ts'

const root = (script: string) => onSubmitHost('bash', '-c', script)
const install = (...words: string[]) => onSubmitHost('/root/submit-host/install', ...words)
const LATER = '/etc/condor/config.d/99-z-install'
const EARLIER = '/etc/ssh/sshd_config.d/10-install.conf'
const STAND_IN = '/usr/local/sbin/condor_reconfig'

const rules = async () =>
  (await root('condor_config_val -schedd SUBMIT_REQUIREMENT_NAMES')).stdout.trim()

afterEach(async () => {
  await root(`rm -f ${LATER} ${EARLIER} ${STAND_IN}; condor_reconfig`)
  await eventually(async () => (await rules()).includes('GateUniverse'))
})

test("rules that a later file takes out of the schedd's list are named, by --check and by install", async () => {
  await root(`echo SUBMIT_REQUIREMENT_NAMES = X >${LATER}; condor_reconfig`)
  await eventually(async () => (await rules()) === 'X')
  const check = await install('--check')
  expect(check.status).toBe(1)
  for (const rule of ['Universe', 'Accounting', 'Mail', 'Status', 'Shown']) {
    expect(check.stdout).toContain(`not in effect: Gate${rule}, for the schedd's`)
  }
  expect(await install()).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('not in effect: GateUniverse'),
    stderr: 'install: what was installed is not all in effect\n',
  })
})

test("lines of sshd's that an earlier file overrules are named", async () => {
  await root(`printf 'Match User condorweb\\nPermitTTY yes\\nForceCommand /bin/sh\\n' >${EARLIER}`)
  const { status, stdout } = await install('--check')
  expect(status).toBe(1)
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(
      /^not in effect: ForceCommand \S+\/condor-gate, for the account condorweb/,
    ),
    'not in effect: PermitTTY no, for the account condorweb of sshd',
  ])
})

test('a schedd that cannot be asked is not taken for one that has the rules', async () => {
  await root('condor_off -fast -schedd; while pgrep -x condor_schedd; do sleep 0.2; done')
  try {
    const { status, stdout } = await install('--check')
    expect(status).toBe(1)
    expect(stdout).toContain('not known: the schedd does not say its SUBMIT_REQUIREMENT_NAMES')
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
