/** What a job wrote, read over HTTP: whole, in parts, while it runs; and what nobody gets that way. */
import { createHash } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { alice, as, bob, curl, eventually, file, submitHeld, VM } from './client.ts'
import { onSubmitHost } from './host.ts'

const LINES = Array.from({ length: 8 }, (_, at) => `line ${at + 1}\n`).join('')

interface Submitted {
  readonly cluster: number
  /** The job's directory on the submit host. */
  readonly place: string
}

const post = (script: string, commands: string, user = alice) =>
  user(
    `/job?job=j.sub,param:j&exec=script,param:e&${VM}`,
    ...['-X', 'POST', '-F', `j=<${file('j.sub', commands)}`],
    ...['-F', `e=<${file('script', `#!/bin/sh\n${script}\n`)}`],
  )

async function submit(script: string, commands: string, user = alice): Promise<Submitted> {
  const reply = await post(script, commands, user)
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  const place = `/home/alice/proc/${reply.headers['x-request-id']}`
  return { cluster: Number(reply.text), place }
}

const view = (cluster: number, file: string, ...args: string[]) =>
  alice(`/job?id=${cluster}.0&view=${file}`, ...args)

const completed = (cluster: number) =>
  eventually(async () =>
    /^Status = Completed$/m.test((await alice(`/job?id=${cluster}.0&RESPONSEFORMAT=text`)).text),
  )

afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
})

test('stdout, stderr and log of a finished job, whole and in parts; of nobody else', async () => {
  const { cluster } = await submit(
    'for i in 1 2 3 4 5 6 7 8; do echo line $i; done; printf "\\377\\000\\n" >&2',
    'output = results.txt\nerror = job.err\nlog = job.log\nqueue\n',
  )
  await completed(cluster)
  const whole = await view(cluster, 'stdout')
  expect(whole).toMatchObject({ status: 200, text: LINES })
  expect(whole.headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
  })
  for (const [range, bytes, place] of [
    ['0-5', 'line 1', '0-5/56'],
    ['49-', 'line 8\n', '49-55/56'],
    ['-7', 'line 8\n', '49-55/56'],
    ['-1000', LINES, '0-55/56'],
    ['50-1000', 'ine 8\n', '50-55/56'],
    ['50-999999999999999', 'ine 8\n', '50-55/56'],
  ]) {
    const part = await view(cluster, 'stdout', '-r', range ?? '')
    expect(part, range).toMatchObject({ status: 206, text: bytes })
    expect(part.headers['content-range']).toBe(`bytes ${place}`)
  }
  const beyond = await view(cluster, 'stdout', '-r', '56-')
  expect(beyond).toMatchObject({
    status: 416,
    text: expect.stringMatching(/^[^\n]+ 56 bytes .*\n$/),
  })
  expect(beyond.headers['content-range']).toBe('bytes */56')
  const ignored = await view(cluster, 'stdout', '-H', 'Range: bytes=0-1,4-5')
  expect(ignored).toMatchObject({ status: 200, text: LINES })
  expect((await view(cluster, 'stdout', '-I')).headers).toMatchObject({ 'content-length': '56' })

  expect((await view(cluster, 'stdout', '-r', '999999999999999-')).status).toBe(416)

  expect((await view(cluster, 'stderr')).bytes).toEqual(Buffer.from([0xff, 0, 0x0a]))
  expect((await view(cluster, 'log')).text).toMatch(
    /^000 \(0*\d+\.000\.000\)[\s\S]*Job terminated\./,
  )
  for (const user of [bob, as('carol')]) {
    for (const file of ['stdout', 'stderr', 'log']) {
      const reply = await user(`/job?id=${cluster}.0&view=${file}`)
      expect([403, 404]).toContain(reply.status)
      expect(reply.text).not.toMatch(/line|results|alice|home/)
    }
  }
  expect((await alice(`/job?id=${cluster}&view=stdout`)).status).toBe(400)
})

test('the last bytes of an empty file are none', async () => {
  const { cluster } = await submit('exit 0', 'output = job.out\nqueue\n')
  await completed(cluster)
  const reply = await view(cluster, 'stdout', '-r', '-1000')
  expect(reply).toMatchObject({ status: 200, text: '' })
  expect(reply.headers).not.toHaveProperty('content-range')
  expect((await view(cluster, 'stdout', '-r', '0-')).status).toBe(416)
})

test('a running job: from the shared file system, and from the worker where files are transferred', async () => {
  const script = 'for i in 1 2 3; do echo line $i; echo err $i >&2; done; sleep 600'
  const files = 'output = job.out\nerror = job.err\nlog = job.log\n'
  const shared = await submit(script, `${files}queue\n`)
  const transferred = await submit(
    script,
    `${files}should_transfer_files = YES\nwhen_to_transfer_output = ON_EXIT\nqueue\n`,
  )
  for (const { cluster } of [shared, transferred]) {
    const early = await view(cluster, 'stdout')
    expect([200, 404]).toContain(early.status)
    await eventually(async () => (await view(cluster, 'stdout')).text.endsWith('line 3\n'))
    const tail = await view(cluster, 'stdout', '-r', '-7')
    expect(tail).toMatchObject({ status: 206, text: 'line 3\n' })
    expect(tail.headers['content-range']).toBe('bytes 14-20/21')
    expect((await view(cluster, 'stderr', '-r', '0-4')).text).toBe('err 1')
    expect((await view(cluster, 'stdout', '-r', '21-')).status).toBe(416)
    expect((await view(cluster, 'log', '-r', '0-2')).text).toBe('000')
    expect((await bob(`/job?id=${cluster}.0&view=stdout`)).status).toBe(404)
  }
  const there = await onSubmitHost('ls', transferred.place)
  expect(there.stdout).not.toContain('job.out')
  await alice(`/job?id=${shared.cluster},${transferred.cluster}`, '-X', 'DELETE')
})

