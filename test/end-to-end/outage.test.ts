/** A stopped part gives 503 and a sentence, the service stays up, and mends with the part. */
import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import type { Outage, Part } from '../../local/host/outage.ts'
import { submissionEvent } from '../faults/submission.ts'
import { alice, curl, eventually, file, queue, VM } from './client.ts'
import { onSubmitHost, outage } from './host.ts'
import { instance } from './lambda.ts'

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

const submit = (program = '#!/bin/sh') =>
  alice(
    `/job?job=j.sub,param:j&exec=e,param:e&${VM}`,
    '-X',
    'POST',
    '-F',
    `j=<${file('j.sub', 'hold = true\nqueue\n')}`,
    '-F',
    `e=<${file('program', program)}`,
  )

/** Too large to be carried in the request line of condor-gate: it is staged. */
const LARGE = 'x'.repeat(100_000)

const directories = async () =>
  (await onSubmitHost('sh', '-c', 'ls ~alice/proc 2>/dev/null')).stdout
const available = async () => (await curl('/availability')).text

test.each([
  ['schedd', /scheduler/, undefined],
  ['sshd', /submit host/, undefined],
  ['radosgw', /object store/, LARGE],
] as const)(
  'without %s',
  async (part, says, program) => {
    await alice('/job', '-X', 'DELETE')
    const before = await directories()
    const stopped = await stop(part)

    const reply = await submit(program)
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
      const next = await submit(program)
      return next.status === 200 && next
    })
    expect(again.text).toMatch(/^\d+$/)
    await alice('/job', '-X', 'DELETE')
  },
  180_000,
)

test('without radosgw a function that runs goes on with small submissions', async () => {
  const post = instance('post')
  const small = () => post.invoke(submissionEvent({ key: randomUUID() }))
  try {
    expect((await small()).result).toMatchObject({ statusCode: 200 })
    await stop('radosgw')
    const { result } = await small()
    expect(result, result.body).toMatchObject({
      statusCode: 200,
      body: expect.stringMatching(/^\d+$/),
    })
  } finally {
    post.stop()
    await alice('/job', '-X', 'DELETE')
  }
})

test('a list without the schedd is an error, not an empty list', async () => {
  await stop('schedd')
  const reply = await alice('/job')
  expect(reply.status).toBe(503)
  expect(reply.text).not.toContain('TABLEDATA')
})
