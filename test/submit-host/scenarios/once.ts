/** A request submits once: asked again, asked at once, and with an answer or a gate that was lost. */
import assert from 'node:assert/strict'
import { ask, cluster, finished, HELD, remove, type Scenario, submission, until } from './host.ts'

export const once: Scenario[] = [
  {
    name: 'the same request gives the same cluster; another with its id is a conflict',
    async run(host) {
      const request = await submission(host, { description: HELD })
      const id = await cluster(ask(host, request))
      assert.equal(await cluster(ask(host, request), true), id)
      assert.deepEqual(await ask(host, { ...request, digest: 'b'.repeat(64) }), {
        status: 0,
        stdout: '{"outcome":"conflict"}\n',
        stderr: '',
      })
      assert.equal(await remove(host), 1)
      assert.equal(await cluster(ask(host, request), true), id)
      assert.equal(await remove(host), 0)
    },
  },
  {
    name: 'many at once with one id: one is queued, the others wait for it',
    async run(host) {
      const request = await submission(host, { description: HELD })
      const outputs = await Promise.all([1, 2, 3, 4, 5].map(() => ask(host, request)))
      const replies = outputs.map(({ stdout }) => JSON.parse(stdout))
      assert.equal(replies.filter((reply) => reply.replayed === false).length, 1)
      assert.equal(new Set(replies.map((reply) => reply.cluster ?? 0)).size <= 2, true)
      assert.equal(await remove(host), 1)
    },
  },
  {
    name: 'an answer that was lost is found again, in the queue and in the history',
    async run(host) {
      for (const held of [true, false]) {
        const request = await submission(host, { description: held ? HELD : 'queue\n' })
        const id = await cluster(ask(host, request))
        if (!held) await finished(host, id)
        await host.root(`sed -i /^cluster/d /var/lib/condor-gate/alice/${request.request}`)
        assert.equal(await cluster(ask(host, request), true), id)
        assert.equal(await cluster(ask(host, request), true), id)
      }
      const factory = await submission(host, {
        description: 'max_materialize = 2\nmax_idle = 0\nrequirements = false\nqueue 3\n',
      })
      const id = await cluster(ask(host, factory))
      await host.root(`sed -i /^cluster/d /var/lib/condor-gate/alice/${factory.request}`)
      assert.equal(await cluster(ask(host, factory), true), id)
      await remove(host)
    },
  },
  {
    name: "another's job that was kept for days, and left the queue later, does not hide an attempt",
    async run(host) {
      const request = await submission(host, { description: 'queue\n' })
      const id = await cluster(ask(host, request))
      await finished(host, id)
      await host.root(`sed -i /^cluster/d /var/lib/condor-gate/alice/${request.request}`)
      // As HTCondor writes it when `JobStatus == 4 && time() - CompletionDate < 864000` comes to its end.
      await host.root(`
        then=$(($(date +%s) - 864001)); history=$(condor_config_val HISTORY)
        { printf 'ClusterId = 999999\\nProcId = 0\\nOwner = "bob"\\nJobStatus = 4\\n'
          printf 'CompletionDate = %s\\nEnteredCurrentStatus = %s\\n' $then $then
          printf 'LeaveJobInQueue = JobStatus == 4 && time() - CompletionDate < 864000\\n'
          printf '*** Offset = %s ClusterId = 999999 ProcId = 0 Owner = "bob" CompletionDate = %s\\n' \\
            $(stat -c %s $history) $then
        } >>$history`)
      const kept = await host.root('condor_history 999999 -af Owner')
      assert.equal(kept.stdout, 'bob\n', kept.stderr)
      assert.equal(await cluster(ask(host, request), true), id)
    },
  },
  {
    name: 'a gate killed while condor_submit waits: nobody submits beside it, and one cluster results',
    async run(host) {
      const request = await submission(host, { description: HELD })
      await host.root('pkill -STOP -x condor_schedd')
      try {
        const first = ask(host, request)
        // The dry run is over, which does without the schedd.
        const submits = "pgrep -xf '/usr/bin/condor_submit -terse -'"
        await until(async () => (await host.root(submits)).status === 0)
        await host.root("pkill -KILL -u condorweb -f 'condor-gate/condor-gate$'")
        assert.notEqual((await first).status, 0)
        assert.equal((await ask(host, request)).stdout, '{"outcome":"in-progress"}\n')
      } finally {
        await host.root('pkill -CONT -x condor_schedd')
      }
      await until(async () => (await host.root('pgrep -x condor_submit')).status !== 0)
      const id = await cluster(ask(host, request), true)
      assert.equal(await cluster(ask(host, request), true), id)
      assert.equal(await remove(host), 1)
    },
  },
]
