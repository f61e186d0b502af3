/** What is told of an action whose answer did not come, what the user's next list must show, and what a body does. */
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { expect, test, vi } from 'vitest'
import { post, remove } from '../../lib/job/action.ts'
import type { Request } from '../../lib/reply/answer.ts'
import { writtenAt } from '../../lib/snapshot/written.ts'
import { connect, reply, server } from '../condor/ssh-server.ts'
import { memoryStore } from '../snapshot/memory-store.ts'

const services = vi.hoisted(() => ({ store: vi.fn(), submitHost: vi.fn() }))
vi.mock('../../lib/services.ts', () => services)

/** `account` removes jobs, and the submit host does as `react` says. */
async function removal(
  account: string,
  react: Parameters<typeof server>[0],
  parameters: Record<string, string[]> = {},
) {
  const { port } = await server(react)
  const { store } = memoryStore()
  services.submitHost.mockReturnValue(connect(port))
  services.store.mockReturnValue(store)
  const request = {
    id: 'r',
    event: { headers: {}, multiValueQueryStringParameters: parameters } as unknown,
    deadline: Date.now() + 5_000,
    measure: (_stage: string, work: Promise<unknown>) => work,
  } as Request & { event: APIGatewayProxyEvent }
  return { request, store, removed: remove(request, account) }
}

test.each([
  ['alice', {}],
  ['bob', { id: ['7'] }],
])(
  'a failure may have removed jobs: the next list of %s is a new one',
  async (account, parameters) => {
    const asked = Date.now()
    const late = (channel: Parameters<typeof reply>[0]) => reply(channel, '', 75)
    const { store, removed } = await removal(account, late, parameters)
    await expect(removed).rejects.toMatchObject({ status: 503 })
    expect(await writtenAt(store, account)).toBeGreaterThan(asked)
  },
)

const LOST = 'a first attempt, whose answer was lost, may have done it to more'

test.each([
  ['in text', {}, `0 jobs marked for removal; ${LOST}\n`],
  ['in a table', { RESPONSEFORMAT: ['csv'] }, `removed; ${LOST}`],
])(
  'a removal that was repeated does not claim less than was done, %s',
  async (_, parameters, says) => {
    let attempts = 0
    const { request, removed } = await removal(
      'carol',
      (channel) =>
        ++attempts === 1 ? reply(channel, '', 137) : reply(channel, '{"removed": 0}', 0),
      parameters,
    )
    expect((await removed).body).toContain(says)
    expect(request.audit).toEqual({ action: 'remove', jobs: 0, repeated: true })
  },
)

test('one that was not says no more than its count', async () => {
  const { request, removed } = await removal('dave', (channel) =>
    reply(channel, '{"removed": 3}', 0),
  )
  expect((await removed).body).toBe('3 jobs marked for removal\n')
  expect(request.audit).toEqual({ action: 'remove', jobs: 3 })
})

test.each([
  ['DELETE', remove, {}, '?id=<cluster>.<proc>'],
  ['DELETE', remove, { id: ['1.0'] }, '?id=<cluster>.<proc>'],
  [
    'POST with action',
    post,
    { action: ['release'], state: ['held'] },
    '?action=...&id=<cluster>.<proc>',
  ],
])(
  '%s with a body does nothing: the id in it is not what was asked',
  async (call, act, query, url) => {
    const { port, seen } = await server((channel) => reply(channel, '{"removed": 3}', 0))
    services.submitHost.mockReturnValue(connect(port))
    services.store.mockReturnValue(memoryStore().store)
    const event = (body: string | null) => ({
      headers: {},
      multiValueQueryStringParameters: query,
      body,
    })
    for (const body of ['id=232.0', '{"id": "232.0"}', ' ']) {
      const request = { event: event(body), deadline: Date.now() + 5_000 } as unknown as Request
      await expect(act(request, 'erin')).rejects.toMatchObject({
        status: 400,
        message: `${call} takes no body; put id into the URL: ${url}`,
      })
    }
    expect(seen.requests).toEqual([])
  },
)
