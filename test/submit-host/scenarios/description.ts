/** What a description says beside and against the request: the request wins, and no program starts. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  cluster,
  directories,
  major,
  queued,
  refused,
  remove,
  type Scenario,
  submit,
} from './host.ts'

export const descriptions: Scenario[] = [
  {
    name: "the user's own executable, transfer_executable and request id do not win",
    async run(host) {
      const request = randomUUID()
      const id = await cluster(
        submit(host, {
          request,
          description:
            'executable = /bin/false\ntransfer_executable = false\n+ProcRequestId = "x"\n' +
            'MY.procrequestid = undefined\nhold = true\nqueue\n',
        }),
      )
      assert.deepEqual(await queued(host, id, 'Cmd TransferExecutable ProcRequestId'), [
        `"/home/alice/proc/${request}/program" undefined "${request}"`,
      ])
      await remove(host)
    },
  },
  {
    name: 'several queue statements: one cluster, with each version of HTCondor',
    async run(host) {
      const description =
        'hold = true\narguments = $(x)\nqueue x in (a b)\nexecutable = /bin/true\narguments = c\n' +
        '+ProcRequestId = "y"\nqueue 2\n'
      const request = randomUUID()
      const output = await submit(host, { request, description })
      const jobs = await queued(host, await cluster(output), 'Args Cmd ProcRequestId')
      const cmd = `"/home/alice/proc/${request}/program" "${request}"`
      assert.deepEqual(jobs, [`"a" ${cmd}`, `"b" ${cmd}`, `"c" ${cmd}`, `"c" ${cmd}`])
      assert.equal(await remove(host), 4)
    },
  },
  {
    name: 'queue 0 and no queue',
    async run(host) {
      for (const description of ['hold = true\nqueue 0\n', 'hold = true\n']) {
        const output = await submit(host, { description })
        if ((await major(host)) >= 24) await cluster(output)
        else await refused(output, 65, /queues no jobs|no queue statement/)
      }
      await remove(host)
    },
  },
  {
    name: 'no text makes condor_submit start a program',
    async run(host) {
      const before = await directories(host)
      const touch = '/usr/bin/touch /tmp/gate-marker'
      for (const description of [
        `include command : ${touch}\nqueue\n`,
        `include : ${touch} |\nqueue\n`,
        `@include : ${touch} |\nqueue\n`,
        `if true\ninclude : ${touch} |\nendif\nqueue\n`,
        `include command into /tmp/gate-marker : /bin/echo x=1\nqueue\n`,
        `incl\\\nude command : ${touch}\nqueue\n`,
        `C = ${touch} |\ninclude : $(C)\nqueue\n`,
        `queue x from ${touch} |\n`,
        `max_materialize = 1\nqueue x from ${touch} |\n`,
        `S = ${touch} |\nqueue x from $(S)\n`,
        `que\\\nue x from ${touch} |\n`,
      ]) {
        const output = await submit(host, { description })
        assert.equal(output.status, 65, description + output.stderr)
        const marker = await host.root('ls /tmp/gate-marker')
        assert.notEqual(marker.status, 0, description)
        assert.equal(await directories(host), before, description)
      }
    },
  },
]
