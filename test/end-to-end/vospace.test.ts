/** Files from VOSpace: the documentation's examples 2 and 3, and what a user is told when one is missing. */
import { afterAll, expect, test } from 'vitest'
import { alice, eventually, queue, type Reply, VM } from './client.ts'
import { onSubmitHost } from './host.ts'

afterAll(() => alice('/job', '-X', 'DELETE'))

const POST = (query: string, ...args: string[]) =>
  alice(`/job?${query}&${VM}`, '-X', 'POST', ...args)

const held = async () =>
  (await queue()).filter((row) => row.Status === 'Held').map((row) => row['Job ID'])

const inJobDirectory = async (reply: Reply, file: string) =>
  (await onSubmitHost('cat', `/home/alice/proc/${reply.headers['x-request-id']}/${file}`)).stdout

test('example 2: the executable is in VOSpace', async () => {
  const reply = await POST(
    'job=jobFile,param:job_sub&exec=execFile,vos://cadc.nrc.ca~vospace/test/myProgram.exe',
    '-F',
    'job_sub=arguments = one two\noutput = job.out\nqueue\n',
  )
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  const output = await eventually(async () => (await inJobDirectory(reply, 'job.out')) || undefined)
  expect(output).toBe('myProgram.exe from VOSpace: one two\n')
})

test('example 3: the description is in VOSpace, the executable on the VM; no body at all', async () => {
  const reply = await POST(
    'job=jobFile,vos://cadc.nrc.ca~vospace/test/myJobSubmitFile&exec=execFile,vm:/my/folder/myProgram.exe',
  )
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  const output = await eventually(
    async () => (await inJobDirectory(reply, 'myJob.out')) || undefined,
  )
  expect(output).toBe('myProgram.exe on the VM: hello\n')
})

test.each(['vospace', 'vault', 'arc'])(
  'both files from %s, whichever way it hands them over',
  async (name) => {
    const reply = await POST(
      `job=j,vos://cadc.nrc.ca~${name}/test/held&exec=e,vos://cadc.nrc.ca!${name}/test/myProgram.exe`,
    )
    expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
    expect((await queue()).map((row) => row['Job ID'])).toContain(`${reply.text}.0`)
    expect(await inJobDirectory(reply, 'e')).toContain('from VOSpace')
  },
)

test.each([
  ['test/nothing', 400, /nothing/],
  ['test', 400, /vos:/],
  ['private/file', 403, /private\/file/],
  ['test/tooLarge', 413, /tooLarge/],
])('exec from vos:.../%s is %s', async (path, status, says) => {
  const before = await held()
  const reply = await POST(
    `job=j,param:j&exec=e,vos://cadc.nrc.ca~vault/${path}`,
    '-F',
    'j=hold = true\nqueue\n',
  )
  expect(reply.text).toMatch(/^[^\n]+\n$/)
  expect(reply.text).toMatch(says)
  expect(reply.text).not.toContain('localhost')
  expect(reply.status).toBe(status)
  expect(await held()).toEqual(before)
})

test.each([
  ['test/nothing', 400, /nothing/],
  ['private/file', 403, /private\/file/],
  ['test/large', 413, /large/],
  ['test/empty', 400, /queue/],
])('a description from vos:.../%s is %s', async (path, status, says) => {
  const reply = await POST(`job=j,vos://cadc.nrc.ca~vault/${path}&exec=e,vm:/bin/true`)
  expect(reply.text).toMatch(says)
  expect(reply.status).toBe(status)
})

test('an authority that is not configured is 400, with those that are', async () => {
  const reply = await POST('job=j,vos://elsewhere.example~vospace/x&exec=e,vm:/bin/true')
  expect(reply.text).toMatch(/elsewhere\.example.*cadc\.nrc\.ca~vospace/)
  expect(reply.status).toBe(400)
})
