/** What a pool or this service has not: said when the job is sent, with what to write instead. */
import { afterAll, expect, test } from 'vitest'
import { alice, eventually, file, rows, service, VM } from './client.ts'
import { condorMajor } from './host.ts'

afterAll(() => alice('/job', '-X', 'DELETE'))

const PROGRAM = '#!/bin/sh\ntrue\n'

const submit = (commands: string | Buffer, program: string | Buffer = PROGRAM, ...args: string[]) =>
  alice(
    `/job?job=j.sub,param:j&exec=prog,param:e&${VM}`,
    ...['-X', 'POST', '-F', `j=<${file('advice.sub', commands)}`],
    ...['-F', `e=@${file('advice.prog', program)}`, ...args],
  )

const completed = (cluster: string, proc = 0) =>
  eventually(async () => {
    const { text } = await alice(`/job?id=${cluster}.${proc}&view=analyze`)
    return text.startsWith('Completed at ')
  })

test.each([
  [
    'docker',
    'universe = docker\ndocker_image = ubuntu:24.04\n',
    /none of the \d+ slots of the pool runs Docker/,
    /has Docker \(HasDocker\)/,
  ],
  [
    'DOCKER',
    'Universe = DOCKER\nDocker_Image = $(i)\ni = a/b\nrequest_gpus = 1\n',
    /runs Docker/,
    /HasDocker/,
  ],
  [
    'docker by a macro',
    'u = docker\nuniverse = $(u)\ndocker_image = ubuntu\n',
    /runs Docker/,
    /HasDocker/,
  ],
  [
    'container in a branch',
    'if true\n  universe = container\nendif\ncontainer_image = docker://ubuntu\n',
    /runs containers/,
    /HasContainer/,
  ],
  [
    'an image alone',
    'docker_image = ubuntu\n',
    /runs (?:Docker|containers)/,
    /HasContainer|HasDocker/,
  ],
  [
    'container',
    'universe = container\ncontainer_image = docker://ubuntu\n',
    /runs containers/,
    /HasContainer/,
  ],
  [
    'a URL that no worker fetches',
    'should_transfer_files = yes\ntransfer_input_files = osdf:///a/b, https://a.example/c\n',
    /fetches osdf: files/,
    /^Waiting: /,
  ],
])(
  '%s is accepted, and the job and its answer say that no worker can',
  async (_, commands, warned, why) => {
    const reply = await submit(`output = o\n${commands}queue\n`)
    expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
    expect(reply.headers['x-submit-warning']).toMatch(warned)
    const details = await alice(`/job?id=${reply.text}.0&RESPONSEFORMAT=tsv`)
    expect(rows(details.text)[0]).toMatchObject({ Warnings: expect.stringMatching(warned) })
    const analysis = await alice(`/job?id=${reply.text}.0&view=analyze`)
    expect(analysis.text).toMatch(why)
  },
)

const NOT_TRANSFERRED = /neither copies nor downloads them .*; write should_transfer_files = yes/

test.each([
  ['a URL', 'transfer_input_files = https://a.example/c'],
  ['a file from elsewhere', 'transfer_input_files = /etc/hostname'],
  ['a file of one job of two', 'transfer_input_files = $(f)\nqueue f in (prog, /etc/hostname)'],
  [
    'a URL, with IF_NEEDED written out',
    'TransFer_input_Files = file:///etc/hostname\nShould_Transfer_Files = if_needed',
  ],
  ['a file below a directory', 'initialdir = a\ntransfer_input_files = ../j.sub'],
])(
  '%s is not copied to a worker that shares the file system: said at once',
  async (_, commands) => {
    const reply = await submit(`hold = true\noutput = o\n${commands}\nqueue\n`)
    expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
    expect(reply.headers['x-submit-warning']).toMatch(NOT_TRANSFERRED)
  },
)

test.each([
  'should_transfer_files = yes\ntransfer_input_files = /etc/hostname',
  'transfer_input_files = j.sub, ./prog',
  'transfer_input_files = j.sub\nqueue\nshould_transfer_files = yes\ntransfer_input_files = /etc/hostname',
  '+FileSystemDomain = "elsewhere.example"\ntransfer_input_files = /etc/hostname',
])('%s needs no such warning', async (commands) => {
  const reply = await submit(`hold = true\noutput = o\n${commands}\nqueue\n`)
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  expect(reply.headers).not.toHaveProperty('x-submit-warning')
})

