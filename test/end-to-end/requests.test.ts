/** What jobs ask for, where that is an expression: every reply tells what condor_q -af prints. */
import { afterAll, expect, test } from 'vitest'
import { alice, bob, eventually, file, rows, VM } from './client.ts'
import { onSubmitHost } from './host.ts'

afterAll(() => alice('/job', '-X', 'DELETE'))

async function submit(commands: string, program = '/bin/true'): Promise<number> {
  const reply = await alice(
    `/job?job=j.sub,param:j&exec=true,vm:${program}&${VM}`,
    ...['-X', 'POST', '-F', `j=<${file('requests.sub', commands)}`],
  )
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  return Number(reply.text)
}

/** CPUs, memory and disk by proc: as HTCondor's own tool tells them, whole numbers. */
async function asked(tool: string, cluster: number): Promise<string[]> {
  const names = ['RequestCpus', 'RequestMemory', 'RequestDisk']
  const [command = '', ...of] = tool.split(' ')
  const { stdout } = await onSubmitHost(command, ...of, String(cluster), '-af', 'ProcId', ...names)
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines
    .map((line) =>
      line
        .split(' ')
        .map((word) => (Number.isNaN(Number(word)) ? '' : Math.trunc(Number(word))))
        .join(' '),
    )
    .sort()
}

const proc = (row: Record<string, string>) => row['Job ID']?.split('.')[1]
const told = (text: string, ...names: string[]) =>
  rows(text)
    .map((row) => [proc(row), ...names.map((name) => row[name])].join(' '))
    .sort()

const KINDS: readonly [string, string, number][] = [
  ['nothing at all', 'queue', 1],
  ['sums', 'request_memory = 1024 + 512\nrequest_cpus = 1 + 1\nrequest_disk = 3 * 1024\nqueue', 1],
  [
    'a default of its own',
    'request_memory = ifthenelse(MemoryUsage =!= undefined, MemoryUsage * 3 / 2, 2048)\nqueue',
    1,
  ],
  ['a macro', 'mem = 700\nrequest_memory = $(mem) * 2\nqueue', 1],
  ['more at each start', 'request_memory = 1024 * (NumJobStarts + 1)\nqueue', 1],
  ['a number of each job', 'request_memory = 100 * $(Process) + 7.9\nqueue 3', 3],
  [
    'a choice',
    'request_cpus = NumJobStarts > 2 ? 8 : 4\nrequest_memory = RequestCpus * 512\nqueue',
    1,
  ],
  ['the larger one', 'request_memory = max({ 512, ImageSize / 1024, 1.5 * 1000 })\nqueue', 1],
  [
    'a multiple',
    'request_memory = quantize(1500, 1024)\nrequest_disk = quantize(RequestMemory, {100, 5000})\nqueue',
    1,
  ],
  [
    'an attribute of the user',
    'My.Base = 300\nMy.Twice = Base * 2\nrequest_memory = Twice + Base\nqueue 2',
    2,
  ],
  [
    "a function that is HTCondor's alone",
    'request_cpus = split("3 4")[0]\nrequest_memory = strcat("15", "36")\nqueue',
    1,
  ],
  [
    'nothing that is a number',
    'request_memory = ifThenElse(isUndefined(Nowhere), undefined, Nowhere * 2)\nrequest_cpus = ifThenElse(isUndefined(Nowhere), undefined, 1)\nqueue',
    1,
  ],
  ['names in another case', 'My.REQUESTMEMORY = 2 * 1024\nMy.jobbatchname = "lower"\nqueue', 1],
  [
    'a reference in small letters',
    'request_memory = 50 * 2\nrequest_cpus = requestmemory / 100\nqueue',
    1,
  ],
  ['a choice by a string', 'request_memory = "$(Process)" == "0" ? 4096 : 2048\nqueue 2', 2],
  ['a member of a list', 'request_memory = { 1024, 2048 }[0] * 2\nqueue', 1],
  ['a word and a real', 'request_memory = 1.5 * 1024.9\nrequest_cpus = True ? 3 : 1\nqueue', 1],
]

