/** A user's jobs are shown and removed, and nobody else's. */
import assert from 'node:assert/strict'
import { ask, cluster, HELD, queued, remove, type Scenario, submit, until } from './host.ts'

export const jobs: Scenario[] = [
  {
    name: "one job: the own one, queued or finished, never another's",
    async run(host) {
      const job = async (account: string, id: number, attributes?: string[]) =>
        JSON.parse(
          (await ask(host, { v: 1, op: 'job', account, cluster: id, proc: 0, attributes })).stdout,
        )
      const id = await cluster(submit(host, { description: HELD }))
      assert.deepEqual(await job('alice', id, ['ClusterId', 'JobStatus']), [
        { ClusterId: id, JobStatus: 5 },
      ])
      assert.deepEqual(await job('bob', id), [])
      assert.equal(await remove(host), 1)
      await until(async () => (await job('alice', id, ['JobStatus']))[0]?.JobStatus === 3)
      assert.deepEqual(await job('bob', id), [])
      assert.deepEqual(await job('alice', 2 ** 31 - 1), [])
    },
  },
  {
    name: "remove: exactly the own jobs are counted, and none of them stays, nobody else's goes",
    async run(host) {
      const bob = await cluster(submit(host, { account: 'bob', description: HELD }))
      const done = await cluster(submit(host, { description: 'leave_in_queue = true\nqueue\n' }))
      await until(async () => (await queued(host, done, 'JobStatus'))[0] === '4', 40)
      await cluster(submit(host, { description: 'leave_in_queue = true\nhold = true\nqueue 3\n' }))
      await cluster(
        submit(host, { description: 'max_materialize = 2\nrequirements = false\nqueue 9\n' }),
      )
      assert.equal(await remove(host), 1 + 3 + 9)
      assert.equal(await remove(host), 0)
      const left = 'condor_q -allusers -constraint \'Owner == "alice"\' -af ClusterId'
      await until(async () => (await host.root(left)).stdout === '', 10)
      assert.deepEqual(await queued(host, bob, 'JobStatus'), ['5'])
      assert.equal(await remove(host, 'bob'), 1)
    },
  },
  {
    name: 'what was done is told, although the history cannot be asked of the others',
    async run(host) {
      const id = await cluster(submit(host, { description: HELD }))
      const act = (...jobs: number[][]) =>
        ask(host, { v: 1, op: 'act', account: 'alice', action: 'remove', jobs })
      const history = '/usr/bin/condor_history'
      await host.root(`mv ${history} ${history}.aside; ln -s /bin/false ${history}`)
      try {
        assert.equal((await act([2147483647])).status, 70)
        const { status, stdout } = await act([2147483647], [id, 0])
        assert.equal(status, 0)
        assert.deepEqual(JSON.parse(stdout), {
          jobs: 1,
          outcomes: [
            ['unsettled', 0],
            ['done', 1],
          ],
        })
      } finally {
        await host.root(`mv ${history}.aside ${history}`)
      }
    },
  },
  {
    name: 'a cluster that has ended is told whole, although a job that was kept left the queue between its jobs',
    async run(host) {
      const act = async (...jobs: number[][]) => {
        await ask(host, { v: 1, op: 'act', account: 'alice', action: 'remove', jobs })
        const ids = jobs.map((job) => job.join('.')).join(' ')
        await until(async () => (await host.root(`condor_q ${ids} -af ProcId`)).stdout === '')
      }
      const kept = await cluster(submit(host, { description: 'leave_in_queue = true\nqueue\n' }))
      await until(async () => (await queued(host, kept, 'JobStatus')).join() === '4', 40)
      // condor_history compares whole seconds: of completion, and of submission.
      const second = (await host.root('date +%s')).stdout
      await until(async () => (await host.root('date +%s')).stdout > second)
      const id = await cluster(submit(host, { description: 'hold = true\nqueue 4\n' }))
      await act([id, 1])
      await act([kept])
      await act([id, 0], [id, 2])
      const procs = async (more: object) => {
        const { stdout } = await ask(host, {
          ...{ v: 1, op: 'job', account: 'alice', cluster: id, attributes: ['ProcId'] },
          ...more,
        })
        return JSON.parse(stdout)
          .map((ad: { ProcId: number }) => ad.ProcId)
          .toSorted()
      }
      assert.deepEqual(await procs({}), [0, 1, 2, 3])
      assert.deepEqual(await procs({ ended: true }), [0, 1, 2])
      assert.deepEqual(await procs({ proc: 1 }), [1])
      assert.equal(await remove(host), 1)
    },
  },
]
