/** The gate answers, and what is submitted arrives as it was sent and runs. */
import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  ask,
  cluster,
  directories,
  finished,
  HELD,
  PROGRAM,
  queued,
  refused,
  remove,
  type Scenario,
  submission,
  submit,
} from './host.ts'

export const submissions: Scenario[] = [
  {
    name: 'ping, list and status answer',
    async run(host) {
      assert.match(
        (await host.gate('{"v":1,"op":"ping"}')).stdout,
        /^\{"schedd":"[^"]+","gate":\d+,"oldest":\d+,"sessions":\d+,"disks":\{"records":\{"bytes":\[\d+,\d+\],"inodes":\[\d+,\d+\]\},"queue":\{.*\}\}\}\n$/,
      )
      const list = '{"v":1,"op":"list","attributes":["ClusterId","Owner"]}'
      assert.deepEqual(await host.gate(list), { status: 0, stdout: '', stderr: '' })
      await cluster(submit(host, { description: HELD }))
      await cluster(submit(host, { description: HELD, account: 'bob' }))
      const owners = JSON.parse((await host.gate(list)).stdout).map(
        (ad: { Owner: string }) => ad.Owner,
      )
      assert.deepEqual(owners.sort(), ['alice', 'bob'])
      const status = JSON.parse((await host.gate('{"v":1,"op":"status"}')).stdout)
      assert.equal(status.schedds.length, 1)
      assert.ok(status.slots.length >= 1)
      assert.deepEqual([await remove(host), await remove(host, 'bob')], [1, 1])
    },
  },
  {
    name: 'a job runs: bytes identical, modes, owner, output in its directory',
    async run(host) {
      const request = randomUUID()
      const id = await cluster(
        submit(host, {
          request,
          description: 'arguments = one two\noutput = out.txt\nlog = job.log\nqueue\n',
        }),
      )
      const place = `/home/alice/proc/${request}`
      const sum = createHash('sha256').update(PROGRAM).digest('hex')
      const state = await host.root(
        `cd ${place} && sha256sum program && stat -c '%a %U %n' . program job.sub`,
      )
      assert.equal(
        state.stdout,
        `${sum}  program\n700 alice .\n700 alice program\n600 alice job.sub\n`,
      )
      assert.deepEqual(await queued(host, id, 'ProcRequestId VMAMI'), [`"${request}" "image"`])
      await finished(host, id)
      assert.equal(
        (await host.root(`cat ${place}/out.txt; stat -c %U ${place}/out.txt`)).stdout,
        'one two\nalice\n',
      )
    },
  },
  {
    name: 'files that come along: bytes identical, modes; none that are not the ones promised',
    async run(host) {
      const before = await directories(host)
      const description = `# ${'é'.repeat(500)}\n${HELD}`
      for (const size of [1, 4096, 60_000]) {
        const program = randomBytes(size)
        const request = await submission(host, { carried: true, description, program })
        const [first, second] = request.files as object[]
        const wrong = { ...second, sha256: '0'.repeat(64) }
        await refused(ask(host, { ...request, files: [first, wrong] }), 75, /^other bytes came/)
        assert.equal(await directories(host), before)
        await cluster(ask(host, request))
        const place = `/home/alice/proc/${request.request}`
        const state = await host.root(`cd ${place} && cat job.sub && stat -c '%a %U %n' . *`)
        assert.equal(
          state.stdout,
          `${description}700 alice .\n600 alice job.sub\n700 alice program\n`,
        )
        const sum = createHash('sha256').update(program).digest('hex')
        assert.equal((await host.root(`sha256sum ${place}/program`)).stdout.split(' ')[0], sum)
        await host.root(`rm -r ${place}`)
      }
      assert.equal(await remove(host), 3)
    },
  },
  {
    name: 'odd but legal names',
    async run(host) {
      for (const [name, file] of [
        ['a=b.sub', 'my prog'],
        ['é ü ß.sub', '程序 v1.0+x~y@z:w'],
        ['e\u0301.sub', '_-=~ x'],
        [`${'n'.repeat(200)}`, '0'],
      ] as const) {
        const description = 'output = out\nqueue\n'
        const request = randomUUID()
        const id = await cluster(submit(host, { request, name, description, executable: { file } }))
        const there = await host.root(`ls -1 /home/alice/proc/${request} | LC_ALL=C sort`)
        assert.ok(there.stdout.split('\n').includes(name) && there.stdout.includes(file), file)
        await finished(host, id)
        const log = await host.root(`condor_history ${id} -limit 1 -af JobStatus ExitCode`)
        assert.equal(log.stdout, '4 0\n', file)
      }
    },
  },
]
