/** What a thief of the service's ssh key has: the gate, and from the address of `install --from` only. */
import { connect, createServer } from 'node:net'
import type { Client, ClientChannel } from 'ssh2'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { eventually, service } from './client.ts'
import { connected, gate, reply } from './gate.ts'
import { onSubmitHost } from './host.ts'

const root = (script: string) => onSubmitHost('bash', '-c', script)
const PING = '{"v":1,"op":"ping"}'
const OWN = '/etc/ssh/sshd_config.d/10-service-key.conf'

let client: Client
beforeEach(async () => {
  client = await connected()
})
afterEach(() => client.end())

type Callback<T> = (error: Error | undefined, value: T) => void

/** What one of ssh2's functions calls back with; an error is its message. */
const asked = <T>(ask: (callback: Callback<T>) => unknown) =>
  new Promise<T | string>((resolve) =>
    ask((error, value) => resolve(error ? error.message : value)),
  )

test('another command is not run: the gate is', async () => {
  await root('rm -f /tmp/taken')
  for (const command of ['touch /tmp/taken', '/bin/sh', 'condor-gate; touch /tmp/taken', '']) {
    const { status, stdout } = await gate(PING, command)
    expect([status, stdout], command).toEqual([0, expect.stringMatching(/^{"schedd":/)])
    expect((await gate('touch /tmp/taken', command)).status, command).toBe(64)
  }
  expect((await root('ls /tmp/taken')).status).not.toBe(0)
})

test('a shell is the gate, too', async () => {
  const channel = (await asked<ClientChannel>((done) => client.shell(false, done))) as ClientChannel
  expect(await reply(channel, 'touch /tmp/taken')).toMatchObject({ status: 64, stdout: '' })
  expect((await root('ls /tmp/taken')).status).not.toBe(0)
})

test('there is no terminal, no X11 and no environment', async () => {
  expect(await asked((done) => client.shell(done))).toMatch(/pseudo-terminal/)
  expect(await asked((done) => client.exec('x', { pty: true }, done))).toMatch(/pseudo-terminal/)
  expect(await asked((done) => client.exec('x', { x11: true }, done))).toMatch(/X11/)
  await root('rm -f /tmp/taken')
  const env = { BASH_ENV: '/tmp/x', PYTHONPATH: '/tmp', PYTHONSTARTUP: '/tmp/x' }
  const channel = await asked<ClientChannel>((done) => client.exec('x', { env }, done))
  expect((await reply(channel as ClientChannel, PING)).status).toBe(0)
})

test('sftp is the gate, which does not speak it', async () => {
  expect(await asked((done) => client.sftp(done))).toMatch(/SFTP/)
  const channel = await asked<ClientChannel>((done) => client.subsys('sftp', done))
  expect((await reply(channel as ClientChannel, PING)).stdout).toMatch(/^{"schedd":/)
})

test('nothing is forwarded: no connection from the host, no port and no socket on it', async () => {
  const listener = createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = listener.address() as { port: number }
    const out = (to: number) =>
      asked((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', to, done))
    for (const to of [port, service.submitHost.port]) {
      expect(await out(to)).toMatch(/open failure|prohibited/i)
    }
  } finally {
    listener.close()
  }
  const socket = '/var/run/condor/any'
  expect(await asked((done) => client.openssh_forwardOutStreamLocal(socket, done))).toMatch(
    /open failure|prohibited/i,
  )
  expect(await asked((done) => client.forwardIn('127.0.0.1', 0, done))).toMatch(/Unable to bind/)
  expect(
    await asked((done) =>
      client.openssh_forwardInStreamLocal('/tmp/taken', ((error: Error) =>
        done(error, 0)) as never),
    ),
  ).toMatch(/Unable to bind/)
})

test('--from of another address locks the key out, and `any` lets it in', async () => {
  // A login that fails would keep our whole address out for a while, and the other tests with it.
  const penalties = 'sshd -T | grep -qi ^persourcepenalties'
  await root(
    `${penalties} && echo PerSourcePenalties no >${OWN}; /root/submit-host/install --from 192.0.2.1`,
  )
  const refused = await eventually(() =>
    connected().then(
      (client) => void client.end(),
      (error: Error) => error.message,
    ),
  )
  expect(refused).toMatch(/authentication methods failed/)
  await root('/root/submit-host/install --from any')
  await eventually(() =>
    gate(PING)
      .then(({ status }) => status === 0)
      .catch(() => false),
  )
})

afterAll(async () => {
  await root(`rm -f ${OWN} /tmp/taken; /root/submit-host/install --from any`)
  await eventually(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(service.submitHost.port, '127.0.0.1')
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
        socket.once('connect', () => socket.destroy())
      }),
  )
})
