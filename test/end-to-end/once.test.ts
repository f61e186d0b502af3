/** A POST with an Idempotency-Key submits once: asked again, asked at once, and whatever breaks at whatever point. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { requestId } from '../../lib/request/idempotency-key.ts'
import { type Fault, type FaultProxy, type Passage, startProxy } from '../faults/proxy.ts'
import { clustersOf, submissionEvent, type Wanted } from '../faults/submission.ts'
import { alice, type as, bob, eventually, file, service, VM } from './client.ts'
import { onSubmitHost, outage } from './host.ts'
import { type Instance, type Invocation, instance } from './lambda.ts'

const root = (script: string) => onSubmitHost('bash', '-c', script)
const clusters = (key: string, account = 'alice') => clustersOf(onSubmitHost, key, account)
const record = (key: string) => `/var/lib/condor-gate/alice/${requestId('alice', key)}`

afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
  await bob('/job', '-X', 'DELETE')
})

describe('the service', () => {
  function submit(user: ReturnType<typeof as>, key: string, description = 'hold = true\nqueue\n') {
    const part = `j=<${file(`${randomUUID()}.sub`, description)}`
    const query = `job=j.sub,param:j&exec=e,vm:/bin/true&${VM}`
    return user(`/job?${query}`, '-X', 'POST', '-H', `Idempotency-Key: ${key}`, '-F', part)
  }

  test('the same key and request give the first answer again, also after a DELETE', async () => {
    const key = randomUUID()
    const first = await submit(alice, key)
    expect(first.text).toMatch(/^\d+$/)
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    expect(first.headers['x-request-id']).toBe(requestId('alice', key))
    for (const step of ['queued', 'removed']) {
      const again = await submit(alice, key)
      expect(again, step).toMatchObject({ status: 200, text: first.text })
      expect(again.headers['idempotency-replayed']).toBe('true')
      expect(again.headers['x-request-id']).toBe(first.headers['x-request-id'])
      await alice('/job', '-X', 'DELETE')
    }
    expect(await clusters(key)).toEqual([Number(first.text)])
  })

  test('the same key with another request is 422, and queues nothing', async () => {
    const key = randomUUID()
    const { text } = await submit(alice, key)
    const other = await submit(alice, key, 'hold = true\nqueue 2\n')
    expect(other).toMatchObject({ status: 422, text: expect.stringMatching(/Idempotency-Key/) })
    expect(await clusters(key)).toEqual([Number(text)])
  })

  test("a key is its account's own", async () => {
    const key = randomUUID()
    const [one, two] = [await submit(alice, key), await submit(bob, key)]
    expect([one.status, two.status]).toEqual([200, 200])
    expect(one.text).not.toBe(two.text)
    expect(two.headers['idempotency-replayed']).toBeUndefined()
  })

  test('while it is worked on: 409 with Retry-After; then the answer', async () => {
    const key = randomUUID()
    const { text } = await submit(alice, key)
    const held = root(`runuser -u condorweb -- flock ${record(key)} sleep 4`)
    await eventually(async () => (await root(`flock -n ${record(key)} true`)).status === 1)
    const early = await submit(alice, key)
    expect(early.text).toMatch(/Idempotency-Key/)
    expect(early.status).toBe(409)
    expect(Number(early.headers['retry-after'])).toBeGreaterThan(0)
    expect((await submit(alice, key, 'queue 3\n')).status).toBe(422)
    await held
    expect(await submit(alice, key)).toMatchObject({ status: 200, text })
  })

  test.each(['x'.repeat(129), 'é', 'tab\there'])('the key %j is 400', async (key) => {
    const reply = await submit(alice, key)
    expect(reply).toMatchObject({ status: 400, text: expect.stringMatching(/Idempotency-Key/) })
  })

  test('eight at once with one key: one cluster, and who got no answer gets it on asking again', async () => {
    const key = randomUUID()
    const program = file('program', Buffer.alloc(500_000, 'x'))
    const part = `j=<${file('eight.sub', 'hold = true\nqueue\n')}`
    const post = () =>
      alice(
        `/job?job=j.sub,param:j&exec=e,param:e&${VM}`,
        ...['-X', 'POST', '-H', `Idempotency-Key: ${key}`, '-F', part, '-F', `e=@${program}`],
      )
    const replies = await Promise.all(Array.from({ length: 8 }, post))
    const statuses = replies.map(({ status }) => status)
    expect(
      statuses.filter((status) => status !== 200 && status !== 409),
      replies.map(({ text }) => text).join(),
    ).toEqual([])
    expect(statuses).toContain(200)
    const last = await post()
    for (const { status, text } of [...replies, last])
      if (status === 200) expect(text).toBe(last.text)
    expect(await clusters(key)).toEqual([Number(last.text)])
  })

  test('another request with the same key does not disturb the one under way', async () => {
    const key = randomUUID()
    const requests = Array.from({ length: 6 }, (_, index) =>
      submit(alice, key, `hold = true\narguments = ${index}\nqueue\n`),
    )
    const statuses = (await Promise.all(requests)).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 422, 422, 422, 422, 422])
    expect(await clusters(key)).toHaveLength(1)
  })
})

describe('broken at', () => {
  const { endpoint, region, keys, configBucket } = service.store
  const s3 = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    ...(keys && { credentials: keys }),
  })
  let ssh: FaultProxy
  let store: FaultProxy
  let knownHosts = ''
  let settings = ''
  let post: Instance
  /** A clean POST's connection: where its stages are, in bytes. */
  let clean: Passage[] = []

  const put = (Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: configBucket, Key: 'known_hosts', Body }))

  const start = () =>
    instance('post', {
      PROC_SUBMIT_PORT: String(ssh.port),
      PROC_S3_ENDPOINT: `http://127.0.0.1:${store.port}`,
    })

  beforeAll(async () => {
    ssh = await startProxy(service.submitHost.port)
    store = await startProxy(Number(new URL(endpoint).port))
    const object = await s3.send(new GetObjectCommand({ Bucket: configBucket, Key: 'known_hosts' }))
    knownHosts = (await object.Body?.transformToString()) ?? ''
    const hostKey = knownHosts.split(' ').slice(1).join(' ')
    await put(`${knownHosts}[127.0.0.1]:${ssh.port} ${hostKey}`)
    // the gate fetches by way of the proxy too
    settings = (await root('cat /etc/condor-gate.json')).stdout
    const { stores, ...rest } = JSON.parse(settings)
    const more = JSON.stringify({ ...rest, stores: [...stores, `http://127.0.0.1:${store.port}/`] })
    await root(`cat >/etc/condor-gate.json <<'END'\n${more}\nEND`)
    const first = start()
    expect((await first.invoke(submissionEvent({ key: randomUUID() }))).result.statusCode).toBe(200)
    clean = ssh.passages.at(-1) ?? []
    first.stop()
  })

  afterEach(async () => {
    post?.stop('SIGKILL')
    ssh.rule = store.rule = () => ({})
  })

  afterAll(async () => {
    await put(knownHosts)
    await root(`cat >/etc/condor-gate.json <<'END'\n${settings}END`)
    await Promise.all([ssh.close(), store.close()])
    s3.destroy()
  })

  /** Bytes upwards up to the end of the request line, which is the last large chunk; before it: the channel. */
  const up = (): { ready: number; line: number } => {
    const totals = clean.filter(({ way }) => way === 'up').map(({ total }) => total)
    const sizes = totals.map((total, index) => total - (totals[index - 1] ?? 0))
    const line = sizes.findLastIndex((size) => size > 500)
    return { ready: totals[line - 1] ?? 0, line: totals[line] ?? 0 }
  }

  /** Bytes downwards before the answer's first chunk, and behind it. */
  const down = (): { before: number; first: number } => {
    const after = clean.findIndex(({ way, total }) => way === 'up' && total === up().line)
    const before = clean.slice(0, after).findLast(({ way }) => way === 'down')?.total ?? 0
    const later = clean.slice(after).filter(({ way, total }) => way === 'down' && total > before)
    // the window adjustment for the request line comes first, if at all
    const answer = later.find(
      ({ total }, index) => total - (later[index - 1]?.total ?? before) > 80,
    )
    return { before, first: answer?.total ?? before }
  }

  /** Retries as a client does. The one cluster that is there in the end, and what the answers were. */
  async function settle(wanted: Wanted, tries = 30): Promise<number> {
    const instanceOfRetry = start()
    try {
      for (let count = 0; count < tries; count++) {
        const { result } = await instanceOfRetry.invoke(submissionEvent(wanted))
        if (result.statusCode === 200) {
          expect(await clusters(wanted.key)).toEqual([Number(result.body)])
          return Number(result.body)
        }
        expect([409, 503], result.body).toContain(result.statusCode)
        expect(Number(result.headers?.['Retry-After'])).toBeGreaterThan(0)
        await sleep(1000)
      }
      throw new Error('no cluster after all')
    } finally {
      instanceOfRetry.stop('SIGKILL')
    }
  }

  /** The contract of a first answer that something was broken under: the cluster, or 503 and the way back to it. */
  async function expectAnswer({ result }: Invocation, wanted: Wanted): Promise<void> {
    expect(result.headers?.['X-Request-Id']).toBe(requestId('alice', wanted.key))
    if (result.statusCode === 200) {
      expect(await clusters(wanted.key)).toEqual([Number(result.body)])
      return
    }
    expect(result.body).toMatch(/^[^\n]+\n$/)
    expect(result.statusCode, result.body).toBe(503)
    expect(Number(result.headers?.['Retry-After'])).toBeGreaterThan(0)
  }

  const condorSubmitRuns = () =>
    eventually(async () => (await root('pgrep -x condor_submit')).status === 0, 15)
  const queued = (key: string) => eventually(async () => (await clusters(key)).length > 0, 15)
  const once = (fault: Fault) => {
    const from = ssh.passages.length
    ssh.rule = (connection) => (connection === from ? { fault } : {})
  }
  const always = (fault: Fault) => {
    ssh.rule = () => ({ fault })
  }

  /** Every fault on one connection (the retry inside the function may mend it), and on all of them. */
  const connectionFaults: [string, () => Fault][] = [
    ['the connection, which is reset at once', () => ({ kind: 'refuse' })],
    ['the handshake, which is reset', () => ({ kind: 'reset', after: { down: 300 } })],
    ['the handshake, which falls silent', () => ({ kind: 'black-hole', after: { down: 300 } })],
    ['the login, which is reset', () => ({ kind: 'reset', after: { up: up().ready - 200 } })],
    ['the open channel, before the line', () => ({ kind: 'reset', after: { up: up().ready } })],
    ['the middle of the request line', () => ({ kind: 'reset', after: { up: up().line - 500 } })],
    ['the end of the request line', () => ({ kind: 'reset', after: { up: up().line } })],
    ['the end of the request line, by FIN', () => ({ kind: 'end', after: { up: up().line } })],
    [
      'the first bytes of the answer',
      () => ({ kind: 'reset', after: { down: down().before + 60 } }),
    ],
    ['the answer without its status', () => ({ kind: 'reset', after: { down: down().first } })],
  ]

  test.each(connectionFaults)('%s, once', async (_, fault) => {
    const wanted = { key: randomUUID() }
    once(fault())
    post = start()
    const invocation = await post.invoke(submissionEvent(wanted))
    expect(Object.values(ssh.counts).length).toBeGreaterThan(0)
    await expectAnswer(invocation, wanted)
    expect(invocation.result.statusCode, invocation.result.body).toBe(200)
    await settle(wanted)
  })

  test.each(connectionFaults)('%s, each time', async (_, fault) => {
    const wanted = { key: randomUUID() }
    always(fault())
    post = start()
    const invocation = await post.invoke(submissionEvent(wanted))
    await expectAnswer(invocation, wanted)
    ssh.rule = () => ({})
    await settle(wanted)
  })

  test('the port, where nobody listens', async () => {
    const wanted = { key: randomUUID() }
    await ssh.deaf()
    try {
      post = start()
      const invocation = await post.invoke(submissionEvent(wanted))
      await expectAnswer(invocation, wanted)
      expect(invocation.result.statusCode).toBe(503)
    } finally {
      await ssh.listen()
    }
    await settle(wanted)
  })

  test('the middle of the request line, after which nothing more goes up', async () => {
    const wanted = { key: randomUUID() }
    always({ kind: 'black-hole', after: { up: up().line - 500 } })
    post = start()
    const invocation = await post.invoke(submissionEvent(wanted))
    await expectAnswer(invocation, wanted)
    expect(invocation.result.statusCode).toBe(503)
    ssh.rule = () => ({})
    await settle(wanted)
  })

  test('the end of the request line, after which no packet and no FIN comes', async () => {
    const wanted = { key: randomUUID() }
    always({ kind: 'black-hole', after: { down: down().before } })
    post = start()
    const invocation = await post.invoke(submissionEvent(wanted))
    await expectAnswer(invocation, wanted)
    expect(invocation.result.statusCode).toBe(503)
    expect(invocation.seconds).toBeLessThan(28)
    ssh.rule = () => ({})
    await settle(wanted)
  })

  test.each(['connection', 'function'] as const)(
    'condor_submit, while the schedd hangs: the %s goes',
    async (part) => {
      const wanted = { key: randomUUID() }
      const schedd = outage('schedd')
      await schedd.hang()
      try {
        post = start()
        const answer = post.invoke(submissionEvent(wanted)).catch(() => undefined)
        await condorSubmitRuns()
        if (part === 'function') post.stop('SIGKILL')
        else ssh.reset()
        await sleep(1500)
        await schedd.resume()
        const invocation = await answer
        if (part === 'function') expect(invocation).toBeUndefined()
        else if (invocation) await expectAnswer(invocation, wanted)
      } finally {
        await schedd.resume()
      }
      await settle(wanted)
    },
  )

  test('condor_submit, while the schedd hangs and is started anew', async () => {
    const wanted = { key: randomUUID() }
    await outage('schedd').hang()
    post = start()
    const answer = post.invoke(submissionEvent(wanted))
    await condorSubmitRuns()
    await root(
      "pkill -KILL -f '^condor_schedd'; sleep 1; until condor_q -totals; do sleep 0.3; done",
    )
    await expectAnswer(await answer, wanted)
    await settle(wanted, 60)
  }, 120_000)

  test('condor_submit, and sshd ends with all its sessions', async () => {
    const wanted = { key: randomUUID() }
    const [schedd, sshd] = [outage('schedd'), outage('sshd')]
    await schedd.hang()
    try {
      post = start()
      const answer = post.invoke(submissionEvent(wanted))
      await condorSubmitRuns()
      await sshd.stop()
      await schedd.resume()
      await expectAnswer(await answer, wanted)
    } finally {
      await schedd.resume()
      await sshd.start()
    }
    await settle(wanted)
  })

  test.each(['connection', 'function'] as const)(
    'the answer, which is under way when the %s goes',
    async (part) => {
      const wanted = { key: randomUUID() }
      const from = ssh.passages.length
      ssh.rule = (connection) =>
        connection === from ? { fault: { kind: 'black-hole', after: { down: down().before } } } : {}
      post = start()
      const answer = post.invoke(submissionEvent(wanted)).catch(() => undefined)
      await queued(wanted.key)
      if (part === 'function') post.stop('SIGKILL')
      else ssh.reset()
      const invocation = await answer
      if (part === 'connection' && invocation) {
        await expectAnswer(invocation, wanted)
        expect(invocation.result.statusCode).toBe(200)
      }
      await settle(wanted)
    },
  )

  test('the answer, while the function is frozen and the connection goes', async () => {
    const wanted = { key: randomUUID() }
    const from = ssh.passages.length
    ssh.rule = (connection) =>
      connection === from ? { fault: { kind: 'black-hole', after: { down: down().before } } } : {}
    post = start()
    const answer = post.invoke(submissionEvent(wanted))
    await queued(wanted.key)
    post.stop('SIGSTOP')
    ssh.reset()
    await sleep(3000)
    post.stop('SIGCONT')
    await expectAnswer(await answer, wanted)
    await settle(wanted)
  })

  test('an idle connection that has gone silent meanwhile', async () => {
    post = start()
    const silent: Fault = { kind: 'black-hole', after: { down: 1e9 } }
    ssh.rule = () => ({ fault: silent })
    expect((await post.invoke(submissionEvent({ key: randomUUID() }))).result.statusCode).toBe(200)
    await ssh.deaf()
    await ssh.listen()
    const wanted = { key: randomUUID() }
    const invocation = await post.invoke(submissionEvent(wanted))
    await expectAnswer(invocation, wanted)
    expect(invocation.result.statusCode).toBe(200)
    await settle(wanted)
  })

  const program = Buffer.alloc(1_000_000, 'x')

  /** A function whose own connections to the store are open: the next one is the gate's. */
  async function warm(): Promise<Instance> {
    const started = start()
    const { result } = await started.invoke(submissionEvent({ key: randomUUID(), program }))
    expect(result.statusCode).toBe(200)
    return started
  }

  test('the staging, with a store that refuses', async () => {
    const wanted = { key: randomUUID(), program }
    post = start()
    const small = { key: randomUUID() }
    expect((await post.invoke(submissionEvent(small))).result.statusCode).toBe(200)
    await store.deaf()
    try {
      const invocation = await post.invoke(submissionEvent(wanted))
      await expectAnswer(invocation, wanted)
      expect(invocation.result.statusCode).toBe(503)
    } finally {
      await store.listen()
    }
    await settle(wanted)
  })

  test('the staging, in the middle of the executable', async () => {
    const wanted = { key: randomUUID(), program }
    store.rule = () => ({ fault: { kind: 'reset', after: { up: 400_000 } } })
    post = start()
    await expectAnswer(await post.invoke(submissionEvent(wanted)), wanted)
    store.rule = () => ({})
    await settle(wanted)
  })

  test("the gate's fetch, in the middle of the executable", async () => {
    const wanted = { key: randomUUID(), program }
    store.rule = () => ({ fault: { kind: 'reset', after: { down: 400_000 } } })
    post = start()
    const invocation = await post.invoke(submissionEvent(wanted))
    await expectAnswer(invocation, wanted)
    expect(invocation.result.statusCode).toBe(503)
    expect(await clusters(wanted.key)).toEqual([])
    store.rule = () => ({})
    await settle(wanted)
  })

  test("the gate's fetch from a slow store, when another request comes with the same key", async () => {
    const wanted = { key: randomUUID(), program }
    post = await warm()
    const other = instance('post', { PROC_SUBMIT_PORT: String(ssh.port) })
    const { promise, resolve } = Promise.withResolvers<void>()
    store.rule = () => ({ hold: promise })
    const answer = post.invoke(submissionEvent(wanted))
    await eventually(async () => (await root('pgrep -x curl')).status === 0, 15)
    const same = other.invoke(submissionEvent(wanted))
    expect((await same).result.statusCode).toBe(409)
    const different = other.invoke(submissionEvent({ ...wanted, program: Buffer.from('other') }))
    expect((await different).result.statusCode).toBe(422)
    resolve()
    const { result } = await answer
    other.stop()
    expect(result, result.body).toMatchObject({ statusCode: 200 })
    expect(await clusters(wanted.key)).toEqual([Number(result.body)])
  })

  test.each(['connection', 'function'] as const)(
    "the gate's fetch from a slow store, when the %s goes",
    async (part) => {
      const wanted = { key: randomUUID(), program }
      post = start()
      expect((await post.invoke(submissionEvent({ key: randomUUID() }))).result.statusCode).toBe(
        200,
      )
      store.rule = () => ({ delay: 1500 }) // the function's own connections are open already
      const answer = post.invoke(submissionEvent(wanted)).catch(() => undefined)
      await eventually(async () => (await root('pgrep -x curl')).status === 0, 15)
      if (part === 'function') post.stop('SIGKILL')
      else ssh.reset()
      const invocation = await answer
      if (part === 'connection' && invocation) await expectAnswer(invocation, wanted)
      store.rule = () => ({})
      await settle(wanted)
    },
  )
})
