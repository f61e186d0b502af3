/** A cluster whose jobs come one after the other. */
import { expect, test, vi } from 'vitest'
import type { ClassAd } from '../../lib/condor/classad.ts'
import { waitView } from '../../lib/job/wait.ts'
import type { Request } from '../../lib/reply/answer.ts'
import { readFormat } from '../../lib/request/format.ts'
import { SharedQueue } from '../../lib/snapshot/queue.ts'
import { connect, reply, server } from '../condor/ssh-server.ts'
import { memoryStore } from '../snapshot/memory-store.ts'

const services = vi.hoisted(() => ({ store: vi.fn(), submitHost: vi.fn() }))
vi.mock('../../lib/services.ts', () => services)

const job = (ProcId: number, JobStatus: number, more: ClassAd = {}): ClassAd => ({
  ClusterId: 12,
  ProcId,
  Owner: 'alice',
  JobStatus,
  ...more,
})

test('one that ended is told where another has taken its place', async () => {
  const { port, seen } = await server((channel) =>
    reply(channel, JSON.stringify([job(0, 4, { ExitCode: 3 })]), 0),
  )
  const { store } = memoryStore()
  services.submitHost.mockReturnValue(connect(port))
  services.store.mockReturnValue(store)
  const queues = [
    [job(0, 2), job(1, 1)],
    [job(1, 2), job(2, 1)],
  ]
  const queue = new SharedQueue(
    () => store,
    async function* () {
      yield queues.shift() ?? []
    },
    0,
  )
  const request = {
    id: 'r',
    event: { headers: {} },
    deadline: Date.now() + 10_000,
    measure: (_stage: string, work: Promise<unknown>) => work,
  } as unknown as Request
  const asked = { account: 'alice', name: { cluster: 12 }, seconds: 5, format: readFormat('tsv') }
  const { body } = await waitView(request, asked, queue)
  const jobs = String(body).split('\n').slice(1, -1)
  expect(jobs.map((line) => line.split('\t')[0])).toEqual(['12.1', '12.2', '12.0'])
  expect(jobs[2]).toMatch(/\tCompleted\t.*\t3\t/)
  expect(seen.requests).toEqual([expect.stringContaining('"ended":true')])
})
