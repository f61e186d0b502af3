/** A submission that failed may have left jobs. */
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { beforeEach, expect, test, vi } from 'vitest'
import { writtenAt } from '../../lib/snapshot/written.ts'
import { connect, reply, server } from '../condor/ssh-server.ts'
import { memoryStore } from '../snapshot/memory-store.ts'

const services = vi.hoisted(() => ({
  load: async () => undefined,
  maintenance: async () => undefined,
  preload() {},
  store: vi.fn(),
  submitHost: vi.fn(),
}))
vi.mock('../../lib/services.ts', () => services)
const { handler } = await import('../../functions/post.ts')

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})

test('the next list of the account is a new one', async () => {
  const { port, seen } = await server((channel) => reply(channel, '', 75))
  const { store } = memoryStore()
  services.submitHost.mockReturnValue(connect(port))
  services.store.mockReturnValue(store)
  const asked = Date.now()
  const part = (name: string, text: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`
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
    body: `${part('j', 'queue')}${part('e', '#!/bin/sh')}--b--\r\n`,
  } as unknown as APIGatewayProxyEvent
  const context = { getRemainingTimeInMillis: () => 10_000 } as Context
  expect(await handler(event, context)).toMatchObject({ statusCode: 503 })
  expect(seen.requests).toHaveLength(1)
  expect(await writtenAt(store, 'alice')).toBeGreaterThan(asked)
})