test.each([
  ['one job', 'output = o0\nqueue', 1],
  ['several', 'output = o$(Process)\nqueue 3', 3],
  ['items', 'output = o$(n)\nqueue n in (0 1)', 2],
  ['two statements', 'output = o0\nqueue\nshould_transfer_files = yes\noutput = o1\nqueue', 2],
])(
  'where nothing is transferred, a sent program runs all the same: %s',
  async (_, queue, count) => {
    const program = '#!/bin/sh\necho ran\n'
    const reply = await submit(`should_transfer_files = no\n${queue}\n#`, program)
    expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
    for (let proc = 0; proc < count; proc++) {
      await completed(reply.text, proc)
      expect((await alice(`/job?id=${reply.text}.${proc}&view=stdout`)).text).toBe('ran\n')
    }
  },
)

test.each([
  ['+ShouldTransferFiles = "if_needed "', /^should_transfer_files must be YES, NO or IF_NEEDED/],
  [
    'should_transfer_files = no\n+ShouldTransferFiles = "YES"',
    /nothing says when: write should_transfer_files = YES/,
  ],
  ['+WhenToTransferOutput = "banana"', /^when_to_transfer_output must be ON_EXIT/],
  [`+Arguments = "it's"`, /^Arguments has a single quote/],
  ['+Environment = "HOME"', /^Environment must be name=value/],
  ['env = A=b\n+Env = "HOME"', /^Env must be name=value/],
])('%s, with which a worker would start the job for ever, is refused', async (line, told) => {
  expect(await submit(`output = o\n${line}\nqueue\n`)).toMatchObject({
    status: 400,
    text: expect.stringMatching(told),
  })
})

test('what arguments and environment can be is as it was written', async () => {
  const reply = await submit(
    `output = o\narguments = "it''s 'a b' '''' '' c""d"\nenvironment = "A='x y' B='it''s' C= D=e=f"\nqueue\n`,
    '#!/bin/sh\nprintf "%s\\n" "$@" "$A" "$B" "$C" "$D"\n',
  )
  await completed(reply.text)
  const { text } = await alice(`/job?id=${reply.text}.0&view=stdout`)
  expect(text).toBe(`its\na b\n'\n\nc"d\nx y\nit's\n\ne=f\n`)
})

test('what the warning says helps: the file is where the program runs', async () => {
  const program = '#!/bin/sh\ncat hostname && echo here\n'
  const without = await submit('output = o\ntransfer_input_files = /etc/hostname\nqueue\n', program)
  const helped = await submit(
    'output = o\nshould_transfer_files = yes\ntransfer_input_files = /etc/hostname\nqueue\n',
    program,
  )
  for (const [reply, text] of [
    [without, ''],
    [helped, expect.stringMatching(/here\n$/)],
  ] as const) {
    await completed(reply.text)
    const output = await alice(`/job?id=${reply.text}.0&view=stdout`)
    expect(output).toMatchObject({ status: 200, text })
  }
})

test.each(['grid', 'local', 'scheduler', 'java', 'vm', 'parallel', '7'])(
  'universe %s is not available',
  async (universe) => {
    const reply = await submit(`universe = ${universe}\nqueue\n`)
    expect(reply).toMatchObject({ status: 400, text: expect.stringMatching(/universe/) })
    const disguised = await submit(`if true\n  universe = ${universe}\nendif\nqueue\n`)
    expect(disguised.status).toBe(400)
  },
)

test.each([
  [
    'request_memory = lots',
    /^request_memory must be a number, as in 2 or 4 GB: the job has no attribute lots$/m,
  ],
  ['request_cpus = two', /^request_cpus must be a number.* two$/m],
  ['request_disk = many * 2 + 1', /no attribute many/],
  ['request_gpus = one', /no attribute one/],
  ['request_memory = "4096"', /must be a number/],
  ['request_memory = { 1 }', /must be a number/],
  ['request_cpus = -1', /must not be negative/],
  ['My.RequestMemory = lots', /no attribute lots/],
  ['request_memory = $(Process) * nothing\nqueue 3', /no attribute nothing/],
  ['transfer_input_files = vos://cadc/a.fits', /takes no vos: file; let the program fetch it/],
  [
    'getenv = true',
    /^getenv = true is not available here: name the variables, as in getenv = HOME,USER$/m,
  ],
  ['getenv = TRUE\nenvironment = "A=b"', /getenv = HOME,USER/],
  ['accounting_group = physics', /leave them out: usage is counted by account/],
  ['accounting_group_user = bob', /leave them out/],
  ['notification = always', /notification must be never: .*WAIT/],
  ['use_oauth_services = box', /can fetch its own tokens/],
  ['x509userproxy = /tmp/x', /can fetch its own/],
])('%s is 400, with what to do instead', async (line, message) => {
  const reply = await submit(`output = o\n${line}\nqueue\n`)
  expect(reply).toMatchObject({ status: 400, text: expect.stringMatching(message) })
  expect(reply.text).not.toMatch(/ERROR:|administrator|\n./)
})

