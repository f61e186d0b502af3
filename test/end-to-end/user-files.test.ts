/** Names and places of files as users write them: what a job wrote is read back, or the description is refused. */
import { afterAll, expect, test } from 'vitest'
import { alice, eventually, file, rows, VM } from './client.ts'
import { onSubmitHost } from './host.ts'

afterAll(() => alice('/job', '-X', 'DELETE'))

const PROGRAM = '#!/bin/sh\necho "out $1"\necho "err $1" >&2\n'

const post = (description: string | Buffer, program: string | Buffer = PROGRAM) =>
  alice(
    `/job?job=j.sub,param:j&exec=prog,param:e&${VM}`,
    ...['-X', 'POST', '-F', `j=<${file('files.sub', description)}`],
    ...['-F', `e=@${file('files.prog', program)}`],
  )

async function submit(description: string | Buffer): Promise<number> {
  const reply = await post(description)
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  return Number(reply.text)
}

const view = (id: string, what: string) => alice(`/job?id=${id}&view=${what}`)

/** Waits until all jobs of the cluster have ended, with how. */
const ended = (cluster: number) =>
  eventually(async () => {
    const jobs = rows((await alice(`/job?id=${cluster}&RESPONSEFORMAT=tsv`)).text)
    const states = jobs.map((job) => job.Status)
    expect(states.filter((state) => state === 'Held')).toEqual([])
    return states.every((state) => state === 'Completed') && jobs
  })

const latin = (text: string) => Buffer.from(text, 'latin1')

test.each([
  ['a log in Latin-1', latin('output = o\nlog = caf\xe9.log\nerror = e\n')],
  ['an error in Latin-1', latin('output = o\nlog = l\nerror = caf\xe9.err\n')],
  [
    'all three, with bytes that are no text',
    latin('output = \xff\xfe\xc3.o\nlog = \xc3(\nerror = \xe2\x82\n'),
  ],
  ['names in UTF-8', 'output = 中文 b.out\nlog = é.log\nerror = "q".err\n'],
  [
    'directories with such names',
    latin('output = \xe9/o\nlog = \xe9/\xff/l\nerror = d\xc3\xa9/e\n'),
  ],
  ['an initialdir with such a name', latin('initialdir = r\xe9\noutput = o\nlog = l\nerror = e\n')],
])('%s: the bytes of each file', async (_, names) => {
  const cluster = await submit(
    Buffer.concat([
      Buffer.from('arguments = $(Process)\n'),
      Buffer.from(names),
      Buffer.from('queue\n'),
    ]),
  )
  await ended(cluster)
  expect(await view(`${cluster}.0`, 'stdout')).toMatchObject({ status: 200, text: 'out 0\n' })
  expect(await view(`${cluster}.0`, 'stderr')).toMatchObject({ status: 200, text: 'err 0\n' })
  expect((await view(`${cluster}.0`, 'log')).text).toContain('Job terminated')
})

test('a batch name and arguments of any bytes leave the list, the details and the analysis readable', async () => {
  const cluster = await submit(
    latin(
      'hold = true\nbatch_name = nuit d\xe9t\xe9\narguments = \xff\xfe\xc3(\noutput = o\nqueue\n',
    ),
  )
  const reads = [`user=me&cluster=${cluster}`, `id=${cluster}.0`, `id=${cluster}.0&WAIT=0`]
  for (const read of reads) {
    for (const format of ['json', 'tsv', 'votable', 'text/html']) {
      const reply = await alice(`/job?${read}&RESPONSEFORMAT=${format}`)
      expect(reply).toMatchObject({ status: 200, text: expect.stringContaining('nuit d') })
      expect(Buffer.from(reply.text)).toEqual(reply.bytes)
    }
  }
  expect((await view(`${cluster}.0`, 'analyze')).status).toBe(200)
})

test.each([
  [
    'one for each kind of file',
    'output = out/o.$(Process)\nerror = err/a/e.$(Process)\nlog = logs/deep/er/l.$(Cluster)\n',
  ],
  ['one for each job', 'output = $(Process)/o\nerror = $(Process)/e\nlog = $(Process)/l\n'],
  ['initialdir', 'initialdir = run$(Process)\noutput = o\nerror = e\nlog = l\n'],
  [
    'directories below an initialdir',
    'initialdir = runs/$(Process)\noutput = a/o\nerror = ./b//e\nlog = l\n',
  ],
  ['old words for it', 'Job_Iwd = x.$(Process)\noutput = o\nerror = e\nlog = l/l\n'],
])('directories are made: %s', async (_, names) => {
  const cluster = await submit(`arguments = $(Process)\n${names}queue 3\n`)
  await ended(cluster)
  for (const proc of [0, 1, 2]) {
    expect(await view(`${cluster}.${proc}`, 'stdout')).toMatchObject({ text: `out ${proc}\n` })
    expect(await view(`${cluster}.${proc}`, 'stderr')).toMatchObject({ text: `err ${proc}\n` })
    expect((await view(`${cluster}.${proc}`, 'log')).text).toContain('Job terminated')
  }
})

test('directories of initialdir by item, of any name', async () => {
  const cluster = await submit(
    'output = o\narguments = x\nqueue initialdir from (\n  a b/c\n  d\n  ./e/\n)\n',
  )
  await ended(cluster)
  expect(await view(`${cluster}.0`, 'stdout')).toMatchObject({ text: 'out x\n' })
  expect(await view(`${cluster}.2`, 'stdout')).toMatchObject({ text: 'out x\n' })
})

test('results come to the places that transfer_output_remaps names', async () => {
  const program = '#!/bin/sh\necho result >r.txt\n'
  const reply = await post(
    'output = o\nshould_transfer_files = yes\ntransfer_output_files = r.txt\n' +
      'transfer_output_remaps = "r.txt = results/of/night.txt"\nqueue\n',
    program,
  )
  expect(reply.status).toBe(200)
  await ended(Number(reply.text))
  const { stdout } = await onSubmitHost('sh', '-c', 'cat /home/alice/proc/*/results/of/night.txt')
  expect(stdout).toBe('result\n')
})

test.each([
  ['output = /etc/o', /^output must be below the job's own directory/],
  ['error = ~/e', /^error must be below/],
  ['log = ../l', /^log must not have \.\./],
  ['output = a/../../o', /must not have \.\./],
  ['initialdir = /tmp', /^initialdir must be below/],
  ['initialdir = ../other', /initialdir must be a relative path without \.\., quotes/],
  ['initialdir = a/../../b', /\.\./],
  ['output = d.$(Cluster)/o', /^output must not have \$\(Cluster\) in the name of a directory/],
  ['initialdir = r.$(Cluster)', /^initialdir must not have \$\(Cluster\)/],
  ['output = a\nerror = a/b', /'a' as a file and as a directory/],
  ['log = prog/l', /'prog' as a file and as a directory/],
  ['output = j.sub/o', /'j\.sub' as a file and as a directory/],
  [`output = ${'a/'.repeat(40)}o`, /more than 30 levels deep/],
  [`output = ${'n'.repeat(300)}/o`, /longer name than is possible/],
])('%s is 400, and nothing of it is left', async (line, message) => {
  const reply = await post(`${line}\nqueue\n`)
  expect(reply).toMatchObject({ status: 400, text: expect.stringMatching(message) })
  const directory = `/home/alice/proc/${reply.headers['x-request-id']}`
  const { stdout } = await onSubmitHost('sh', '-c', `ls -d ${directory} 2>/dev/null || true`)
  expect(stdout).toBe('')
})
