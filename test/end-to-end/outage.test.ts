/** A stopped part gives 503 and a sentence, the service stays up, and mends with the part. */
import { afterEach, expect, test } from 'vitest'
import type { Outage, Part } from '../../local/host/outage.ts'
import { alice, curl, eventually, file, queue, VM } from './client.ts'
import { onSubmitHost, outage } from './host.ts'

let broken: Outage | undefined

afterEach(async () => {
  await broken?.start()
  broken = undefined
})

async function stop(part: Part): Promise<Outage> {
  broken = outage(part)
  await broken.stop()
  return broken
}

const submit = () =>
  alice(
    `/job?job=j.sub,param:j&exec=e,param:e&${VM}`,
    '-X',
    'POST',
    '-F',
    `j=<${file('j.sub', 'hold = true\nqueue\n')}`,
    '-F',
    'e=#!/bin/sh',
  )

const directories = async () =>
  (await onSubmitHost('sh', '-c', 'ls ~alice/proc 2>/dev/null')).stdout
const available = async () => (await curl('/availability')).text

test.each([
  ['schedd', /scheduler/],
  ['sshd', /submit host/],
  ['radosgw', /object store/],
] as const)(
  'without %s',
  async (part, says) => {
    await alice('/job', '-X', 'DELETE')
    const before = await directories()
    const stopped = await stop(part)

    const reply = await submit()
    expect(reply.text).toMatch(/^[^\n]+\n$/)
    expect(reply.text).toMatch(says)
    expect(reply.status).toBe(503)
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)

    const started = Date.now()
    const down = await available()
    expect(Date.now() - started).toBeLessThan(15_000)
    expect(down).toContain('<vosi:available>false</vosi:available>')
    expect(down).toMatch(says)

    await stopped.start()
    broken = undefined
    await eventually(async () => (await available()).includes('<vosi:available>true<'))
    // What was refused has left nothing behind, and the next one works.
    expect((await queue()).filter((row) => row.User === 'alice')).toEqual([])
    expect(await directories()).toBe(before)
    const again = await eventually(async () => {
      const next = await submit()
      return next.status === 200 && next
    })
    expect(again.text).toMatch(/^\d+$/)
    await alice('/job', '-X', 'DELETE')
  },
  180_000,
)

test('a list without the schedd is an error, not an empty list', async () => {
  await stop('schedd')
  const reply = await alice('/job')
  expect(reply.status).toBe(503)
  expect(reply.text).not.toContain('TABLEDATA')
})
