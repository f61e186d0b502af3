/** Faults of disks, homes, store, configuration, keys and clocks: what a POST answers, what stays behind, and that a retry submits once. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Connection } from '../../lib/condor/connection.ts'
import { perform } from '../../lib/condor/gate.ts'
import { type StagedFile, submitJobs } from '../../lib/condor/submit.ts'
import { requestId } from '../../lib/request/idempotency-key.ts'
import { ObjectStore } from '../../lib/staging/object-store.ts'
import { stage } from '../../lib/staging/stage.ts'
import { clientOf, type Detour, type Detours, startDetours } from '../faults/detour.ts'
import { clustersOf, submissionEvent, type Wanted } from '../faults/submission.ts'
import { type Trial, Trials } from '../faults/trial.ts'
import { alice, eventually, program, scratch, service } from './client.ts'
import { onSubmitHost, outage } from './host.ts'
import { type Instance, type Invocation, instance } from './lambda.ts'

const { store, submitHost } = service
const s3 = clientOf(store)
const config = (Key: string) => ({ Bucket: store.configBucket, Key })
const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ ...config(Key), Body }))

let detours: Detours
/** Where a test breaks things that has the submit host to itself. */
let way: Detour
/** Where those do that can go side by side. */
let trials: Trials
const instances: Instance[] = []
/** What a test has to mend, the last one first. */
const mend: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  detours = await startDetours({ ...service, run: onSubmitHost }, 6)
  way = detours.ways[0] as Detour
  trials = new Trials(detours.ways.slice(1))
})

afterEach(async () => {
  for (const step of mend.splice(0).reverse()) await step()
  for (const each of instances.splice(0)) each.stop('SIGKILL')
})

afterAll(async () => {
  await detours.close()
  await alice('/job', '-X', 'DELETE')
  s3.destroy()
})

async function root(script: string): Promise<string> {
  const { status, stdout, stderr } = await onSubmitHost('bash', '-c', script)
  if (status !== 0) throw new Error(`${script}: status ${status} ${stdout}${stderr}`)
  return stdout
}

function start(settings: NodeJS.ProcessEnv = {}): Instance {
  const started = instance('post', { ...way.settings, ...settings })
  instances.push(started)
  return started
}

/** A function that has every connection and object that it needs. */
async function warm(begin = start, settings: NodeJS.ProcessEnv = {}): Promise<Instance> {
  const started = begin(settings)
  const { result } = await started.invoke(submissionEvent(aJob({ program: large })))
  expect(result, result.body).toMatchObject({ statusCode: 200 })
  return started
}

const aJob = (more: Partial<Wanted> = {}): Wanted => ({ key: randomUUID(), ...more })

/** A program that takes a while to send. */
const large = Buffer.alloc(1_000_000, 'x')

const place = ({ key }: Wanted) => `/home/alice/proc/${requestId('alice', key)}`

async function staged({ key }: Wanted): Promise<unknown[]> {
  const Prefix = `submissions/alice/${requestId('alice', key)}/`
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: store.stagingBucket, Prefix }),
  )
  return Contents
}

const clusters = (wanted: Wanted) => clustersOf(onSubmitHost, wanted.key)

/** The contract of a refusal: one line that says what is wrong, and when to come back where it passes. */
function expectRefusal({ result, seconds }: Invocation, status: number, says: RegExp): void {
  expect(result.body).toMatch(says)
  expect(result.body).toMatch(/^[^\n]+\n$/)
  expect(result.body).not.toMatch(/\/home|\/var|https?:|X-Amz|Traceback/)
  expect(result.statusCode).toBe(status)
  expect('Retry-After' in (result.headers ?? {})).toBe(status === 503)
  expect(seconds).toBeLessThan(28)
}

async function expectNothingLeft(wanted: Wanted): Promise<void> {
  expect(await clusters(wanted)).toEqual([])
  expect(await staged(wanted)).toEqual([])
  expect((await onSubmitHost('ls', place(wanted))).status).not.toBe(0)
  const record = `/var/lib/condor-gate/alice/${requestId('alice', wanted.key)}`
  expect((await onSubmitHost('ls', record)).status).not.toBe(0)
}

/** A retry gives the one cluster, at once or as soon as what is still under way has ended. */
async function expectOnce(wanted: Wanted, retrying = start()): Promise<void> {
  const cluster = await eventually(async () => {
    const { result } = await retrying.invoke(submissionEvent(wanted))
    if (result.statusCode === 200) return result.body
    expect([409, 503], result.body).toContain(result.statusCode)
    return undefined
  })
  expect(await clusters(wanted)).toEqual([Number(cluster)])
}

