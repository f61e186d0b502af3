/** The faults that a real sshd cannot be made to show, by an ssh server in this process. */
import { expect, test, vi } from 'vitest'
import { NotSent, UnknownOutcome } from '../../lib/condor/attempt.ts'
import { perform } from '../../lib/condor/gate.ts'
import { findJobs } from '../../lib/condor/job.ts'
import { openOutput } from '../../lib/condor/output.ts'
import { unavailable } from '../../lib/problem.ts'
import { closers, connect, hostKey, reply, server, sshKey, userKey } from './ssh-server.ts'

const echo = { request: { op: 'ping' }, read: (stdout: string) => stdout }
const soon = () => Date.now() + 3_000

test('one connection serves one request after the other', async () => {
  const { port, seen } = await server((channel) => reply(channel, 'fine', 0))
  const connection = connect(port)
  expect(await perform(connection, echo, soon())).toBe('fine')
  expect(await perform(connection, echo, soon())).toBe('fine')
  expect(seen).toEqual({ connections: 1, requests: Array(2).fill('{"v":1,"op":"ping"}\n') })
})

test('a request that comes while the first one opens its channel takes the same connection', async () => {
  const { port, seen, listener } = await server((channel) => reply(channel, 'fine', 0))
  const connection = connect(port)
  const second = Promise.withResolvers<string>()
  listener.once('connection', (client) => {
    client.once('session', () => second.resolve(perform(connection, echo, soon())))
  })
  expect(await perform(connection, echo, soon())).toBe('fine')
  expect(await second.promise).toBe('fine')
  expect(seen.connections).toBe(1)
})

test('the host is greeted while the key is still being read', async () => {
  const { port, seen } = await server((channel) => reply(channel, 'fine', 0))
  const key = async () => {
    while (seen.connections === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    return userKey.private
  }
  expect(await perform(connect(port, hostKey.public, key), echo, soon())).toBe('fine')
})

test('a key that cannot be read is told, and read again at the next request', async () => {
  const { port } = await server((channel) => reply(channel, 'fine', 0))
  let asked = 0
  const key = async () => {
    if (asked++ === 0) throw unavailable('no key')
    return userKey.private
  }
  const connection = connect(port, hostKey.public, key)
  await expect(perform(connection, echo, soon())).rejects.toThrow('no key')
  expect(await perform(connection, echo, soon())).toBe('fine')
})

test('a host key that is not pinned is refused, and nothing is asked', async () => {
  const { port, seen } = await server((channel) => reply(channel, 'fine', 0))
  const other = sshKey('ed25519').public
  await expect(perform(connect(port, other), echo, soon())).rejects.toMatchObject({ status: 503 })
  expect(seen.requests).toEqual([])
})

test('a connection that died while idle is replaced', async () => {
  const { port, seen, clients } = await server((channel) => reply(channel, 'fine', 0))
  const connection = connect(port)
  await perform(connection, echo, soon())
  for (const client of clients) client.end()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await perform(connection, echo, soon())).toBe('fine')
  expect(seen.connections).toBe(2)
})

test('a host that listens again after a moment is asked then', async () => {
  const { port, listener } = await server(() => {})
  await new Promise((resolve) => listener.close(resolve))
  const answer = perform(connect(port), echo, soon())
  await new Promise((resolve) => setTimeout(resolve, 50))
  await server((channel) => reply(channel, 'fine', 0), undefined, port)
  expect(await answer).toBe('fine')
})

test('a refused channel is asked for again on a new connection', async () => {
  const { port, seen } = await server((channel) => reply(channel, 'fine', 0), { sessions: 1 })
  expect(await perform(connect(port), echo, soon())).toBe('fine')
  expect(seen.connections).toBe(2)
})

test('a connection lost in mid-reply is asked again once, and then is an unknown outcome', async () => {
  const { port, seen } = await server((channel, _line, client) => {
    channel.write('{"half":')
    setTimeout(() => client.end(), 20)
  })
  const lost = perform(connect(port), echo, soon())
  await expect(lost).rejects.toMatchObject({ status: 503, cause: expect.any(UnknownOutcome) })
  expect(seen.requests).toHaveLength(2)
})

