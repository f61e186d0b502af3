/** The rules and limits of schedd, configuration and sudo, which no description gets around. */
import assert from 'node:assert/strict'
import {
  ask,
  cluster,
  directories,
  HELD,
  type Host,
  queued,
  refused,
  remove,
  type Scenario,
  submission,
  submit,
  until,
} from './host.ts'

/** Runs `check` while the schedd has one more setting, read after all others. */
async function withSetting(host: Host, name: string, value: string, check: () => Promise<void>) {
  const file = '/etc/condor/config.d/99-z-scenario'
  const now = async () => (await host.root(`condor_config_val -schedd ${name}`)).stdout.trim()
  const before = await now()
  await host.root(`echo '${name} = ${value}' >${file}; condor_reconfig`)
  try {
    await until(async () => (await now()) === value)
    await check()
  } finally {
    await host.root(`rm ${file}; condor_reconfig`)
    await until(async () => (await now()) === before)
  }
}

export const rules: Scenario[] = [
  {
    name: 'only vanilla jobs, under the own name, without mail',
    async run(host) {
      for (const [line, words] of [
        ['universe = local', /^universe 12 is not accepted here; only vanilla/],
        ['universe = scheduler', /^universe 7 is not accepted/],
        ['universe = grid\ngrid_resource = batch slurm', /^universe 9 is not accepted/],
        ['+JobUniverse = 12', /^universe 12 is not accepted/],
        ['MY.JobUniverse = 7', /^universe 7 is not accepted/],
        ['max_materialize = 1\nuniverse = local', /^universe 12 is not accepted/],
        ['+JobUniverse = ifThenElse(time() > 2000000000, 12, 5)', /universe/],
        [
          'accounting_group_user = bob',
          /^accounting_group and accounting_group_user are not accepted here/,
        ],
        ['accounting_group = physics', /^accounting_group and/],
        ['+AccountingGroup = "bob"', /^accounting_group and/],
        [
          '+AcctGroupUser = ifThenElse(time() > 2000000000, "bob", "alice")',
          /^accounting_group and/,
        ],
        ['notification = always', /^notification must be never/],
        ['+Owner = "bob"', /^the owner of a job is the account that sends it/],
        ['initialdir = /tmp', /^initialdir must be below the job's own directory/],
        ['getenv = true', /^getenv = true is not available here: name the variables/],
        [
          `batch_name = ${'x'.repeat(10_000)}`,
          /^batch_name must not be longer than 10,000 characters/,
        ],
        [
          `batch_name = ${'x'.repeat(5_000)}\ninput = ${'x'.repeat(5_000)}`,
          /^more than 10,000 characters of batch_name, .*not acc/,
        ],
        [`+NumJobStarts = "${'x'.repeat(10_000)}"`, /^NumJobStarts is set by HTCondor itself/],
      ] as const) {
        const description = `requirements = false\n${line}\nqueue\n`
        await refused(submit(host, { description }), 65, words)
      }
      const id = await submit(host, {
        description: '+JobStatus = 4\nrequirements = false\nqueue\n',
      })
      assert.deepEqual(await queued(host, await cluster(id), 'JobStatus'), ['1'])
      for (const line of ['accounting_group_user = alice', 'nice_user = true', 'docker_image = x'])
        await cluster(submit(host, { description: `requirements = false\n${line}\nqueue\n` }))
      await remove(host)
    },
  },
  {
    name: "a user's own HTCondor configuration does not count",
    async run(host) {
      // A job's output may land there; it could name a library for condor_submit to load.
      const place = '/home/alice/.condor'
      await host.root(
        `install -d -o alice ${place}; echo SUBMIT_ALLOW_GETENV = True > ${place}/user_config; chown alice ${place}/user_config`,
      )
      try {
        const output = submit(host, { description: 'hold = true\ngetenv = true\nqueue\n' })
        await refused(output, 65, /^getenv = true is not available here: name the variables/)
      } finally {
        await host.root(`rm ${place}/user_config`)
      }
    },
  },
  {
    name: 'where others submit too the rules can be for the jobs of the gate alone',
    async run(host) {
      const description = `accounting_group = physics\naccounting_group_user = bob\n${HELD}`
      const byHand = () =>
        host.root(
          `printf 'executable = /bin/true\n${description.replaceAll('\n', '\\n')}' | runuser -u alice -- env -C /tmp condor_submit -terse -`,
        )
      assert.match((await byHand()).stderr, /accounting groups are not accepted here/)
      await withSetting(host, 'CONDOR_GATE_JOBS', '(ProcRequestId isnt undefined)', async () => {
        const output = await byHand()
        assert.match(output.stdout, /^(\d+)\.0 - \1\.0\n$/, output.stderr)
        for (const line of ['', '+ProcRequestId = undefined\n'])
          await refused(
            submit(host, { description: line + description }),
            65,
            /^accounting_group and accounting_group_user are not accepted here/,
          )
      })
      assert.equal(await remove(host), 1)
    },
  },
  {
    name: 'as many jobs as the schedd takes of one user: 73, for it passes',
    async run(host) {
      await withSetting(host, 'MAX_JOBS_PER_OWNER', '1', async () => {
        const first = await submission(host, { description: HELD })
        const second = await submission(host, { description: HELD })
        // Jobs that were removed count until they are gone.
        const accepted = (request: object) =>
          until(async () => (await ask(host, request)).status === 0)
        await accepted(first)
        const before = await directories(host)
        await refused(
          ask(host, second),
          73,
          /^you have as many jobs in the queue as the scheduler allows/,
        )
        assert.equal(await directories(host), before)
        assert.equal(await remove(host), 1)
        await accepted(second)
        assert.equal(await remove(host), 1)
      })
    },
  },
  {
    name: "condor_submit's limits of processor time and memory hold, and are the description's fault",
    async run(host) {
      const fifo = '/home/alice/limits-fifo'
      await host.root(`runuser -u alice -- mkfifo ${fifo}`)
      try {
        const output = submit(host, { description: `F = ${fifo}\ninclude : $(F)\n${HELD}` })
        await until(async () => (await host.root('pgrep -x condor_submit')).status === 0)
        const limits = await host.root('cat /proc/$(pgrep -nx condor_submit)/limits')
        assert.match(limits.stdout, /^Max cpu time +10 +12 +seconds/m)
        assert.match(limits.stdout, /^Max address space +536870912 +536870912 +bytes/m)
        await host.root(`timeout 10 sh -c ': >${fifo}'`)
        await cluster(output)
      } finally {
        await host.root(`rm ${fifo}`)
      }
      const doubled = Array.from({ length: 40 }, (_, i) => `A${i + 1} = $(A${i})$(A${i})\n`)
      const description = `A0 = 0123456789abcdef\n${doubled.join('')}+X = "$(A40)"\nqueue\n`
      // Processor time, however long that takes here: the limit of seconds would have another message.
      await refused(submit(host, { description }), 65, /too much time or memory/)
      assert.equal(await remove(host), 1)
    },
  },
]