describe('the submit host', () => {
  test("whose disk for the account's jobs is full", async () => {
    const wanted = aJob({ program: large })
    await root('runuser -u alice -- mkdir -p -m 700 /home/alice/proc')
    await root('mount -t tmpfs -o size=300k,uid=alice,gid=alice,mode=700 full /home/alice/proc')
    mend.push(() => root('umount -l /home/alice/proc'))
    const answer = await start().invoke(submissionEvent(wanted))
    expectRefusal(answer, 503, /file system of the submit host: No space left/)
    await expectNothingLeft(wanted)
    await mend.pop()?.()
    await expectOnce(wanted)
  })

  test.each([
    ['bytes', 'size=4k', 'head -c 4096 /dev/zero >full'],
    ['files', 'nr_inodes=3', 'touch full'],
  ])("whose disk for the gate's records has no room for more %s", async (_, option, fill) => {
    const wanted = aJob()
    const records = '/var/lib/condor-gate'
    await root(`mount -t tmpfs -o ${option},uid=condorweb,mode=700 full ${records}`)
    mend.push(() => root(`umount -l ${records}`))
    await root(`cd ${records} && install -d -o condorweb -m 700 alice && ${fill}`)
    const answer = await start().invoke(submissionEvent(wanted))
    expectRefusal(answer, 503, /submit host cannot record/)
    await expectNothingLeft(wanted)
    await mend.pop()?.()
    await expectOnce(wanted)
  })

  test("where the account's home is missing", async () => {
    const wanted = aJob()
    await root('mv /home/alice /home/away')
    mend.push(() => root('mv /home/away /home/alice'))
    expectRefusal(await start().invoke(submissionEvent(wanted)), 403, /ask for access/)
    await expectNothingLeft(wanted)
    await mend.pop()?.()
    await expectOnce(wanted)
  })

  test('whose schedd hangs for longer than the function lives', async () => {
    const wanted = aJob()
    const schedd = outage('schedd')
    await schedd.hang()
    mend.push(() => schedd.resume())
    const answer = await start({ PROC_LAMBDA_SECONDS: '6' }).invoke(submissionEvent(wanted))
    expectRefusal(
      answer,
      503,
      /submit host did not answer in time, .* with the same Idempotency-Key/,
    )
    expect(await staged(wanted)).toEqual([])
    await mend.pop()?.()
    await expectOnce(wanted)
  })

  test('whose host key is another one', async () => {
    const wanted = aJob()
    const file = join(scratch, 'other-host-key')
    await program('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
    const other = readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
    const pinned = await s3.send(new GetObjectCommand(config('known_hosts')))
    const text = (await pinned.Body?.transformToString()) ?? ''
    mend.push(() => put('known_hosts', text))
    const lines = text
      .split('\n')
      .filter((line) => !line.startsWith(`[127.0.0.1]:${way.ssh.port} `))
    await put('known_hosts', `${lines.join('\n')}[127.0.0.1]:${way.ssh.port} ${other}\n`)
    const answer = await start().invoke(submissionEvent(wanted))
    expectRefusal(answer, 503, /submit host shows a key that this service does not know/)
    await expectNothingLeft(wanted)
    await mend.pop()?.()
    await expectOnce(wanted)
  })

  test('that does not take our key', async () => {
    const wanted = aJob()
    // sshd 9.8 and later shut an address out after refused logins, and that one is everybody's here
    mend.push(() => root('/root/submit-host/install --from any'))
    await root('/root/submit-host/install --from 127.0.0.1')
    const file = join(scratch, 'other-key')
    await program('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
    const answer = await start({ PROC_SUBMIT_KEY_FILE: file }).invoke(submissionEvent(wanted))
    expectRefusal(answer, 503, /submit host does not let the service in/)
    await expectNothingLeft(wanted)
    await expectOnce(wanted)
  })
})

describe('a function', () => {
  const missing = (Key: string) => s3.send(new DeleteObjectCommand(config(Key)))
  const malformed = (Key: string) => put(Key, '{"nonsense"')

  test.each([
    ['known_hosts', 'missing', missing],
    ['known_hosts', 'malformed', malformed],
  ] as const)('that finds %s %s: a new one says so, an old one goes on', async (Key, _, spoil) => {
    const wanted = aJob()
    const good = await s3.send(new GetObjectCommand(config(Key))).catch(() => undefined)
    const text = await good?.Body?.transformToString()
    const old = await warm()
    mend.push(() => (text === undefined ? missing(Key) : put(Key, text)))
    await spoil(Key)
    const answer = await start().invoke(submissionEvent(wanted))
    expectRefusal(answer, 503, /service is not set up completely; tell/)
    await expectNothingLeft(wanted)
    const { result } = await old.invoke(submissionEvent(aJob()))
    expect(result, result.body).toMatchObject({ statusCode: 200 })
    await mend.pop()?.()
    await expectOnce(wanted)
  })
})

test('a maintenance.json that cannot be used keeps nobody from submitting', async () => {
  mend.push(() => s3.send(new DeleteObjectCommand(config('maintenance.json'))))
  await put('maintenance.json', '{"note": "new disks",}')
  const { result } = await start().invoke(submissionEvent(aJob()))
  expect(result, result.body).toMatchObject({ statusCode: 200 })
})

describe.concurrent('what has to wait:', () => {
  test('a new function, and one that worked a moment ago, for a store that says nothing', () =>
    trials.run(async ({ start, store }) => {
      const jobs = [aJob(), aJob({ program: large })] as const
      const posts = [start(), await warm(start)] as const
      store.silent = true
      const answers = await Promise.all([
        posts[0].invoke(submissionEvent(jobs[0])),
        posts[1].invoke(submissionEvent(jobs[1])),
      ])
      store.silent = false
      for (const answer of answers) expectRefusal(answer, 503, /object store could not/)
      for (const wanted of jobs) {
        await expectNothingLeft(wanted)
        await expectOnce(wanted, start())
      }
    }))

  test.each([
    ['at once', 0],
    ['in mid-stream', 400_000],
  ])('the submit host for a store that falls silent %s', (_, down) =>
    trials.run(async ({ start, store }) => {
      const wanted = aJob({ program: large })
      const post = await warm(start)
      // The function's own connections are open: the next one is the submit host's.
      store.rule = () => ({ fault: { kind: 'black-hole', after: { down } } })
      const answer = await post.invoke(submissionEvent(wanted))
      expectRefusal(answer, 503, /file could not be fetched from the store/)
      store.rule = () => ({})
      await expectNothingLeft(wanted)
      await expectOnce(wanted, start())
    }),
  )

  test('the submit host, to which a presigned URL comes that has expired', () =>
    trials.run(async ({ start }) => {
      const wanted = aJob()
      const request = requestId('alice', wanted.key)
      Object.assign(process.env, service.functionEnvironment)
      const objects = new ObjectStore(store)
      const { keyFile, ...host } = submitHost
      const connection = new Connection(host, {
        key: async () => readFileSync(keyFile, 'utf8'),
        knownHosts: async () => (await objects.configuration('known_hosts'))?.text ?? '',
      })
      const deadline = Date.now() + 20_000
      const { discard, ...files } = await stage(
        { store: objects, vospace: undefined },
        {
          job: { name: 'j', source: { kind: 'param', part: 'j', bytes: Buffer.from('queue\n') } },
          exec: { name: 'e', source: { kind: 'param', part: 'e', bytes: large } },
          image: 'a4728b62-d15f-4e10-8475-1481ea3037d4',
          flavor: 'de7afe99-a559-4744-bab7-fbc30e85fcfc',
        },
        { account: 'alice', id: request, deadline },
      )
      try {
        const [{ Key = '' } = {}] = (await staged(wanted)) as { Key?: string }[]
        const url = await objects.presign(Key, 1)
        const description = { ...(files.description as StagedFile), url }
        await sleep(2_500)
        const digest = 'd'.repeat(64)
        const submission = { account: 'alice', request, digest, ...files, description, append: [] }
        await expect(perform(connection, submitJobs(submission), deadline)).rejects.toMatchObject({
          status: 503,
          message: expect.stringMatching(/could not be fetched from the store/),
          headers: { 'Retry-After': expect.stringMatching(/^\d+$/) },
        })
      } finally {
        connection.close()
        await discard()
      }
      await expectNothingLeft(wanted)
      await expectOnce(wanted, start())
    }))

  /** Longer than its time, 4.5 s, and than the timers of the stages it waits in. */
  const FROZEN_MS = 8_000
  const LIMIT = { PROC_LAMBDA_SECONDS: '6' }

  /** Its connection number `at` to a part is held up, and it stands still meanwhile. */
  async function frozen(trial: Trial, part: 'store' | 'ssh', at: number, post: Instance) {
    const wanted = aJob({ program: large })
    const held = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    let connections = 0
    trial[part].rule = () => {
      if (connections++ < at) return {}
      held.resolve()
      return { hold: over.promise }
    }
    const answer = post.invoke(submissionEvent(wanted))
    const missed = answer.then(() => Promise.reject(new Error('nothing held it up')))
    await Promise.race([held.promise, missed])
    post.stop('SIGSTOP')
    over.resolve()
    await sleep(FROZEN_MS)
    post.stop('SIGCONT')
    const { result } = await answer
    if (result.statusCode === 200) expect(await clusters(wanted)).toEqual([Number(result.body)])
    else expect(result, result.body).toMatchObject({ statusCode: 503 })
    trial[part].rule = () => ({})
    await expectOnce(wanted, trial.start())
  }

  // It reads its configuration by the first connection, and stages two files by that and another.
  test('a function that stands still while it stages', () =>
    trials.run((trial) => frozen(trial, 'store', 1, trial.start(LIMIT))))

  test('a function that stands still while it connects', () =>
    trials.run((trial) => frozen(trial, 'ssh', 0, trial.start(LIMIT))))

  // One that is connected already: the next one is the fetch.
  test('a function that stands still while it waits for the submit host', () =>
    trials.run(async (trial) => frozen(trial, 'store', 0, await warm(trial.start, LIMIT))))
})
