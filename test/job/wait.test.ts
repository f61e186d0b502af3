/** A cluster whose jobs come one after the other, and how each of them ended. */
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

/** The rows of a tab-separated table, by column name. */
function rows(text: string): Record<string, string>[] {
  const [names = [], ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
  return lines.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])))
}

const job = (ProcId: number, JobStatus: number, more: ClassAd = {}): ClassAd => ({
  ClusterId: 12,
  ProcId,
  Owner: 'alice',
  JobStatus,
  ...more,
})

/** Waits for the cluster, with one of the `queues` after the other; `history` and `schedd` are what is asked of them. */
async function wait(queues: ClassAd[][], history: ClassAd[], schedd: ClassAd[] = []) {
  const { port, seen } = await server((channel, line) =>
    reply(channel, JSON.stringify(line.includes('"ended":true') ? history : schedd), 0),
  )
  const { store } = memoryStore()
  services.submitHost.mockReturnValue(connect(port))
  services.store.mockReturnValue(store)
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
    takesLong() {},
    measure: (_stage: string, work: Promise<unknown>) => work,
  } as unknown as Request
  const asked = { account: 'alice', name: { cluster: 12 }, seconds: 5, format: readFormat('tsv') }
  const { body } = await waitView(request, asked, queue)
  return { jobs: rows(String(body)), asked: seen.requests.map((line) => line.includes('"ended"')) }
}

const ended = { ExitCode: 3, CompletionDate: 1_790_000_000 }

test('one that ended is told where another has taken its place, in the order of the jobs', async () => {
  const queues = [
    [job(0, 2), job(1, 1)],
    [job(2, 1), job(1, 2)],
  ]
  const { jobs, asked } = await wait(queues, [job(0, 4, ended)])
  expect(jobs.map((row) => row['Job ID'])).toEqual(['12.0', '12.1', '12.2'])
  expect(jobs[0]).toMatchObject({ Status: 'Completed', 'Exit Code': '3' })
  expect(asked).toEqual([true])
})

test('one that has ended and is still in the queue says how, also where it has left meanwhile', async () => {
  const queues = () => [
    [job(0, 2), job(1, 2)],
    [job(0, 4), job(1, 2)],
  ]
  const end = { Status: 'Completed', 'Exit Code': '3', 'Ended on': expect.stringMatching(/Z$/) }
  const others = [job(1, 2), job(7, 4, ended)]
  const kept = await wait(queues(), [job(7, 4, ended)], [job(0, 4, ended), ...others])
  expect(kept.jobs).toMatchObject([end, { Status: 'Running', 'Exit Code': '' }])
  expect(kept.asked).toEqual([true, false])
  const left = await wait(queues(), [job(0, 4, ended)])
  expect(left.jobs).toMatchObject([end, { Status: 'Running' }])
  expect(left.asked).toEqual([true])
})

test('where none has ended nobody is asked', async () => {
  const { jobs, asked } = await wait(
    [
      [job(1, 2), job(0, 1)],
      [job(1, 5), job(0, 1)],
    ],
    [],
  )
  expect(jobs.map((row) => `${row['Job ID']} ${row.Status}`)).toEqual(['12.0 Idle', '12.1 Held'])
  expect(asked).toEqual([])
})
