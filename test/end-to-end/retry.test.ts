/** A POST with an Idempotency-Key submits once, whatever breaks at whatever point: the answer, or 503 and the way back to it. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requestId } from '../../lib/request/idempotency-key.ts'
import { type Detours, startDetours } from '../faults/detour.ts'
import type { Fault, Passage } from '../faults/proxy.ts'
import { clustersOf, submissionEvent, type Wanted } from '../faults/submission.ts'
import { type Trial, Trials } from '../faults/trial.ts'
import { alice, eventually, service } from './client.ts'
import { onSubmitHost, outage } from './host.ts'
import type { Instance, Invocation } from './lambda.ts'

const root = (script: string) => onSubmitHost('bash', '-c', script)
const clusters = (key: string) => clustersOf(onSubmitHost, key)

afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
})

describe('broken at', () => {
  let detours: Detours
  let trials: Trials
  /** A clean POST's connection: where its stages are, in bytes. */
  let clean: Passage[] = []

  beforeAll(async () => {
    detours = await startDetours({ ...service, run: onSubmitHost }, 4)
    trials = new Trials(detours.ways)
    await trials.run(async ({ ssh, start }) => {
      const { result } = await start().invoke(submissionEvent({ key: randomUUID() }))
      expect(result, result.body).toMatchObject({ statusCode: 200 })
      clean = ssh.passages.at(-1) ?? []
    })
  })

  afterAll(() => detours.close())

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

  /** Retries as a client does, until the one cluster that is there is the answer. */
  async function settle({ start }: Trial, wanted: Wanted, tries = 30): Promise<void> {
    const retrying = start()
    for (let count = 0; count < tries; count++) {
      const { result } = await retrying.invoke(submissionEvent(wanted))
      if (result.statusCode === 200) {
        expect(await clusters(wanted.key)).toEqual([Number(result.body)])
        return
      }
      expect([409, 503], result.body).toContain(result.statusCode)
      expect(Number(result.headers?.['Retry-After'])).toBeGreaterThan(0)
      await sleep(1000)
    }
    throw new Error('no cluster after all')
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

  const queued = (key: string) => eventually(async () => (await clusters(key)).length > 0, 15)
  /** How many connections the faults have befallen. */
  const struck = ({ ssh }: Trial) =>
    Object.values(ssh.counts).reduce((sum, count) => sum + count, 0)
  const once = ({ ssh }: Trial, fault: Fault) => {
    const from = ssh.passages.length
    ssh.rule = (connection) => (connection === from ? { fault } : {})
  }
  const always = ({ ssh }: Trial, fault: Fault) => {
    ssh.rule = () => ({ fault })
  }
  const mended = ({ ssh, store }: Trial) => {
    ssh.rule = store.rule = () => ({})
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

  const run = (work: (trial: Trial) => Promise<void>) => () => trials.run(work)

  describe.concurrent('the way of one instance', () => {
    test(
      'the end of the request line, after which no packet and no FIN comes',
      run(async (trial) => {
        const wanted = { key: randomUUID() }
        always(trial, { kind: 'black-hole', after: { down: down().before } })
        const post = trial.start({ PROC_LAMBDA_SECONDS: '14' })
        const invocation = await post.invoke(submissionEvent(wanted))
        await expectAnswer(invocation, wanted)
        expect(invocation.result.statusCode).toBe(503)
        expect(invocation.seconds).toBeLessThan(14)
        mended(trial)
        await settle(trial, wanted)
      }),
    )

    test(
      'the middle of the request line, after which nothing more goes up',
      run(async (trial) => {
        const wanted = { key: randomUUID() }
        always(trial, { kind: 'black-hole', after: { up: up().line - 500 } })
        const invocation = await trial.start().invoke(submissionEvent(wanted))
        await expectAnswer(invocation, wanted)
        expect(invocation.result.statusCode).toBe(503)
        mended(trial)
        await settle(trial, wanted)
      }),
    )

    test.each(connectionFaults)('%s, each time', (_, fault) =>
      trials.run(async (trial) => {
        const wanted = { key: randomUUID() }
        always(trial, fault())
        const before = struck(trial)
        const invocation = await trial.start().invoke(submissionEvent(wanted))
        expect(struck(trial)).toBeGreaterThan(before)
        await expectAnswer(invocation, wanted)
        mended(trial)
        await settle(trial, wanted)
      }),
    )

    test.each(connectionFaults)('%s, once', (_, fault) =>
      trials.run(async (trial) => {
        const wanted = { key: randomUUID() }
        once(trial, fault())
        const before = struck(trial)
        const invocation = await trial.start().invoke(submissionEvent(wanted))
        expect(struck(trial)).toBe(before + 1)
        await expectAnswer(invocation, wanted)
        expect(invocation.result.statusCode, invocation.result.body).toBe(200)
        await settle(trial, wanted)
      }),
    )

    test(
      'the port, where nobody listens',
      run(async (trial) => {
        const wanted = { key: randomUUID() }
        await trial.ssh.deaf()
        try {
          const invocation = await trial.start().invoke(submissionEvent(wanted))
          await expectAnswer(invocation, wanted)
          expect(invocation.result.statusCode).toBe(503)
        } finally {
          await trial.ssh.listen()
        }
        await settle(trial, wanted)
      }),
    )

    test.each(['connection', 'function'] as const)(
      'the answer, which is under way when the %s goes',
      (part) =>
        trials.run(async (trial) => {
          const wanted = { key: randomUUID() }
          once(trial, { kind: 'black-hole', after: { down: down().before } })
          const post = trial.start()
          const answer = post.invoke(submissionEvent(wanted)).catch(() => undefined)
          await queued(wanted.key)
          if (part === 'function') post.stop('SIGKILL')
          else trial.ssh.reset()
          const invocation = await answer
          if (part === 'connection' && invocation) {
            await expectAnswer(invocation, wanted)
            expect(invocation.result.statusCode).toBe(200)
          }
          await settle(trial, wanted)
        }),
    )

    test(
      'the answer, while the function is frozen and the connection goes',
      run(async (trial) => {
        const wanted = { key: randomUUID() }
        once(trial, { kind: 'black-hole', after: { down: down().before } })
        const post = trial.start()
        const answer = post.invoke(submissionEvent(wanted))
        await queued(wanted.key)
        post.stop('SIGSTOP')
        trial.ssh.reset()
        await sleep(3000)
        post.stop('SIGCONT')
        await expectAnswer(await answer, wanted)
        await settle(trial, wanted)
      }),
    )

    test(
      'an idle connection that has gone silent meanwhile',
      run(async (trial) => {
        const post = trial.start()
        always(trial, { kind: 'black-hole', after: { down: 1e9 } })
        const first = await post.invoke(submissionEvent({ key: randomUUID() }))
        expect(first.result.statusCode).toBe(200)
        await trial.ssh.deaf()
        await trial.ssh.listen()
        const wanted = { key: randomUUID() }
        const invocation = await post.invoke(submissionEvent(wanted))
        await expectAnswer(invocation, wanted)
        expect(invocation.result.statusCode).toBe(200)
        await settle(trial, wanted)
      }),
    )

    const program = Buffer.alloc(1_000_000, 'x')

    /** A function whose own connections to the store are open: the next one is the gate's. */
    async function warm({ start }: Trial): Promise<Instance> {
      const started = start()
      const { result } = await started.invoke(submissionEvent({ key: randomUUID(), program }))
      expect(result, result.body).toMatchObject({ statusCode: 200 })
      return started
    }

    /** Resolves when the gate has connected to the store; the connections before are `from`. */
    const fetching = ({ store }: Trial, from: number) =>
      eventually(async () => store.passages.length > from, 15)

    test(
      'the staging, with a store that refuses',
      run(async (trial) => {
        const wanted = { key: randomUUID(), program }
        const post = trial.start()
        const small = { key: randomUUID() }
        expect((await post.invoke(submissionEvent(small))).result.statusCode).toBe(200)
        await trial.store.deaf()
        try {
          const invocation = await post.invoke(submissionEvent(wanted))
          await expectAnswer(invocation, wanted)
          expect(invocation.result.statusCode).toBe(503)
        } finally {
          await trial.store.listen()
        }
        await settle(trial, wanted)
      }),
    )

    test(
      'the staging, in the middle of the executable',
      run(async (trial) => {
        const wanted = { key: randomUUID(), program }
        trial.store.rule = () => ({ fault: { kind: 'reset', after: { up: 400_000 } } })
        await expectAnswer(await trial.start().invoke(submissionEvent(wanted)), wanted)
        mended(trial)
        await settle(trial, wanted)
      }),
    )

    test(
      "the gate's fetch, in the middle of the executable",
      run(async (trial) => {
        const wanted = { key: randomUUID(), program }
        trial.store.rule = () => ({ fault: { kind: 'reset', after: { down: 400_000 } } })
        const invocation = await trial.start().invoke(submissionEvent(wanted))
        await expectAnswer(invocation, wanted)
        expect(invocation.result.statusCode).toBe(503)
        expect(await clusters(wanted.key)).toEqual([])
        mended(trial)
        await settle(trial, wanted)
      }),
    )

    test(
      "the gate's fetch from a slow store, when another request comes with the same key",
      run(async (trial) => {
        const wanted = { key: randomUUID(), program }
        const post = await warm(trial)
        const other = trial.start({ PROC_S3_ENDPOINT: service.store.endpoint })
        const { promise, resolve } = Promise.withResolvers<void>()
        const from = trial.store.passages.length
        trial.store.rule = () => ({ hold: promise })
        const answer = post.invoke(submissionEvent(wanted))
        await fetching(trial, from)
        const same = other.invoke(submissionEvent(wanted))
        expect((await same).result.statusCode).toBe(409)
        const different = other.invoke(
          submissionEvent({ ...wanted, program: Buffer.from('other') }),
        )
        expect((await different).result.statusCode).toBe(422)
        resolve()
        const { result } = await answer
        expect(result, result.body).toMatchObject({ statusCode: 200 })
        expect(await clusters(wanted.key)).toEqual([Number(result.body)])
      }),
    )

    test.each(['connection', 'function'] as const)(
      "the gate's fetch from a slow store, when the %s goes",
      (part) =>
        trials.run(async (trial) => {
          const wanted = { key: randomUUID(), program }
          const post = await warm(trial)
          const from = trial.store.passages.length
          trial.store.rule = () => ({ delay: 500 })
          const answer = post.invoke(submissionEvent(wanted)).catch(() => undefined)
          await fetching(trial, from)
          if (part === 'function') post.stop('SIGKILL')
          else trial.ssh.reset()
          const invocation = await answer
          if (part === 'connection' && invocation) await expectAnswer(invocation, wanted)
          mended(trial)
          await settle(trial, wanted)
        }),
    )
  })

  describe('the schedd and sshd, which are all of theirs', () => {
    // Not the dry run, which does without the schedd.
    const submits = "pgrep -xf '/usr/bin/condor_submit -terse -'"
    const condorSubmitRuns = () => eventually(async () => (await root(submits)).status === 0, 15)

    test.each(['connection', 'function'] as const)(
      'condor_submit, while the schedd hangs: the %s goes',
      (part) =>
        trials.run(async (trial) => {
          const wanted = { key: randomUUID() }
          const schedd = outage('schedd')
          await schedd.hang()
          try {
            const post = trial.start()
            const answer = post.invoke(submissionEvent(wanted)).catch(() => undefined)
            await condorSubmitRuns()
            if (part === 'function') post.stop('SIGKILL')
            else trial.ssh.reset()
            await sleep(1500)
            await schedd.resume()
            const invocation = await answer
            if (part === 'function') expect(invocation).toBeUndefined()
            else if (invocation) await expectAnswer(invocation, wanted)
          } finally {
            await schedd.resume()
          }
          await settle(trial, wanted)
        }),
    )

    test(
      'condor_submit, while the schedd hangs and is started anew',
      run(async (trial) => {
        const wanted = { key: randomUUID() }
        await outage('schedd').hang()
        const answer = trial.start().invoke(submissionEvent(wanted))
        await condorSubmitRuns()
        await root(
          "pkill -KILL -f '^condor_schedd'; sleep 1; until condor_q -totals; do sleep 0.3; done",
        )
        await expectAnswer(await answer, wanted)
        await settle(trial, wanted, 60)
      }),
      120_000,
    )

    test(
      'condor_submit, and sshd ends with all its sessions',
      run(async (trial) => {
        const wanted = { key: randomUUID() }
        const [schedd, sshd] = [outage('schedd'), outage('sshd')]
        await schedd.hang()
        try {
          const answer = trial.start().invoke(submissionEvent(wanted))
          await condorSubmitRuns()
          await sshd.stop()
          await schedd.resume()
          await expectAnswer(await answer, wanted)
        } finally {
          await schedd.resume()
          await sshd.start()
        }
        await settle(trial, wanted)
      }),
    )
  })
})
