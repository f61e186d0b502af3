/** WAIT: an answer when a job changes, without a question to the schedd for each who waits. */
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import type { APIGatewayProxyResult } from 'aws-lambda'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { alice, bob, eventually, rows, service, submitHeld, VM } from './client.ts'
import { onSubmitHost } from './host.ts'
import { eventFor, instance } from './lambda.ts'
import { questions, startCounting, stopCounting } from './questions.ts'

const CLIENTS = 100
/** As the service has it unless it is set otherwise. */
const PERIOD_MS = 2_000

beforeAll(async () => {
  await startCounting()
  // The log lines of a hundred requests in this process.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})
afterAll(async () => {
  await stopCounting()
  for (const one of others) one.stop()
  await Promise.all([alice('/job', '-X', 'DELETE'), bob('/job', '-X', 'DELETE')])
})

interface Waited {
  readonly status: number
  readonly text: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** The bundle that ships, here in this process: a hundred processes would measure the machine. */
Object.assign(process.env, service.functionEnvironment)
const { handler } = createRequire(import.meta.url)('../../dist/get.cjs') as {
  handler: (event: object, context: object) => Promise<APIGatewayProxyResult>
}
const here = (event: object) => {
  const end = Date.now() + 28_000
  return handler(event, { getRemainingTimeInMillis: () => end - Date.now() })
}
/** Some are instances of their own all the same: what they share is in the store. */
const others = Array.from({ length: 5 }, () => instance('get'))

async function wait(id: string, seconds: number, from = here): Promise<Waited> {
  const query = { id, WAIT: String(seconds), RESPONSEFORMAT: 'tsv' }
  const { statusCode, body } = await from(eventFor('alice', 'GET', query))
  return { status: statusCode, text: body, at: Date.now() }
}

const statusIn = ({ text }: { text: string }) => rows(text)[0]?.Status
const condor = (program: string, ...jobs: string[]) => onSubmitHost(program, ...jobs)

test('a hundred who wait for a hundred jobs', async () => {
  const cluster = await submitHeld(alice, 'request_memory = 9000000\nqueue 100')
  // The first one takes the snapshot that shows the jobs.
  expect(statusIn(await wait(`${cluster}.0`, 0))).toBe('Held')
  const before = await questions()
  const began = Date.now()
  const changed: number[] = []
  const waiting = Array.from({ length: CLIENTS }, (_, proc) => {
    const other = others[proc]
    const from = other && (async (event: object) => (await other.invoke(event)).result)
    return wait(`${cluster}.${proc}`, 25, from)
  })
  await sleep(3_000)
  for (let first = 0; first < CLIENTS; first += 20) {
    const jobs = Array.from({ length: 20 }, (_, i) => `${cluster}.${first + i}`)
    const gone = first % 40 === 0
    await condor(gone ? '/usr/bin/condor_rm' : '/usr/bin/condor_release', ...jobs)
    changed.push(...jobs.map(() => Date.now()))
    await sleep(1_500)
  }
  const answers = await Promise.all(waiting)
  const seconds = (Date.now() - began) / 1000
  const asked = (await questions()) - before
  const late = answers.map(({ at }, i) => at - (changed[i] ?? 0))
  console.log(
    `${CLIENTS} clients, ${seconds.toFixed(1)} s: ${asked} questions, slowest answer ${Math.max(...late)} ms after the change`,
  )
  answers.forEach((answer, i) => {
    expect(answer.status).toBe(200)
    expect(statusIn(answer)).toBe(Math.floor(i / 20) % 2 === 0 ? 'Removed' : 'Idle')
  })
  expect(asked).toBeLessThanOrEqual(Math.ceil((seconds * 1000) / PERIOD_MS) + 1)
}, 120_000)

test('nothing changes: the answer comes when the time is up', async () => {
  const cluster = await submitHeld(alice)
  const began = Date.now()
  const answer = await wait(`${cluster}.0`, 4)
  expect([answer.status, statusIn(answer)]).toEqual([200, 'Held'])
  expect(answer.at - began).toBeGreaterThanOrEqual(3_900)
})

test('a whole cluster answers when one of its jobs changes', async () => {
  const cluster = await submitHeld(alice, 'queue 3')
  const waiting = wait(String(cluster), 25)
  await sleep(500)
  await condor('/usr/bin/condor_rm', `${cluster}.1`)
  const states = rows((await waiting).text).map((row) => `${row['Job ID']} ${row.Status}`)
  expect(states.sort()).toEqual([`${cluster}.0 Held`, `${cluster}.1 Removed`, `${cluster}.2 Held`])
})

test('a job that has ended, or is not there, or is somebody else’s, needs no waiting', async () => {
  const cluster = await submitHeld(alice)
  await alice('/job', '-X', 'DELETE')
  const began = Date.now()
  const ended = await wait(`${cluster}.0`, 25)
  expect(statusIn(ended)).toBe('Removed')
  const other = await submitHeld(bob)
  expect((await wait(`${other}.0`, 25)).status).toBe(404)
  expect((await wait('2000000000.0', 25)).status).toBe(404)
  expect(Date.now() - began).toBeLessThan(20_000)
})

test('a job that has ended and is kept in the queue says how it ended', async () => {
  const form = ['-F', 'j=leave_in_queue = true\nqueue 2\n']
  const { text: cluster } = await alice(
    `/job?job=j,param:j&exec=false,vm:/bin/false&${VM}`,
    ...['-X', 'POST', ...form],
  )
  const kept = async () =>
    (await alice('/job?user=me&state=completed&MAXREC=9&RESPONSEFORMAT=tsv')).text
  await eventually(async () => rows(await kept()).length === 2)
  const ended = { Status: 'Completed', 'Exit Code': '1', 'Ended on': expect.stringMatching(/Z$/) }
  expect(rows((await wait(`${cluster}.1`, 0)).text)).toMatchObject([ended])
  expect(rows((await wait(cluster, 0)).text)).toMatchObject([ended, ended])
})

test('a cluster too large for one answer is told as such, queued or ended', async () => {
  const cluster = await submitHeld(alice, 'queue 5001')
  const cut = async (query: string) => {
    const text = await alice(`/job?id=${cluster}&${query}&RESPONSEFORMAT=json`)
    expect([text.status, text.text]).toEqual([400, expect.stringContaining('more than 5000 jobs')])
    const votable = await alice(`/job?id=${cluster}&${query}&RESPONSEFORMAT=votable`)
    expect(votable.text).toContain('<INFO name="QUERY_STATUS" value="OVERFLOW"/>')
    expect(votable.text.match(/<TR>/g)).toHaveLength(5_000)
  }
  await cut('view=details')
  const queued = async () => {
    const { status, text } = await alice(`/job?user=me&cluster=${cluster}&RESPONSEFORMAT=tsv`)
    expect(status).toBe(200)
    return rows(text).length
  }
  expect(await queued()).toBe(5_001)
  await alice('/job', '-X', 'DELETE')
  await eventually(async () => (await queued()) === 0)
  await cut('WAIT=0')
}, 120_000)

test.each(['1.5', '-2', 'long'])('WAIT=%s is refused', async (seconds) => {
  const reply = await alice(`/job?id=1.0&WAIT=${seconds}`)
  expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('WAIT must be')])
})
