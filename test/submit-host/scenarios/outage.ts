/** A schedd that is stopped or hangs. */
import assert from 'node:assert/strict'
import {
  ask,
  cluster,
  directories,
  HELD,
  refused,
  remove,
  type Scenario,
  submission,
} from './host.ts'

export const outages: Scenario[] = [
  {
    name: 'a stopped schedd: 69, and nothing is left of a submission',
    async run(host) {
      const before = await directories(host)
      const request = await submission(host, { description: HELD })
      await host.root('condor_off -fast -schedd; while pgrep -x condor_schedd; do sleep 0.2; done')
      try {
        const words = /^the scheduler cannot be reached/
        await refused(host.gate('{"v":1,"op":"ping"}'), 69, words)
        await refused(host.gate('{"v":1,"op":"list","attributes":["Owner"]}'), 69, words)
        await refused(host.gate('{"v":1,"op":"remove","account":"alice"}'), 69, words)
        await refused(
          host.gate('{"v":1,"op":"job","account":"alice","cluster":1,"proc":0}'),
          69,
          words,
        )
        await refused(ask(host, request), 69, words)
        assert.equal(await directories(host), before)
      } finally {
        await host.root('condor_on -schedd; until condor_q -totals; do sleep 0.2; done')
      }
      await cluster(ask(host, request))
      assert.equal(await remove(host), 1)
    },
  },
  {
    name: 'a hung schedd: nothing outlives its limit, and a repeated submission is queued once',
    slow: true,
    async run(host) {
      const request = await submission(host, { description: HELD })
      await host.root('pkill -STOP -x condor_schedd')
      try {
        const start = Date.now()
        const [ping, , submitted] = await Promise.all([
          host
            .gate('{"v":1,"op":"ping"}')
            .then((output) => ({ ...output, ms: Date.now() - start })),
          refused(host.gate('{"v":1,"op":"remove","account":"alice"}'), 69, /scheduler/),
          ask(host, request),
        ])
        assert.equal(ping.status, 75)
        assert.ok(ping.ms < 6000, String(ping.ms))
        await refused(submitted, 75, /repeat the request with the same Idempotency-Key/)
        assert.ok(Date.now() - start < 70_000)
        assert.notEqual((await host.root('pgrep -x condor_submit')).status, 0)
        await refused(ask(host, request), 75, /scheduler did not answer in time/)
      } finally {
        await host.root('pkill -CONT -x condor_schedd')
      }
      const { cluster: id } = JSON.parse((await ask(host, request)).stdout)
      assert.equal(await cluster(ask(host, request), true), id)
      assert.equal(await remove(host), 1)
    },
  },
]