test('an end without an exit status is not a success', async () => {
  const { port } = await server((channel) => {
    channel.write('fine')
    channel.end()
  })
  const ended = perform(connect(port), echo, soon())
  await expect(ended).rejects.toMatchObject({ status: 503, cause: expect.any(UnknownOutcome) })
})

test('a gate that was killed has an unknown outcome, which is asked for', async () => {
  const { port, seen } = await server((channel) =>
    seen.requests.length === 1 ? reply(channel, '', 137, 'Killed') : reply(channel, 'fine', 0),
  )
  expect(await perform(connect(port), echo, soon())).toBe('fine')
})

test('a host that never answers is given up at the deadline', async () => {
  const { port } = await server(() => {})
  const started = Date.now()
  const silent = perform(connect(port), echo, started + 400)
  await expect(silent).rejects.toMatchObject({ status: 503 })
  expect(Date.now() - started).toBeLessThan(2_000)
})

test('five megabytes on stderr do not block the reply', async () => {
  const noise = 'x'.repeat(5_000_000)
  const { port } = await server((channel) => reply(channel, 'fine', 0, noise))
  expect(await perform(connect(port), echo, soon())).toBe('fine')
})

test.each([
  ['a cluster', findJobs('alice', { cluster: 7 }, ['Env']), 400, /16 MB .*; .* id=7\.<proc>$/],
  ['a job', findJobs('alice', { cluster: 7, proc: 0 }, ['Env']), 503, /16 MB/],
])('a reply for %s above 16 MB keeps no channel', async (_, question, status, message) => {
  let closed = 0
  const { port, seen } = await server((channel) => {
    channel.on('close', () => closed++)
    channel.on('error', () => {})
    channel.write(Buffer.alloc(17_000_000))
  })
  const connection = connect(port)
  for (let turn = 1; turn <= 2; turn++) {
    await expect(perform(connection, question, Date.now() + 20_000)).rejects.toMatchObject({
      status,
      message: expect.stringMatching(message),
    })
    await vi.waitFor(() => expect(closed).toBe(turn), 3_000)
  }
  expect(seen.connections).toBe(1)
})

test('a port that refuses is "not sent"', async () => {
  const { port } = await server(() => {})
  for (const close of closers.splice(0)) close()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await expect(connect(port).send('{}', soon())).rejects.toBeInstanceOf(NotSent)
})

test('a rush of operations opens eight channels at a time', async () => {
  let open = 0
  let most = 0
  const { port } = await server((channel) => {
    most = Math.max(most, ++open)
    setTimeout(() => {
      open--
      channel.write('{}')
      channel.exit(0)
      channel.end()
    }, 20)
  })
  const connection = connect(port)
  const operation = { request: { op: 'ping' }, read: (stdout: string) => JSON.parse(stdout) }
  await Promise.all(
    Array.from({ length: 30 }, () => perform(connection, operation, Date.now() + 10_000)),
  )
  expect(most).toBe(8)
})

test.each(['nothing', 'the rest of the reply'])(
  'output that is left, with %s to come, keeps no channel',
  async (rest) => {
    const { port, seen } = await server((channel) => {
      const more = rest === 'nothing' ? '' : 'x'.repeat(100_000)
      reply(channel, `{"size":${more.length},"first":0,"length":${more.length}}\n${more}`, 0)
    })
    const connection = connect(port)
    const wanted = { account: 'alice', cluster: 1, proc: 0, range: undefined, most: 1 } as const
    // More than the channels of a connection: one that stayed would have the next ones wait.
    for (let turn = 0; turn < 10; turn++) {
      const { leave } = await openOutput(connection, { ...wanted, file: 'log' }, soon())
      await leave()
    }
    expect(seen).toMatchObject({ connections: 1 })
  },
)
