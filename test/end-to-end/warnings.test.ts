/** What condor_submit thinks odd and accepts all the same: told to whoever submits, and as often as they ask. */
import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { alice, file, type Reply, rows, VM } from './client.ts'
import { condorMajor } from './host.ts'

afterAll(() => alice('/job', '-X', 'DELETE'))

const submit = (description: string | Buffer, query = '', ...args: string[]): Promise<Reply> =>
  alice(
    `/job?job=j.sub,param:j&exec=true,vm:/bin/true&${VM}${query}`,
    ...['-X', 'POST', '-F', `j=<${file('warned.sub', description)}`, ...args],
  )

const HELD = 'hold = true\n'
const UNUSED = (line: string) => `the line '${line}' was unused by condor_submit. Is it a typo?`

test.each([
  [
    'a misspelled request',
    'requst_memory = 4 GB\noutput = o\nqueue\n',
    [UNUSED('requst_memory = 4 GB')],
  ],
  [
    'misspelled arguments',
    'arguements = 1 2 3\noutput = o\nqueue\n',
    [UNUSED('arguements = 1 2 3')],
  ],
  ['a misspelled output', 'outptu = o\nqueue\n', [UNUSED('outptu = o')]],
  [
    'a macro that nothing uses',
    'mem = $(other)$$(x) "q"\noutput = o\nqueue\n',
    [UNUSED('mem = $(other)$$(x) "q"')],
  ],
  ['words of its own', 'output = o\nwarning : look at this\nqueue\n', ['look at this']],
  ['a line behind queue', 'output = o\nqueue\nlater = 1\n', [UNUSED('later = 1')]],
])('%s', async (_, description, said) => {
  const reply = await submit(HELD + description)
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  for (const words of said) expect(reply.headers['x-submit-warning']).toContain(words)
  const details = await alice(`/job?id=${reply.text}.0&RESPONSEFORMAT=tsv`)
  const [row] = rows(details.text)
  // In the job's ad quotes and macros are written with other signs.
  expect(row?.Warnings).toContain(said[0]?.replace(/\$.*/, '').replaceAll('"', "'"))
})

test('two statements of queue, items and a description that is as it should be bring no false warning', async () => {
  for (const description of [
    'output = o\nqueue\n',
    'output = o\nqueue\noutput = p\nqueue 2\n',
    'output = $(x)\nqueue x in (a, b)\n',
  ]) {
    const reply = await submit(HELD + description)
    expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
    expect(reply.headers).not.toHaveProperty('x-submit-warning')
    const details = await alice(`/job?id=${reply.text}.0&RESPONSEFORMAT=json`)
    expect(JSON.parse(details.text)[0].Warnings).toBeNull()
  }
})

test('an empty item: what condor_submit says, which from HTCondor 25 on is nothing', async () => {
  const isSilent = (await condorMajor()) >= 25
  const reply = await submit(
    `${HELD}output = o\narguments = $(a) $(b)\nqueue a,b from (\n 1, 2\n 3,\n)\n`,
    '&RESPONSEFORMAT=json',
  )
  const { jobs, warnings } = JSON.parse(reply.text)
  expect(jobs).toBe(2)
  expect(warnings).toEqual(
    isSilent ? [] : [expect.stringMatching(/^Empty value\(s\) for b at ItemIndex=1/)],
  )
  expect(reply.headers['x-submit-warning']).toBe(warnings[0])
})

test('as JSON: cluster, jobs, request, links and warnings; and the same once more with the same key', async () => {
  const key = randomUUID()
  const description = `${HELD}outptu = o\nqueue 3\n`
  const first = await submit(description, '&RESPONSEFORMAT=json', '-H', `Idempotency-Key: ${key}`)
  expect(first).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/json', 'x-submit-warning': UNUSED('outptu = o') },
  })
  const answer = JSON.parse(first.text)
  expect(answer).toEqual({
    cluster: expect.any(Number),
    jobs: 3,
    request: first.headers['x-request-id'],
    replayed: false,
    warnings: [UNUSED('outptu = o')],
    links: {
      details: expect.stringMatching(/^https:.*\/proc\/job\?id=\d+$/),
      queue: expect.stringMatching(/\/proc\/job\?user=me&cluster=\d+$/),
    },
  })
  expect(rows((await alice(`${answer.links.queue}&RESPONSEFORMAT=tsv`)).text)).toHaveLength(3)
  expect((await alice(`${answer.links.details}&RESPONSEFORMAT=tsv`)).status).toBe(200)

  const again = await submit(
    description,
    '',
    '-H',
    `Idempotency-Key: ${key}`,
    '-H',
    'Accept: application/json',
  )
  expect(JSON.parse(again.text)).toEqual({ ...answer, replayed: true })
  expect(again.headers['x-submit-warning']).toBe(UNUSED('outptu = o'))
  const digits = await submit(description, '', '-H', `Idempotency-Key: ${key}`)
  expect(digits).toMatchObject({ text: String(answer.cluster) })
  expect(digits.headers['idempotency-replayed']).toBe('true')
  expect(digits.headers['x-submit-warning']).toBe(UNUSED('outptu = o'))
})

test('any bytes in them: one line of ASCII in the header, what they are in JSON, and a job that runs', async () => {
  const line = Buffer.concat([
    Buffer.from(`${HELD}odd = caf\u00e9 \u4e2d `),
    Buffer.from([0xe9]),
    Buffer.from('\\ "x$$$(y)$(DOLLAR)\nqueue\n'),
  ])
  const reply = await submit(line, '&RESPONSEFORMAT=json')
  expect(reply.status).toBe(200)
  expect(reply.headers['x-submit-warning']).toMatch(/^[ -~]+$/)
  expect(JSON.parse(reply.text).warnings[0]).toContain('café 中')
})

test('many and long ones are cut, and counted', async () => {
  const lines = Array.from({ length: 60 }, (_, i) => `odd${i} = ${'x'.repeat(500)}`)
  const reply = await submit(`${HELD}${lines.join('\n')}\nqueue\n`, '&RESPONSEFORMAT=json')
  expect(reply.status).toBe(200)
  expect(reply.headers['x-submit-warning']?.length).toBeLessThanOrEqual(1_000)
  const { warnings } = JSON.parse(reply.text)
  expect(warnings).toHaveLength(21)
  expect(warnings[20]).toBe('and 40 more')
})

test('nobody sets the warnings of a job but condor_submit', async () => {
  const reply = await submit(`${HELD}My.ProcWarnings = "all is well"\noutput = o\nqueue\n`)
  expect(reply.status).toBe(200)
  const details = await alice(`/job?id=${reply.text}.0&RESPONSEFORMAT=json`)
  expect(JSON.parse(details.text)[0].Warnings).toBeNull()
})

test('another format than text and JSON is 400, and nothing is submitted', async () => {
  const reply = await submit('queue\n', '&RESPONSEFORMAT=votable')
  expect(reply).toMatchObject({
    status: 400,
    text: expect.stringContaining('must be text or json'),
  })
})
