/** Connections that functions leave behind: on AWS one that is frozen or retired closes nothing. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startDetours } from '../faults/detour.ts'
import { eventually, service } from './client.ts'
import { heldBy, portsTo } from './connection-list.ts'
import { onSubmitHost } from './host.ts'
import { eventFor, instance } from './lambda.ts'

const { store, submitHost, functionEnvironment } = service

const { port } = submitHost

/** The one connection of a process to the submit host. */
function connectionOf(pid: number): number {
  const ports = portsTo(port, pid)
  expect(ports).toHaveLength(1)
  return ports[0] ?? 0
}

test('sessions that killed and frozen functions leave are gone within 3 minutes; those of one that lives stay', async () => {
  const ask = eventFor('alice', 'GET', { id: '999999999' })
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
    for (const one of [alive, frozen, killed])
      expect((await one.invoke(ask)).result.statusCode).toBe(404)
    // The proxy of the one to be killed is in this process.
    const left = [connectionOf(frozen.pid), connectionOf(process.pid)]
    const stays = connectionOf(alive.pid)

    frozen.stop('SIGSTOP')
    // Nobody tells sshd that the other is gone, as where a NAT gateway has forgotten it.
    way.ssh.arm({ kind: 'black-hole' })
    killed.invoke(ask).catch(() => {})
    await eventually(async () => way.ssh.counts['black-hole'] === 1)
    killed.stop('SIGKILL')
    const started = Date.now()
    await sleep(5_000)
    const held = heldBy(port)
    expect(left.filter((one) => held.has(one))).toEqual(left)
    await eventually(async () => {
      const now = heldBy(port)
      return left.every((one) => !now.has(one))
    }, 170)
    const seconds = Math.round((Date.now() - started) / 1000)
    console.log(`sessions: those of a killed and a frozen function were gone after ${seconds} s`)
    expect(heldBy(port)).toContain(stays)
  } finally {
    frozen.stop('SIGKILL')
    killed.stop('SIGKILL')
    alive.stop()
    await detours.close()
  }
}, 240_000)
