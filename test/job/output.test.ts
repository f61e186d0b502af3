/** Output too large for the gateway, whose upload to the object store fails. */
import type { Readable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { outputView } from '../../lib/job/output.ts'
import { unavailable } from '../../lib/problem.ts'
import type { Request } from '../../lib/reply/answer.ts'
import { connect, server } from '../condor/ssh-server.ts'

const services = vi.hoisted(() => ({ store: vi.fn(), submitHost: vi.fn() }))
vi.mock('../../lib/services.ts', () => services)

const SIZE = 20_000_000

test.each([
  ['before a byte of it was read', 0],
  ['in the middle', 1_000_000],
])('the exchange has ended when it is told: %s', async (_, taken) => {
  let closed = 0
  const { port, seen } = await server((channel) => {
    channel.on('close', () => closed++)
    channel.on('error', () => {})
    channel.write(`{"size":${SIZE},"first":0,"length":${SIZE}}\n`)
    channel.write(Buffer.alloc(2_000_000)) // the rest does not come
  })
  services.submitHost.mockReturnValue(connect(port))
  services.store.mockReturnValue({
    async putStream(_key: string, body: Readable) {
      let length = 0
      if (taken > 0)
        for await (const chunk of body) {
          length += chunk.length
          if (length > taken) break
        }
      body.destroy()
      throw unavailable('the object store could not store a file')
    },
  })
  const request = {
    id: 'r',
    event: { headers: {} },
    deadline: Date.now() + 20_000,
    measure: (_stage: string, work: Promise<unknown>) => work,
  } as unknown as Request
  // One after the other on the same connection: an exchange that stays keeps a channel, and at its
  // deadline ends the connection of whoever uses it then.
  for (let turn = 1; turn <= 3; turn++) {
    const view = outputView(request, 'alice', { cluster: 1, proc: 0 }, 'stdout')
    await expect(view).rejects.toMatchObject({ status: 503 })
    await vi.waitFor(() => expect(closed).toBe(turn), 3_000)
  }
  expect(seen.connections).toBe(1)
})
