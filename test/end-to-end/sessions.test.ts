/** Connections that functions leave behind: on AWS one that is frozen or retired closes nothing. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startDetours } from '../faults/detour.ts'
import { eventually, service } from './client.ts'
import { onSubmitHost } from './host.ts'
import { eventFor, instance } from './lambda.ts'

const { store, submitHost, functionEnvironment } = service

/** The numbers of sshd's processes that run as the service's account: one for each connection. */
async function sessions(): Promise<Set<string>> {
  const { stdout } = await onSubmitHost('pgrep', '-u', submitHost.user, 'sshd')
  return new Set(stdout.trim().split('\n').filter(Boolean))
}

/** What is open now and was not before. */
const since = async (before: Set<string>) =>
  [...(await sessions())].filter((pid) => !before.has(pid))

test('sessions that killed and frozen functions leave are gone within 3 minutes; those of one that lives stay', async () => {
  const ask = eventFor('alice', 'GET', { id: '1' })
  const detours = await startDetours(
    { store, submitHost, functionEnvironment, run: onSubmitHost },
    1,
  )
  const [way] = detours.ways
  if (!way) throw new Error('no way')
  const alive = instance('get')
  const frozen = instance('get')
  const killed = instance('get', way.settings)
  try {
    const none = await sessions()
    expect((await alive.invoke(ask)).result.statusCode).toBe(404)
    const ofAlive = await since(none)
    expect(ofAlive).toHaveLength(1)
    const others = await sessions()
    expect((await frozen.invoke(ask)).result.statusCode).toBe(404)
    expect((await killed.invoke(ask)).result.statusCode).toBe(404)
    const left = await since(others)
    expect(left).toHaveLength(2)

    frozen.stop('SIGSTOP')
    // Nobody tells sshd that the other is gone, as where a NAT gateway has forgotten it.
    way.ssh.arm({ kind: 'black-hole' })
    killed.invoke(ask).catch(() => {})
    await eventually(async () => way.ssh.counts['black-hole'] === 1)
    killed.stop('SIGKILL')
    const started = Date.now()
    await sleep(5_000)
    const open = await sessions()
    expect(left.filter((pid) => open.has(pid))).toEqual(left)
    await eventually(async () => {
      const now = await sessions()
      return left.every((pid) => !now.has(pid))
    }, 170)
    const seconds = Math.round((Date.now() - started) / 1000)
    console.log(`sessions: those of a killed and a frozen function were gone after ${seconds} s`)
    expect((await sessions()).has(ofAlive[0] ?? '')).toBe(true)
  } finally {
    frozen.stop('SIGKILL')
    killed.stop('SIGKILL')
    alive.stop()
    await detours.close()
  }
}, 240_000)