test.each(KINDS)('%s', async (_, commands, jobs) => {
  const cluster = await submit(`hold = true\noutput = o\n${commands}\n`)
  const real = await asked('condor_q -allusers', cluster)
  expect(real).toHaveLength(jobs)
  const list = await alice(`/job?user=me&cluster=${cluster}&RESPONSEFORMAT=tsv`)
  const short = real.map((line) => line.split(' ').slice(0, 3).join(' '))
  expect(told(list.text, 'CPUs', 'Memory')).toEqual(short)
  const details = await alice(`/job?id=${cluster}&RESPONSEFORMAT=tsv`)
  expect(told(details.text, 'CPUs', 'Memory', 'Disk Requested')).toEqual(real)
  const one = await alice(`/job?id=${cluster}.0&RESPONSEFORMAT=tsv`)
  expect(told(one.text, 'CPUs', 'Memory', 'Disk Requested')).toEqual(real.slice(0, 1))
  const waited = await alice(`/job?id=${cluster}&WAIT=0&RESPONSEFORMAT=tsv`)
  expect(told(waited.text, 'CPUs', 'Memory')).toEqual(short)
})

test('the list of everybody tells them, too, beside plain numbers', async () => {
  const plain = await submit('hold = true\noutput = o\nrequest_memory = 77\nqueue 2\n')
  const reckoned = await submit(
    'hold = true\noutput = o\nrequest_memory = 70 + $(Process)\nqueue 2\n',
  )
  const only = await submit(
    'hold = true\noutput = o\nrequest_memory = int(split("71 72")[$(Process)])\nqueue 2\n',
  )
  for (const user of [alice, bob]) {
    const list = rows((await user('/job?RESPONSEFORMAT=tsv')).text)
    const memory = (cluster: number) =>
      list
        .filter((row) => row.Cluster === String(cluster))
        .map((row) => `${row.Proc} ${row.Memory}`)
        .sort()
    expect(memory(plain)).toEqual(['0 77', '1 77'])
    expect(memory(reckoned)).toEqual(['0 70', '1 71'])
    expect(memory(only)).toEqual(['0 71', '1 72'])
  }
})

test('a list with many kinds of expressions is whole', async () => {
  const items = Array.from(
    { length: 300 },
    (_, i) => `m = ${i}\nrequest_memory = int(substr("${i + 1}x", 0, -1)) * ${i}\nqueue`,
  )
  const cluster = await submit(`hold = true\noutput = o\n${items.join('\n')}\n`)
  const list = await alice(`/job?user=me&cluster=${cluster}&RESPONSEFORMAT=tsv`)
  const real = await asked('condor_q -allusers', cluster)
  expect(told(list.text, 'CPUs', 'Memory')).toEqual(
    real.map((line) => line.split(' ').slice(0, 3).join(' ')),
  )
})

test.each([
  ['told here', 'request_memory = 1024 + 512\nrequest_cpus = 1\n'],
  ["HTCondor's alone", 'My.Base = 300\nrequest_memory = int(strcat("15", "36")) + Base\n'],
])('the history tells the same: %s', async (_, commands) => {
  const cluster = await submit(
    `hold = true\noutput = o\n${commands}My.jobbatchname = "Lower"\nqueue 2\n`,
  )
  const before = await asked('condor_q -allusers', cluster)
  await alice(`/job?id=${cluster}`, '-X', 'DELETE')
  await eventually(async () => (await asked('condor_history', cluster)).length === 2)
  expect(await asked('condor_history', cluster)).toEqual(before)
  const details = await alice(`/job?id=${cluster}&RESPONSEFORMAT=tsv`)
  expect(told(details.text, 'CPUs', 'Memory', 'Disk Requested')).toEqual(before)
  expect(rows(details.text).map((row) => row['Batch Name'])).toEqual(['Lower', 'Lower'])
  const waited = await alice(`/job?id=${cluster}.1&WAIT=0&RESPONSEFORMAT=tsv`)
  expect(told(waited.text, 'CPUs', 'Memory')).toEqual([before[1]?.split(' ').slice(0, 3).join(' ')])
})

test("one user's expressions that take long keep nobody else's numbers from the list", async () => {
  const long = await submit(
    `hold = true\noutput = o\nrequest_memory = stringListSum("${Array.from({ length: 1500 }, (_, i) => i).join()}")\nqueue 1500\n`,
  )
  const description = file(
    'others.sub',
    'hold = true\noutput = o\nMy.Base = 500\nrequest_memory = max({ 1, My.Base * 3 })\nqueue\n',
  )
  const reply = await bob(
    `/job?job=j.sub,param:j&exec=true,vm:/bin/true&${VM}`,
    '-X',
    'POST',
    '-F',
    `j=<${description}`,
  )
  for (const _ of [1, 2]) {
    const list = await bob(`/job?user=me&cluster=${reply.text}&RESPONSEFORMAT=tsv`)
    expect(told(list.text, 'Memory')).toEqual(['0 1500'])
  }
  await alice(`/job?id=${long}`, '-X', 'DELETE')
  await bob(`/job?id=${reply.text}`, '-X', 'DELETE')
})
