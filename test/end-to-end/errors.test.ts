/** Every row of the contract's error table: the status, one line to act on, and a request id. */
import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { alice, curl, eventually, file, queue, type Reply, VM } from './client.ts'
import { onSubmitHost } from './host.ts'

afterAll(() => alice('/job', '-X', 'DELETE'))

function expectProblem(reply: Reply, status: number, says: RegExp): void {
  expect(reply.text).toMatch(/^[^\n]+\n$/)
  expect(reply.text).toMatch(says)
  expect(reply.text).not.toMatch(/\/home\/|\/usr\/|\/work\/|\.ts:|condor-gate|at Object/)
  expect(reply.status).toBe(status)
  expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(reply.headers['x-request-id']).toBeTruthy()
}

const POST = (query: string, ...args: string[]) => alice(`/job?${query}`, '-X', 'POST', ...args)
const submit = (description: string | Buffer, ...args: string[]) =>
  POST(
    `job=j.sub,param:j&exec=e,vm:/bin/true&${VM}`,
    '-F',
    `j=<${file(`${randomUUID()}.sub`, description)}`,
    ...args,
  )

const IMAGE = 'image=vmi:a4728b62-d15f-4e10-8475-1481ea3037d4'
const FLAVOR = 'flavor=fli:de7afe99-a559-4744-bab7-fbc30e85fcfc'
const JOB = 'job=j,param:j'
const EXEC = 'exec=e,vm:/bin/true'
const part = ['-F', 'j=queue\n']

test.each([
  ['no job', [EXEC, IMAGE, FLAVOR], /\bjob\b/],
  ['no exec', [JOB, IMAGE, FLAVOR], /\bexec\b/],
  ['no image', [JOB, EXEC, FLAVOR], /\bimage\b/],
  ['no flavor', [JOB, EXEC, IMAGE], /\bflavor\b/],
  ['job twice', [JOB, JOB, EXEC, IMAGE, FLAVOR], /job/],
  ['job and JOB', [JOB, 'JOB=j,param:j', EXEC, IMAGE, FLAVOR], /job/i],
  [
    'an unknown parameter',
    [JOB, EXEC, IMAGE, FLAVOR, 'jobid=1'],
    /jobid.*job.*exec.*image.*flavor/,
  ],
  ['no comma', ['job=j', EXEC, IMAGE, FLAVOR], /job/],
  ['no name', ['job=,param:j', EXEC, IMAGE, FLAVOR], /job|name/],
  ['a path as name', ['job=..%2Fj,param:j', EXEC, IMAGE, FLAVOR], /name/],
  ['equal names', ['job=e,param:j', EXEC, IMAGE, FLAVOR], /name/],
  [
    'an unknown scheme',
    ['job=j,file:///etc/passwd', EXEC, IMAGE, FLAVOR],
    /param:.*vos:|vos:.*param:/,
  ],
  ['vm: for the description', ['job=j,vm:/bin/ls', EXEC, IMAGE, FLAVOR], /vm:/],
  ['a relative vm: path', [JOB, 'exec=e,vm:bin/ls', IMAGE, FLAVOR], /absolute|vm:/],
  ['dots in a vm: path', [JOB, 'exec=e,vm:/a/../b', IMAGE, FLAVOR], /vm:|path/],
  ['an image that is no UUID', [JOB, EXEC, 'image=vmi:1', FLAVOR], /image/],
  ['a flavor that is no UUID', [JOB, EXEC, IMAGE, 'flavor=fli:x'], /flavor/],
  ['an image without vmi:', [JOB, EXEC, IMAGE.replace('vmi:', ''), FLAVOR], /vmi:/],
  ['a part that was not sent', ['job=j,param:other', EXEC, IMAGE, FLAVOR], /other.*\bj\b/],
] as const)('POST with %s is 400', async (_, query, says) => {
  expectProblem(await POST(query.join('&'), ...part), 400, says)
})

test('a part that neither job nor exec names is 400, before and behind the others', async () => {
  const other = ['-F', `data.txt=@${file('data.txt', '1 2 3\n')}`]
  for (const form of [
    [...part, ...other],
    [...other, ...part],
  ]) {
    const reply = await POST([JOB, EXEC, IMAGE, FLAVOR].join('&'), ...form)
    expectProblem(reply, 400, /part 'data\.txt' that neither job nor exec names/)
  }
})

test.each([
  ['urlencoded', ['-d', 'job=x']],
  ['JSON', ['-H', 'Content-Type: application/json', '-d', '{}']],
  ['no type', ['-H', 'Content-Type:', '--data-binary', 'queue']],
  ['multipart without a boundary', ['-H', 'Content-Type: multipart/form-data', '-d', 'x']],
  ['garbage', ['-H', 'Content-Type: multipart/form-data; boundary=x', '-d', 'garbage']],
  [
    'a truncated form',
    [
      '-H',
      'Content-Type: multipart/form-data; boundary=x',
      '--data-binary',
      '--x\r\nContent-Disposition: form-data; name="j"\r\n\r\nqueue',
    ],
  ],
])('a body that is %s is 400', async (_, args) => {
  expectProblem(await POST([JOB, EXEC, IMAGE, FLAVOR].join('&'), ...args), 400, /form|multipart/i)
})

