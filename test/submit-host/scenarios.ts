/** What condor-gate must do on a real submit host, as checks that need one. Run by by-hand.ts, and by the end-to-end tests. */
import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Output {
  status: number
  stdout: string
  stderr: string
}

/** A submit host with alice and bob in the group, carol outside of it and nohome in it, all queues empty of theirs. */
export interface Host {
  /** One ssh command of the service account: `line` with a newline on stdin. */
  gate(line: string): Promise<Output>
  /** A shell script as root on the host. */
  root(script: string): Promise<Output>
  /** Puts bytes in the store; a URL that the gate may fetch from. */
  store(bytes: Buffer): Promise<string>
  /** A URL in the store where there is nothing. */
  nowhere: string
}

interface Scenario {
  name: string
  /** Minutes rather than seconds: waits for real time limits. */
  slow?: boolean
  run: (host: Host) => Promise<void>
}

const PROGRAM = Buffer.concat([Buffer.from('#!/bin/sh\necho "$@"\nexit 0\n'), randomBytes(4096)])

interface Wanted {
  account?: string
  request?: string
  digest?: string
  description: string
  name?: string
  program?: Buffer
  executable?: { file: string } | { path: string }
  append?: string[]
  /** The files come along; otherwise they wait in the store. */
  carried?: boolean
}

