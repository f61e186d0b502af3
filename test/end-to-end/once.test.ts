/** A POST with an Idempotency-Key submits once: asked again, and asked at once. Whatever breaks meanwhile: retry.test.ts. */
import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { requestId } from '../../lib/request/idempotency-key.ts'
import { clustersOf } from '../faults/submission.ts'
import { alice, type as, bob, eventually, file, VM } from './client.ts'
import { onSubmitHost } from './host.ts'

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
    const over = `/tmp/${key}`
    const wait = `until [ -e ${over} ]; do sleep 0.1; done`
    const held = root(`runuser -u condorweb -- flock ${record(key)} sh -c '${wait}'`)
    await eventually(async () => (await root(`flock -n ${record(key)} true`)).status === 1)
    const early = await submit(alice, key)
    expect(early.text).toMatch(/Idempotency-Key/)
    expect(early.status).toBe(409)
    expect(Number(early.headers['retry-after'])).toBeGreaterThan(0)
    expect((await submit(alice, key, 'queue 3\n')).status).toBe(422)
    await root(`touch ${over}`)
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