test.each([
  ['nothing', '', /queue/],
  ['no queue statement', 'arguments = 1\n', /queue/],
  ['queue 0', 'queue 0\n', /queues no jobs, for its count is 0/],
  [
    'queue 0 in disguise',
    'n = $(m)\nm = 2\nqueue $(n) - 2\n',
    /queues no jobs, for its count is 0/,
  ],
  ['queue 0 of items', 'n = 0\nqueue $(n) x in (a, b)\n', /queues no jobs, for its count is 0/],
  ['no items', 'queue x in ()\n', /queues no jobs/],
  ['a byte order mark', '\ufeffqueue\n', /byte order mark|BOM/i],
  ['a NUL', 'arguments = a\u0000b\nqueue\n', /NUL/],
  ['a line HTCondor cannot parse', 'this is not a submit command\nqueue\n', /./],
  ['an unknown universe', 'universe = foo\nqueue\n', /universe/],
  ['the local universe', 'universe = local\nqueue\n', /universe/],
  ['the local universe in disguise', '+JobUniverse = 12\nqueue\n', /universe/],
  ['Requirements', 'Requirements = true\nqueue\n', /requirements/i],
  ['+vmami', '+vmami = "x"\nqueue\n', /vmami/i],
  ['MY.VMInstanceType', 'MY.VMInstanceType = "x"\nqueue\n', /vminstancetype/i],
  ['an include command', 'include : /bin/id |\nqueue\n', /include/],
  ['a command in disguise', 'A = include\nX = id |\nqueue x from $(X)\n', /./],
  ["somebody else's name", '+Owner = "bob"\nqueue\n', /./],
  ['an accounting group', 'accounting_group_user = bob\nqueue\n', /accounting/],
  ['its own file as output', 'output = x\nOutput = j.sub\nqueue\n', /job and .* output .* 'j.sub'/],
  ['mail', 'notification = always\nqueue\n', /notification/],
])('a submit description with %s is 400, and nothing stays behind', async (_, text, says) => {
  const before = (await onSubmitHost('sh', '-c', 'ls ~alice/proc | wc -l')).stdout
  expectProblem(await submit(text), 400, says)
  expect((await onSubmitHost('sh', '-c', 'ls ~alice/proc | wc -l')).stdout).toBe(before)
  expect((await queue()).filter((row) => row.User === 'alice')).toEqual([])
})

test.each([
  ['/job?id=alice', 400, /id/],
  ['/job?id=1.0%20%7C%7C%20true', 400, /id/],
  ['/job?id=1.0%20||%20true', 400, /^the gateway refused the request: /],
  ['/job?id=', 400, /id/],
  ['/job?id=999998.0&id=999999', 404, /999998\.0, 999999,/],
  ['/job?jobid=1.0', 400, /jobid.*id.*status.*RESPONSEFORMAT/i],
  ['/job?status=maybe', 400, /status/],
  ['/job?RESPONSEFORMAT=application/pdf', 400, /votable|text\/plain/i],
  ['/job?id=999999', 404, /999999/],
  ['/job?id=999999.0', 404, /999999\.0/],
  ['/nowhere', 404, /./],
  ['/', 404, /./],
  ['/jobs', 404, /./],
  ['/job/1.0', 404, /./],
] as const)('GET %s is %s', async (path, status, says) => {
  expectProblem(await alice(path), status, says)
})

test('DELETE with any parameter is 400 and removes nothing', async () => {
  expectProblem(await alice('/job?jobid=12', '-X', 'DELETE'), 400, /jobid/)
})

test.each([
  ['/job', 'GET, HEAD, POST, DELETE'],
  ['/auth/job', 'GET, HEAD, POST, DELETE'],
  ['/availability', 'GET, HEAD'],
])('other methods of %s are 405 with Allow', async (path, allow) => {
  for (const method of ['PUT', 'PATCH', 'OPTIONS', ...(path === '/availability' ? ['POST'] : [])]) {
    const reply = await curl(path, '-X', method)
    expectProblem(reply, 405, new RegExp(method))
    expect(reply.headers.allow).toBe(allow)
  }
})

test('HEAD answers like GET, without a body', async () => {
  const cluster = (await POST(`${JOB}&exec=e,vm:/bin/true&${VM}`, ...part)).text
  const found = [
    ...['', '/job', '/job?RESPONSEFORMAT=text/plain', '/job?status=true', '/openapi.json'],
    ...['/capabilities', '/availability', `/job?id=${cluster}.0`, `/job?id=${cluster}`],
    `/job?id=${cluster}.0&view=analyze`,
    ...['csv', 'tsv', 'json', 'text/html', 'votable'].map(
      (format) => `/job?RESPONSEFORMAT=${format}`,
    ),
  ]
  const others = [
    ['/job?id=1.9999', 404],
    ['/', 404],
    ['/nothing', 404],
    ['/job?MAXREC=x', 400],
  ] as const
  for (const [path, status] of [...found.map((path) => [path, 200] as const), ...others]) {
    // Some say when they were made, and a job can get on between the two.
    await eventually(async () => {
      const head = await alice(path, '-I', '-o', '/dev/null')
      const get = await alice(path, '-o', '-')
      const said = ({ status, headers }: Reply) => [
        status,
        headers['content-type'],
        headers['content-length'],
      ]
      return (
        head.status === status &&
        head.headers['content-length'] === String(get.bytes.length) &&
        String(said(head)) === String(said(get))
      )
    })
  }
})

test('parameter names in any case', async () => {
  const reply = await alice('/job?responseFormat=text/plain')
  expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
})

test.each([5_000_000, 11_000_000])(
  'a body of %s bytes is 413 and says to use vos:',
  async (size) => {
    const big = file('big', Buffer.alloc(size, 'x'))
    expectProblem(
      await POST(`${JOB}&exec=e,param:e&${VM}`, ...part, '-F', `e=@${big}`),
      413,
      /vos:/,
    )
  },
)

test('example 3 without body and Content-Type is understood', async () => {
  const reply = await POST(`job=j,vos://nowhere.example~vospace/x&${EXEC}&${VM}`)
  expect([400, 503]).toContain(reply.status)
  expect(reply.text).toMatch(/vos/)
})
