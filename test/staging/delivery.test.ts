/** Whether a reply is compressed, and a large one whose upload fails. */
import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { unavailable } from '../../lib/problem.ts'
import type { Request } from '../../lib/reply/answer.ts'
import { acceptsGzip, deliver } from '../../lib/staging/delivery.ts'
import type { ObjectStore } from '../../lib/staging/object-store.ts'

const request = (encoding: string) =>
  ({
    id: 'r',
    event: { headers: { Accept: '*/*', 'Accept-Encoding': encoding } },
    deadline: Date.now() + 10_000,
  }) as unknown as Request

test.each([
  ['gzip', 0],
  ['gzip', 5_000_000],
  ['identity', 0],
  ['identity', 5_000_000],
])('what it is made from has ended before it is told: %s, %d bytes', async (encoding, taken) => {
  let ended = false
  async function* pieces() {
    try {
      for (let i = 0; i < 400; i++) {
        await new Promise(setImmediate)
        yield randomBytes(40_000).toString('base64')
      }
    } finally {
      await new Promise((resolve) => setTimeout(resolve, 50))
      ended = true
    }
  }
  const store = {
    async putStream(_key: string, body: Readable) {
      let length = 0
      if (taken > 0)
        for await (const chunk of body) {
          length += chunk.length
          if (length > taken) break
        }
      throw unavailable('the object store could not store a file')
    },
  } as unknown as ObjectStore
  const delivered = deliver(() => store, request(encoding), pieces(), 'text/plain')
  await expect(delivered).rejects.toMatchObject({ status: 503 })
  expect(ended).toBe(true)
})

test('one id for two requests: each gets its own reply', async () => {
  const stored = new Map<string, string>()
  const store = {
    async putStream(key: string, body: Readable) {
      stored.set(key, Buffer.concat(await body.toArray()).toString())
    },
    presign: async (key: string) => key,
  } as unknown as ObjectStore
  const large = async (text: string) => {
    const pieces = [text.repeat(6_000_000)]
    const { status, headers } = await deliver(() => store, request(''), pieces, 'text/plain')
    expect(status).toBe(303)
    return headers?.Location ?? ''
  }
  const [alice, bob] = [await large('a'), await large('b')]
  expect(stored.get(alice)?.slice(0, 1)).toBe('a')
  expect(stored.get(bob)?.slice(0, 1)).toBe('b')
  // Nor can anybody who knows the id tell where it lies.
  for (const key of [alice, bob]) expect(key).toMatch(/^replies\/[0-9a-f-]{36}$/)
})

test.each(['gzip', 'identity'])('pieces that break are told: %s', async (encoding) => {
  const pieces = function* () {
    yield 'x'.repeat(70_000)
    throw unavailable('the schedd went away')
  }
  const store = () => ({}) as unknown as ObjectStore
  const delivered = deliver(store, request(encoding), pieces(), 'text/plain')
  await expect(delivered).rejects.toThrow('the schedd went away')
})

test.each([
  ['gzip', true],
  ['x-gzip', true],
  ['br, GZIP;q=0.5', true],
  ['*', true],
  ['', false],
  ['br', false],
  ['gzip;q=0', false],
  ['gzip; q=0.000, *', false],
  ['*, gzip;q=0', false],
  ['x-gzip;q=0, *', false],
  ['gzip, *;q=0', true],
  ['*;q=0', false],
])('Accept-Encoding "%s" takes gzip: %s', (encoding, taken) => {
  expect(acceptsGzip(request(encoding))).toBe(taken)
})
