/** The credentials for VOSpace that are a secret: read when a submission needs them. */
import { expect, test } from 'vitest'
import { unavailable } from '../../lib/problem.ts'
import type { Secret } from '../../lib/staging/secret.ts'
import { vospaceAccess } from '../../lib/staging/vospace-access.ts'

const settings = {
  registry: 'https://r.example/reg',
  authorities: { 'a~b': { resourceId: 'ivo://a/b' }, 'c~d': { resourceId: 'ivo://c/d' } },
  maxBytes: 1,
}
const credential = { hosts: ['h.example'], token: 't' }

function secretOf(...texts: (string | Error)[]) {
  let read = 0
  const secret = {
    async text() {
      const text = texts[Math.min(read++, texts.length - 1)] ?? ''
      if (text instanceof Error) throw text
      return text
    },
  } as Secret
  return { secret, times: () => read }
}

test('without settings there is no VOSpace, without a secret they are used as they are', async () => {
  expect(vospaceAccess(undefined, undefined)).toBeUndefined()
  expect(await vospaceAccess(settings, undefined)?.()).toBe(settings)
})

test('settings that cannot be used are told at once', () => {
  expect(() => vospaceAccess({ ...settings, registry: 'r' }, undefined)).toThrow('registry')
})

test('a secret is read when it is needed, and its settings stay the same until it changes', async () => {
  const [one, two] = ['t', 'u'].map((token) => JSON.stringify({ 'a~b': { ...credential, token } }))
  const { secret, times } = secretOf(one ?? '', one ?? '', two ?? '')
  const access = vospaceAccess(settings, secret)
  expect(times()).toBe(0)
  const first = await access?.()
  expect(first?.authorities).toEqual({
    'a~b': { resourceId: 'ivo://a/b', credential },
    'c~d': { resourceId: 'ivo://c/d' },
  })
  expect(await access?.()).toBe(first)
  expect((await access?.())?.authorities['a~b']?.credential).toMatchObject({ token: 'u' })
})

test.each([
  'nonsense',
  JSON.stringify({ 'x~y': credential }),
  JSON.stringify({ 'a~b': { hosts: ['h.example'], certificate: 'none' } }),
])('a secret that cannot be used is 503, and read again: %s', async (broken) => {
  const access = vospaceAccess(settings, secretOf(broken, '{}').secret)
  await expect(access?.()).rejects.toMatchObject({ status: 503 })
  expect(await access?.()).toBe(settings)
})

test('a secret that cannot be read is 503', async () => {
  const access = vospaceAccess(settings, secretOf(unavailable('no secret')).secret)
  await expect(access?.()).rejects.toMatchObject({ status: 503, message: 'no secret' })
})
