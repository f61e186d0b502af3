/** One question to the schedd for many readers: what they get, how old it is, and whether it is whole. */
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { alice, bob, curl, eventually, rows, submitHeld } from './client.ts'
import { onSubmitHost, outage } from './host.ts'
import { eventFor, type Instance, instance } from './lambda.ts'
import { CONDOR_Q, lists as questions, startCounting, stopCounting } from './questions.ts'

/** Long enough for a test to find the snapshot that it means. */
const settings = { PROC_SNAPSHOT_SECONDS: '60' }
const TEXT = { RESPONSEFORMAT: 'text/plain' }

const instances: Instance[] = []
function reader(more: NodeJS.ProcessEnv = settings): Instance {
  const one = instance('get', more)
  instances.push(one)
  return one
}

interface List {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

async function list(from: Instance, user: string, query = {}, headers = {}): Promise<List> {
  const event = eventFor(user, 'GET', { ...TEXT, ...query }, { headers })
  const { result } = await from.invoke(event)
  return {
    status: result.statusCode,
    headers: result.headers as Record<string, string>,
    text: Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8').toString(),
  }
}
const ids = ({ text }: { text: string }) => rows(text).map((row) => row['Job ID'] ?? '')

const root = (script: string) => onSubmitHost('bash', '-c', script)

beforeAll(() => startCounting())
afterEach(async () => {
  for (const one of instances.splice(0)) one.stop('SIGKILL')
  await startCounting()
})
afterAll(async () => {
  await stopCounting()
  await Promise.all([alice('/job', '-X', 'DELETE'), bob('/job', '-X', 'DELETE')])
})

/** From here on nobody's list is older than this moment. */
async function settle(): Promise<void> {
  await Promise.all([alice('/job', '-X', 'DELETE'), bob('/job', '-X', 'DELETE')])
}

test('what one instance was told by the schedd, all instances tell', async () => {
  const cluster = await submitHeld(bob, 'queue 3')
  const first = reader()
  const others = [reader(), reader(), reader()]
  await list(first, 'bob')
  const before = await questions()
  const answers = await Promise.all(
    others.map((one, index) => list(one, index === 1 ? 'dave' : 'carol')),
  )
  for (const answer of answers) {
    expect(answer.status).toBe(200)
    expect(ids(answer)).toEqual(expect.arrayContaining([`${cluster}.0`, `${cluster}.2`]))
  }
  expect(await questions()).toBe(before)
})

test('many readers at once put one question', async () => {
  const readers = Array.from({ length: 6 }, () => reader({ PROC_SNAPSHOT_SECONDS: '1' }))
  await Promise.all(readers.map((one) => list(one, 'carol')))
  const before = await questions()
  const began = Date.now()
  const counts = await Promise.all(
    readers.map(async (one) => {
      let lists = 0
      for (; Date.now() < began + 5_000; lists++)
        expect((await list(one, 'carol')).status).toBe(200)
      return lists
    }),
  )
  const seconds = (Date.now() - began) / 1000
  const asked = (await questions()) - before
  console.log(`${counts.reduce((a, b) => a + b)} lists in ${seconds} s, ${asked} questions`)
  expect(asked).toBeGreaterThan(1)
  expect(asked).toBeLessThanOrEqual(Math.ceil(seconds))
})

test('the headers tell its age, and whether it changed', async () => {
  await submitHeld(alice)
  const from = reader()
  const began = Date.now()
  const { headers } = await list(from, 'alice')
  expect(headers['Cache-Control']).toBe('private, no-cache')
  expect(headers.ETag).toMatch(/^W\/"[\w-]{27}"$/)
  const modified = Date.parse(headers['Last-Modified'] ?? '')
  expect(modified).toBeGreaterThanOrEqual(Math.floor(began / 1000) * 1000)
  await sleep(1_100)
  const later = await list(reader(), 'carol', {}, { 'If-None-Match': headers.ETag })
  expect(later).toMatchObject({ status: 304, text: '' })
  expect(Date.parse(later.headers['Last-Modified'] ?? '')).toBe(modified)
  expect(Number(later.headers.Age)).toBeGreaterThanOrEqual(1)
  expect(Number(later.headers.Age)).toBeLessThanOrEqual((Date.now() - modified) / 1000)
  // Other bytes are another thing: a format, an encoding, a part.
  for (const [query, more] of [
    [{ RESPONSEFORMAT: 'votable' }, {}],
    [{}, { 'Accept-Encoding': 'gzip' }],
    [{ user: 'me' }, {}],
  ])
    expect(
      await list(from, 'carol', query, { 'If-None-Match': headers.ETag, ...more }),
    ).toMatchObject({ status: 200 })
})

test('a queue in which nothing happened has the same tag after it was asked again', async () => {
  const cluster = await submitHeld(alice)
  await eventually(async () => (await alice(`/job?id=${cluster}.0`)).status === 200)
  const brief = { PROC_SNAPSHOT_SECONDS: '0' }
  const first = await list(reader(brief), 'alice')
  const again = await list(reader(brief), 'alice', {}, { 'If-None-Match': first.headers.ETag })
  expect(again.status).toBe(304)
})

test('curl gets 304 through the gateway, and a compressed list as it was', async () => {
  await submitHeld(alice)
  const first = await alice('/job?RESPONSEFORMAT=text/plain')
  const tag = first.headers.etag ?? ''
  const second = await alice('/job?RESPONSEFORMAT=text/plain', '-H', `If-None-Match: ${tag}`)
  expect([second.status, second.bytes.length]).toEqual([304, 0])
  expect(second.headers).not.toHaveProperty('content-length')
  const packed = await alice('/job?RESPONSEFORMAT=text/plain', '-H', 'Accept-Encoding: gzip')
  expect(gunzipSync(packed.bytes).toString()).toBe(first.text)
})

test('everyone sees the effect of their own submission and removal at once', async () => {
  const from = reader()
  await settle()
  for (const [user, as] of [
    ['alice', alice],
    ['bob', bob],
  ] as const) {
    await list(from, user)
    const cluster = await submitHeld(as)
    expect(ids(await list(from, user))).toContain(`${cluster}.0`)
    await as('/job', '-X', 'DELETE')
    expect(ids(await list(from, user))).not.toContain(`${cluster}.0`)
  }
})

test('an instance that dies while it takes a snapshot leaves nothing that is served', async () => {
  const cluster = await submitHeld(alice, 'queue 5')
  const whole = Array.from({ length: 5 }, (_, proc) => `${cluster}.${proc}`)
  // The first jobs come, the others never.
  await startCounting(`[ -e /tmp/slow ] && { ${CONDOR_Q} "$@" | head -c 900; sleep 5; }`)
  await root('touch /tmp/slow')
  const dying = reader()
  const asked = list(dying, 'alice')
  asked.catch(() => {})
  const before = await questions()
  await eventually(async () => (await questions()) > before)
  dying.stop('SIGKILL')
  await expect(asked).rejects.toThrow('ended')
  await root('rm /tmp/slow')
  const next = await list(reader(), 'alice')
  expect(next.status).toBe(200)
  expect(ids(next)).toEqual(expect.arrayContaining(whole))
})

test('an instance that froze while it took a snapshot does not put it in place of a newer one', async () => {
  await startCounting('[ -e /tmp/slow ] && sleep 2')
  await root('touch /tmp/slow')
  await submitHeld(alice)
  const frozen = reader()
  const before = await questions()
  const late = list(frozen, 'alice')
  await eventually(async () => (await questions()) > before)
  frozen.stop('SIGSTOP')
  await root('rm /tmp/slow')
  const cluster = await submitHeld(bob)
  const newer = await list(reader(), 'bob')
  expect(ids(newer)).toContain(`${cluster}.0`)
  frozen.stop('SIGCONT')
  await late.catch(() => {})
  const after = await list(reader(), 'bob')
  expect(ids(after)).toContain(`${cluster}.0`)
}, 90_000)

test('without the schedd every reader is told so, also those who waited for another', async () => {
  await settle()
  const readers = [reader(), reader(), reader()]
  const schedd = outage('schedd')
  await schedd.stop()
  try {
    const answers = await Promise.all(readers.map((one) => list(one, 'alice')))
    for (const { status, text, headers } of answers) {
      expect([status, text]).toEqual([503, expect.stringContaining('scheduler')])
      expect(Number(headers['Retry-After'])).toBeGreaterThan(0)
    }
  } finally {
    await schedd.start()
  }
  await eventually(async () => (await list(reader(), 'alice')).status === 200)
}, 120_000)

test('a list is narrowed by user, state and cluster', async () => {
  await settle()
  const from = reader()
  const held = await submitHeld(alice, 'queue 2')
  const other = await submitHeld(bob)
  const all = ids(await list(from, 'bob'))
  expect(all).toEqual(expect.arrayContaining([`${held}.0`, `${held}.1`, `${other}.0`]))
  const narrowed = async (query: object) => ids(await list(from, 'bob', query))
  expect(await narrowed({ user: 'me' })).toEqual([`${other}.0`])
  expect(await narrowed({ user: 'alice' })).toEqual([`${held}.0`, `${held}.1`])
  expect(await narrowed({ user: 'nobody' })).toEqual([])
  expect(await narrowed({ cluster: String(held) })).toEqual([`${held}.0`, `${held}.1`])
  expect(await narrowed({ state: 'held', user: 'me' })).toEqual([`${other}.0`])
  expect(await narrowed({ state: 'running', user: 'me' })).toEqual([])
})

test('pages over one snapshot hold every job once, whatever happens meanwhile', async () => {
  await settle()
  const from = reader()
  for (let i = 0; i < 4; i++) await submitHeld(alice, 'queue 3')
  const before = ids(await list(from, 'alice', { user: 'me' }))
  expect(before).toHaveLength(12)
  const seen: string[] = []
  let query: Record<string, string> = { MAXREC: '5', user: 'me' }
  for (let pages = 1; ; pages++) {
    const page = await list(from, 'alice', query)
    expect(page.status).toBe(200)
    seen.push(...ids(page))
    const [, next] =
      /^<https:[^?]*\/proc\/job\?(.*)>; rel="next"$/.exec(page.headers.Link ?? '') ?? []
    if (next === undefined) break
    query = Object.fromEntries(new URLSearchParams(next))
    expect(pages).toBeLessThan(4)
    if (pages === 1) await submitHeld(alice)
  }
  expect(seen).toEqual(before)
  const gone = await list(from, 'alice', { ...query, snapshot: 'm0000000-0' })
  expect(gone).toMatchObject({ status: 404, text: expect.stringContaining('begin again') })
})

test('a VOTable that MAXREC cut says OVERFLOW', async () => {
  await submitHeld(alice, 'queue 3')
  const cut = await curl('/auth/job?MAXREC=2&user=me', '-u', 'alice:alice-password')
  expect(cut.text).toContain('<INFO name="QUERY_STATUS" value="OVERFLOW"/>')
  expect(cut.text.match(/<TR>/g)).toHaveLength(2)
  const whole = await curl('/auth/job?MAXREC=2000&user=me', '-u', 'alice:alice-password')
  expect(whole.text).not.toContain('OVERFLOW')
  const none = await alice('/job?MAXREC=0')
  expect(none.text).toContain('OVERFLOW')
  expect(none.text).not.toContain('<TR>')
  expect((await alice('/job?status=true&MAXREC=1')).status).toBe(400)
})