async function submission(host: Host, wanted: Wanted): Promise<Record<string, unknown>> {
  const staged = async (name: string, bytes: Buffer) => ({
    name,
    ...(wanted.carried ? { content: bytes.toString('base64') } : { url: await host.store(bytes) }),
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  const description = wanted.name ?? 'job.sub'
  const executable = wanted.executable ?? { file: 'program' }
  const files = [await staged(description, Buffer.from(wanted.description))]
  if ('file' in executable) files.push(await staged(executable.file, wanted.program ?? PROGRAM))
  return {
    v: 1,
    op: 'submit',
    account: wanted.account ?? 'alice',
    request: wanted.request ?? randomUUID(),
    digest: wanted.digest ?? 'a'.repeat(64),
    files,
    description,
    executable,
    append: wanted.append ?? ['+VMAMI = "image"'],
  }
}

const ask = (host: Host, request: object) => host.gate(JSON.stringify(request))

const submit = async (host: Host, wanted: Wanted) => ask(host, await submission(host, wanted))

/** The cluster of a submission that must succeed. */
async function cluster(output: Output | Promise<Output>, replayed = false): Promise<number> {
  const { status, stdout, stderr } = await output
  assert.equal(status, 0, stderr)
  const reply = JSON.parse(stdout)
  assert.equal(reply.outcome, 'submitted')
  assert.equal(reply.replayed, replayed)
  assert.ok(Number.isInteger(reply.cluster))
  return reply.cluster
}

async function refused(output: Output | Promise<Output>, status: number, words: RegExp) {
  const reply = await output
  assert.deepEqual([reply.status, reply.stdout], [status, ''], reply.stderr)
  assert.match(reply.stderr, words)
  assert.match(reply.stderr, /^[^\n]{1,500}\n$/)
  assert.doesNotMatch(reply.stderr, /\/home|\/proc\/|\/usr|\/var|Traceback/)
}

const queued = async (host: Host, id: number, attributes: string) =>
  (await host.root(`condor_q -allusers ${id} -af:V ${attributes}`)).stdout.trim().split('\n')

const remove = async (host: Host, account = 'alice') =>
  JSON.parse((await ask(host, { v: 1, op: 'remove', account })).stdout).removed

const directories = async (host: Host, account = 'alice') =>
  (await host.root(`ls /home/${account}/proc 2>/dev/null | sort`)).stdout

async function until(condition: () => Promise<boolean>, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; !(await condition()); await sleep(200))
    assert.ok(Date.now() < end, 'did not happen in time')
}

const finished = (host: Host, id: number) =>
  until(async () => (await host.root(`condor_q -allusers ${id} -af ClusterId`)).stdout === '', 40)

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

/** sudo 1.9.9 limits processor time and memory. */
const sudoLimits = async (host: Host) => {
  const [, minor = 0, patch = 0] =
    /version 1\.(\d+)\.(\d+)/.exec((await host.root('sudo --version')).stdout) ?? []
  return Number(minor) > 9 || (Number(minor) === 9 && Number(patch) >= 9)
}

/** HTCondor 25 refuses what 23.9 still takes: a second queue statement. */
const major = async (host: Host) =>
  Number(/CondorVersion: (\d+)/.exec((await host.root('condor_version')).stdout)?.[1])

const HELD = 'hold = true\nqueue\n'

export const scenarios: Scenario[] = [
  {
    name: 'ping, list and status answer',
    async run(host) {
      assert.match((await host.gate('{"v":1,"op":"ping"}')).stdout, /^\{"schedd":"[^"]+"\}\n$/)
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
  {
    name: "the user's own executable, transfer_executable and initialdir do not win",
    async run(host) {
      const request = randomUUID()
      const id = await cluster(
        submit(host, {
          request,
          description:
            'executable = /bin/false\ntransfer_executable = false\ninitialdir = /tmp\n+ProcRequestId = "x"\n' +
            'MY.procrequestid = undefined\nhold = true\nqueue\n',
        }),
      )
      assert.deepEqual(await queued(host, id, 'Cmd TransferExecutable ProcRequestId Iwd'), [
        `"/home/alice/proc/${request}/program" undefined "${request}" "/tmp"`,
      ])
      await remove(host)
    },
  },
  {
    name: 'several queue statements: one cluster, or the words of HTCondor 25',
    async run(host) {
      const description =
        'hold = true\narguments = $(x)\nqueue x in (a b)\nexecutable = /bin/true\narguments = c\n' +
        '+ProcRequestId = "y"\nqueue 2\n'
      const request = randomUUID()
      const output = await submit(host, { request, description })
      if ((await major(host)) >= 24)
        return refused(output, 65, /on Line 4 of job\.sub: Extra data found after queue statement/)
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
        ['accounting_group_user = bob', /^accounting groups are not accepted here/],
        ['accounting_group = physics', /^accounting groups/],
        ['+AccountingGroup = "bob"', /^accounting groups/],
        ['+AcctGroupUser = ifThenElse(time() > 2000000000, "bob", "alice")', /^accounting groups/],
        ['notification = always', /^notification must be never/],
        ['+Owner = "bob"', /^Setting owner to bob when active owner is alice is not permitted/],
        ['getenv = true', /^getenv = true command not allowed/],
        [
          `batch_name = ${'x'.repeat(10_000)}`,
          /^more than 10,000 characters of batch_name, .*not acc/,
        ],
        [`+NumJobStarts = "${'x'.repeat(10_000)}"`, /^more than 10,000 characters/],
      ] as const) {
        const description = `requirements = false\n${line}\nqueue\n`
        await refused(submit(host, { description }), 65, words)
      }
      const id = await submit(host, {
        description: '+JobStatus = 4\nrequirements = false\nqueue\n',
      })
      if ((await major(host)) >= 24)
        assert.deepEqual(await queued(host, await cluster(id), 'JobStatus'), ['1'])
      else await refused(id, 65, /^JobStatus must not be set/)
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
        await refused(output, 65, /^getenv = true command not allowed/)
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
            /^accounting groups are not accepted here/,
          )
      })
      assert.equal(await remove(host), 1)
    },
  },
  {
    name: 'as many jobs as the schedd takes of one user: 75, for it passes',
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
          75,
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
    name: "sudo's limits of processor time and memory hold, and are the description's fault",
    async run(host) {
      if (!(await sudoLimits(host))) return
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
      const start = Date.now()
      await refused(submit(host, { description }), 65, /too much time or memory/)
      assert.ok(Date.now() - start < 20_000, `${Date.now() - start} ms`)
      assert.equal(await remove(host), 1)
    },
  },
  {
    name: 'a home that is a link: its output is read, and no path of it is told',
    async run(host) {
      await host.root('mkdir -p /nfs && mv /home/bob /nfs/bob && ln -s /nfs/bob /home/bob')
      try {
        const bob = { account: 'bob' }
        const description = 'arguments = linked\noutput = out.txt\nqueue\n'
        const id = await cluster(submit(host, { ...bob, description }))
        await finished(host, id)
        const request = {
          v: 1,
          op: 'output',
          ...bob,
          cluster: id,
          proc: 0,
          file: 'stdout',
          most: 99,
        }
        const output = await ask(host, request)
        assert.equal(output.stdout, '{"size":7,"first":0,"length":7}\nlinked\n', output.stderr)
        const missing = 'queue x from nothing-of-that-name\n'
        const reply = await submit(host, { ...bob, description: missing })
        assert.equal(reply.status, 65)
        assert.doesNotMatch(reply.stderr, /nfs|home/)
      } finally {
        await host.root('rm /home/bob && mv /nfs/bob /home/bob')
      }
    },
  },
  {
    name: 'a path on the virtual machine need not exist here',
    async run(host) {
      const path = '/my/folder/.hidden dir/myProgram.exe'
      const id = await cluster(submit(host, { description: HELD, executable: { path } }))
      assert.deepEqual(await queued(host, id, 'Cmd TransferExecutable'), [`"${path}" false`])
      assert.equal(await remove(host), 1)
    },
  },
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
    name: 'a gate killed while condor_submit waits: nobody submits beside it, and one cluster results',
    async run(host) {
      const request = await submission(host, { description: HELD })
      await host.root('pkill -STOP -x condor_schedd')
      try {
        const first = ask(host, request)
        await until(async () => (await host.root('pgrep -x condor_submit')).status === 0)
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
  {
    name: 'a refused description leaves nothing, and corrected it may use the same id',
    async run(host) {
      const before = await directories(host)
      const request = randomUUID()
      await refused(
        submit(host, { request, description: 'blah\nqueue\n' }),
        65,
        /^on Line 1 of [^;]*$/,
      )
      assert.equal(await directories(host), before)
      const records = `ls /var/lib/condor-gate/alice/${request}`
      assert.notEqual((await host.root(records)).status, 0)
      await cluster(submit(host, { request, description: HELD, digest: 'c'.repeat(64) }))
      assert.equal(await remove(host), 1)
    },
  },
  {
    name: 'a refused description takes no results of an earlier run with it, of which no record is left',
    async run(host) {
      const request = randomUUID()
      const place = `/home/alice/proc/${request}`
      await cluster(submit(host, { request, description: HELD }))
      assert.equal(await remove(host), 1)
      await host.root(`rm /var/lib/condor-gate/alice/${request}; echo days >${place}/result`)
      await refused(submit(host, { request, description: 'blah\nqueue\n' }), 65, /^on Line 1 of/)
      assert.equal((await host.root(`ls ${place}; rm -r ${place}`)).stdout, 'result\n')
    },
  },
  {
    name: 'files that cannot be fetched or are not the ones promised',
    async run(host) {
      const before = await directories(host)
      const good = await submission(host, { description: HELD })
      const files = good.files as { url: string; size: number; sha256: string }[]
      const [first, second] = files
      assert.ok(first && second)
      for (const wrong of [
        { ...second, url: host.nowhere },
        { ...second, sha256: '0'.repeat(64) },
        { ...second, size: second.size + 1 },
        { ...second, size: second.size - 1 },
        { ...second, size: 2 ** 39 },
      ]) {
        const output = ask(host, { ...good, files: [first, wrong] })
        await refused(
          output,
          75,
          /^(a file could not be fetched from|(fewer|more|other) bytes came)/,
        )
        assert.equal(await directories(host), before)
      }
      const elsewhere = { ...second, url: 'http://127.0.0.1:1/x' }
      await refused(ask(host, { ...good, files: [first, elsewhere] }), 64, /not a url of the store/)
      await cluster(ask(host, good))
      assert.equal(await remove(host), 1)
    },
  },
  {
    name: 'who may not',
    async run(host) {
      const as = (account: string) => submit(host, { account, description: HELD })
      await refused(as('nosuch'), 67, /^there is no such account/)
      await refused(as('root'), 77, /^this account is not allowed to submit/)
      await refused(as('condorweb'), 77, /^this account is not allowed to submit/)
      await refused(as('carol'), 77, /^this account is not allowed to submit/)
      await refused(as('nohome'), 77, /^this account has no home directory/)
      try {
        for (const proc of ['ln -s /tmp', 'install -d -m 777 -o bob', 'install -d', 'touch']) {
          await host.root(`rm -rf /home/bob/proc; ${proc} /home/bob/proc`)
          await refused(as('bob'), 77, /^~\/proc on the submit host is not a directory of this/)
        }
      } finally {
        await host.root('rm -rf /home/bob/proc')
      }
    },
  },
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
      assert.equal(await remove(host), 1 + 3 + 2)
      assert.equal(await remove(host), 0)
      const left = 'condor_q -allusers -constraint \'Owner == "alice"\' -af ClusterId'
      await until(async () => (await host.root(left)).stdout === '', 10)
      assert.deepEqual(await queued(host, bob, 'JobStatus'), ['5'])
      assert.equal(await remove(host, 'bob'), 1)
    },
  },
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
