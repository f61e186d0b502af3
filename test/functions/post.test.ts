/** A submission that failed may have left jobs; one that was refused has not. */
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { beforeEach, expect, test, vi } from 'vitest'
import { writtenAt } from '../../lib/snapshot/written.ts'
import { connect, reply, server } from '../condor/ssh-server.ts'
import { memoryStore } from '../snapshot/memory-store.ts'

const services = vi.hoisted(() => ({
  load: async () => undefined,
  maintenance: async () => undefined,
  outages: { late: async () => {}, failed: async () => {} },
  preload() {},
  store: vi.fn(),
  submitHost: vi.fn(),
}))
vi.mock('../../lib/services.ts', () => services)
const { handler } = await import('../../functions/post.ts')

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})

const part = (name: string, text: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`

/** alice submits with this form; the submit host cannot say whether it did. */
async function submit(parts: string) {
  const { port, seen } = await server((channel) => reply(channel, '', 75))
  const { objects, store } = memoryStore()
  services.submitHost.mockReturnValue(connect(port))
  services.store.mockReturnValue(store)
  const id = 'a4728b62-d15f-4e10-8475-1481ea3037d4'
  const event = {
    httpMethod: 'POST',
    headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
    multiValueQueryStringParameters: {
      job: ['j,param:j'],
      exec: ['e,param:e'],
      image: [`vmi:${id}`],
      flavor: [`fli:${id}`],
    },
    requestContext: { authorizer: { account: 'alice' } },
    body: `${parts}--b--\r\n`,
  } as unknown as APIGatewayProxyEvent
  const context = { getRemainingTimeInMillis: () => 10_000 } as Context
  return { answer: await handler(event, context), seen, objects, store }
}

test('the next list of the account is a new one', async () => {
  const asked = Date.now()
  const { answer, seen, store } = await submit(part('j', 'queue') + part('e', '#!/bin/sh'))
  expect(answer).toMatchObject({ statusCode: 503 })
  expect(seen.requests).toHaveLength(1)
  expect(await writtenAt(store, 'alice')).toBeGreaterThan(asked)
})

test('of a form with a part that nothing asks for, nothing is staged or submitted', async () => {
  const large = part('e', '#!/bin/sh'.padEnd(100_000))
  const { answer, seen, objects } = await submit(part('j', 'queue') + large + part('data.txt', '1'))
  expect(answer).toMatchObject({ statusCode: 400, body: expect.stringContaining("'data.txt'") })
  expect([seen.requests.length, objects.size]).toEqual([0, 0])
})

test('a program that its job would write over is refused, in the request line as staged', async () => {
  for (const size of [0, 100_000]) {
    const { answer, seen } = await submit(
      part('j', 'error = e\nqueue') + part('e', '#!/bin/sh'.padEnd(size)),
    )
    const body = expect.stringContaining("exec and the description's error are both named 'e'")
    expect(answer).toMatchObject({ statusCode: 400, body })
    expect(seen.requests).toEqual([])
  }
})