test('a large one comes by way of the object store, which honours Range too', async () => {
  const { cluster, place } = await submit(
    'i=0; while [ $i -lt 60 ]; do head -c 1000000 /dev/urandom; i=$((i+1)); done',
    'output = large.bin\nqueue\n',
  )
  await completed(cluster)
  const sum = (await onSubmitHost('sha256sum', `${place}/large.bin`)).stdout.split(' ')[0]
  const redirect = await view(cluster, 'stdout')
  expect(redirect.status).toBe(303)
  const location = redirect.headers.location ?? ''
  const whole = await curl(location)
  expect(whole.bytes.length).toBe(60_000_000)
  expect(createHash('sha256').update(whole.bytes).digest('hex')).toBe(sum)
  // A short part comes at once, a long one by way of the store.
  const short = await view(cluster, 'stdout', '-r', '59999990-')
  expect(short.headers['content-range']).toBe('bytes 59999990-59999999/60000000')
  expect(short.bytes).toEqual(whole.bytes.subarray(-10))
  const long = await view(cluster, 'stdout', '-L', '-r', '1000-30000999')
  expect(long.status).toBe(206)
  expect(long.headers['content-range']).toBe('bytes 1000-30000999/60000000')
  expect(long.bytes.equals(whole.bytes.subarray(1000, 30_001_000))).toBe(true)
})

test('there is nothing to read: each time a sentence', async () => {
  const held = async (commands: string) =>
    (await submit('true', `hold = true\n${commands}\nqueue\n`)).cluster
  const none = await submitHeld()
  expect(await view(none, 'stdout')).toMatchObject({
    status: 404,
    text: 'the job keeps no stdout: its description has no line `output = <name>`\n',
  })
  expect((await view(none, 'log')).text).toMatch(/no line `log = <name>`\n$/)
  expect((await view(await held('output = job.out'), 'stdout')).text).toMatch(
    /^there is no such file: the job has not started, was removed/,
  )
  for (const [commands, words] of [
    ['output = /etc/passwd', /^output must be below the job's own directory/],
    ['output = ../../.bashrc', /^output must not have \.\. in its path/],
    ['output = x/../../../secret', /^output must not have \.\./],
    ['output = /home/alice/proc/', /^output must be below/],
    ['output = /home/bob/secret', /^output must be below/],
    ['initialdir = /etc\noutput = passwd', /^initialdir must be below/],
    ['output = passwd\ninitialdir = /home/alice', /^initialdir must be below/],
    ['+Out = 17', /^output must be text/],
    ['+UserLog = time()', /^log must be text/],
  ] as const) {
    const reply = await post('true', `hold = true\n${commands}\nqueue\n`)
    expect(reply.status, commands).toBe(400)
    expect(reply.text).toMatch(words)
  }
  expect(await view(2147483647, 'stdout')).toMatchObject({
    status: 404,
    text: 'you have no such job, queued or lately finished\n',
  })
  await alice('/job', '-X', 'DELETE')
})

test('no link, no device, no FIFO, no other file is read in its place; nothing hangs', async () => {
  const { cluster, place } = await submit(
    'true',
    'hold = true\noutput = sub/job.out\nerror = job.err\nqueue\n',
  )
  const root = (script: string) => onSubmitHost('sh', '-c', `cd ${place} && ${script}`)
  const asAlice = (script: string) => root(`su -s /bin/sh alice -c '${script}'`)
  await root('echo secret > /home/bob/mine; chown bob /home/bob/mine; chmod 644 /home/bob/mine')
  await asAlice('mkdir sub; echo right > sub/job.out')
  expect((await view(cluster, 'stdout')).text).toBe('right\n')
  for (const script of [
    'ln -sf /etc/passwd sub/job.out',
    'ln -sf ../j.sub sub/job.out',
    'rm sub/job.out; mkfifo sub/job.out',
    'rm sub/job.out; mkdir sub/job.out',
    'rm -r sub; ln -s /home/bob sub; ln -s mine job.out',
    'rm sub; ln -s /proc/self/fd sub',
    'rm sub; ln -s . sub; ln -sf j.sub job.out',
    'rm sub; mkdir sub; echo x > sub/job.out; chmod 0 sub/job.out',
  ]) {
    expect((await asAlice(script)).status, script).toBe(0)
    const begun = Date.now()
    const reply = await view(cluster, 'stdout')
    expect(reply, script).toMatchObject({ status: 404, text: expect.stringMatching(/^[^\n]+\n$/) })
    expect(reply.text, script).not.toMatch(/root:|secret|queue|home/)
    expect(Date.now() - begun, script).toBeLessThan(15_000)
  }
  for (const script of [
    'rm -r sub; install -d -o alice sub; cp /etc/shadow sub/job.out',
    'rm sub/job.out; mknod sub/job.out c 1 5; chown alice sub/job.out',
    'rm sub/job.out; cp /home/bob/mine sub/job.out; chown bob sub/job.out; chmod 644 sub/job.out',
    'rm sub/job.out; ln /home/bob/mine sub/job.out',
  ]) {
    expect((await root(script)).status, script).toBe(0)
    const reply = await view(cluster, 'stdout')
    expect(reply, script).toMatchObject({ status: 404, text: expect.stringMatching(/^[^\n]+\n$/) })
    expect(reply.text, script).not.toMatch(/root:|secret|home/)
  }
  await alice(`/job?id=${cluster}`, '-X', 'DELETE')
})