test.each([
  'getenv = HOME,USER',
  'getenv = False',
  'notification = never',
  'request_memory = 1 gb',
  'request_memory = MemoryUsage * 2',
  'My.Base = 512\nrequest_memory = Base * 2',
  'request_memory = ifthenelse(lots =!= undefined, lots, 128)',
  'request_cpus = TARGET.Cpus',
  'request_memory = Memory / 2',
  'lots = 3\nrequest_cpus = $(lots)',
])('%s is fine', async (line) => {
  const reply = await submit(`hold = true\noutput = o\n${line}\nqueue\n`)
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  expect(reply.headers).not.toHaveProperty('x-submit-warning')
})

test('a text field of FormData, as fetch and browsers send it: send it as a Blob', async () => {
  const { readFileSync } = await import('node:fs')
  const { request } = await import('node:https')
  const pem = readFileSync(`${service.certs}/alice.pem`)
  const send = async (form: FormData) => {
    const encoded = new Response(form)
    const body = Buffer.from(await encoded.arrayBuffer())
    const url = `${service.https}/job?job=j.sub,param:j&exec=prog,param:e&${VM}`
    return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const sent = request(
        url,
        {
          method: 'POST',
          ca: readFileSync(`${service.certs}/ca.pem`),
          cert: pem,
          key: pem,
          headers: { 'Content-Type': encoded.headers.get('content-type') ?? '' },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk) => chunks.push(chunk))
          response.on('end', () =>
            resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
  for (const program of ['#!/bin/sh\necho hi\n', '#!/usr/bin/env python3\nprint(1)\n']) {
    const form = new FormData()
    form.append('j', 'hold = true\noutput = o\nqueue\n')
    form.append('e', program)
    expect(await send(form)).toMatchObject({
      status: 400,
      text: expect.stringMatching(/text field.*send it as a file or Blob: form\.append/),
    })
    form.set('e', new Blob([program]), 'e')
    expect(await send(form)).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  }
})

test('a description in UTF-16, with a byte order mark or without one, is 400', async () => {
  for (const [text, says] of [
    ['\ufeffqueue\n', /UTF-16; save it as plain text or UTF-8/],
    ['queue\n', /NUL/],
  ] as const) {
    const reply = await submit(Buffer.from(text, 'utf16le'))
    expect(reply).toMatchObject({ status: 400, text: expect.stringMatching(says) })
  }
})

test('a job has no HOME of its own until its program sets one, or environment does', async () => {
  // Where a job runs as its owner, HTCondor 25 sets it, whatever the description says.
  const set = (await condorMajor()) >= 25 ? '/home/alice' : undefined
  const program = '#!/bin/sh\necho "${HOME-none}"\nexport HOME="$PWD"\ncd && pwd\n'
  for (const [line, home] of [
    ['', 'none'],
    ['environment = "HOME=/tmp"\n', '/tmp'],
  ] as const) {
    const reply = await submit(`output = o\n${line}queue\n`, program)
    await completed(reply.text)
    const { text } = await alice(`/job?id=${reply.text}.0&view=stdout`)
    const [first, second] = text.split('\n')
    expect(first).toBe(set ?? home)
    expect(second).toMatch(/^\/.+/)
    expect([home, set]).not.toContain(second)
  }
})

test('programs that no kernel starts: a byte order mark is 400, text without #! a warning', async () => {
  const empty = await submit('hold = true\nqueue\n', '')
  expect(empty).toMatchObject({ status: 400, text: expect.stringMatching(/has zero length/) })
  const mark = await submit('queue\n', '\ufeff#!/bin/sh\n')
  expect(mark).toMatchObject({ status: 400, text: expect.stringMatching(/byte order mark/) })
  const windows = await submit('queue\n', '#!/bin/sh\r\necho hi\r\n')
  expect(windows).toMatchObject({ status: 400, text: expect.stringMatching(/dos2unix/) })
  const plain = await submit('hold = true\nqueue\n', 'echo hi\n')
  expect(plain).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  expect(plain.headers['x-submit-warning']).toMatch(/does not begin with #!.*Exec format error/)
  const large = await submit('hold = true\nqueue\n', `${'echo hi\n'.repeat(20_000)}`)
  expect(large.headers['x-submit-warning']).toMatch(/does not begin with #!/)
})
