import { execFileSync } from 'node:child_process'
import bcrypt from 'bcryptjs'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parseHtpasswd, verifyPassword } from '../../lib/identity/htpasswd.ts'

vi.mock('bcryptjs', async (original) => {
  const real = await original<typeof import('bcryptjs')>()
  return { ...real, compare: vi.fn(real.compare) }
})
const { compare } = await import('bcryptjs')
const hashings = vi.mocked(compare)

/** `openwall`'s published vector of crypt_blowfish for `$2a$`, `U*U`. */
const VECTOR = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
const hash = (password: string, cost = 4) => bcrypt.hashSync(password, cost)

afterEach(() => {
  vi.useRealTimers()
  hashings.mockClear()
})

describe('the file', () => {
  test('entries of htpasswd -B, comments, blank lines and line ends of any editor', async () => {
    const file = parseHtpasswd(
      `\uFEFF# users\r\n\r\nalice:${VECTOR}\r\nbob:${VECTOR.replace('2a', '2y')}\r\ncarol:${VECTOR.replace('2a', '2b')}`,
    )
    expect(file.problems).toEqual([])
    for (const user of ['alice', 'bob', 'carol']) {
      expect(await verifyPassword(file, user, 'U*U')).toBe(true)
      expect(await verifyPassword(file, user, 'U*U*')).toBe(false)
    }
  })

  test.each([
    ['dave', /colon/],
    ['dave:plain', /htpasswd -B/],
    ['dave:$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00', /htpasswd -B/],
    ['dave:{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE=', /htpasswd -B/],
    ['dave:rqXexS6ZhobKA', /htpasswd -B/],
    [`dave:${VECTOR.replace('$05', '$31')}`, /cost of 31/],
    [`dave:${VECTOR} `, undefined],
    [`dave:${VECTOR}:extra`, /htpasswd -B/],
    [`Dave:${VECTOR}`, /account name/],
    [`alice:${VECTOR}`, /earlier line/],
  ])('%s', (line, reason) => {
    const file = parseHtpasswd(`alice:${hash('first')}\n${line}\n`)
    if (reason === undefined) return expect(file.problems).toEqual([])
    expect(file.problems).toEqual([{ line: 2, reason: expect.stringMatching(reason) }])
    expect(file.problems[0]?.reason).not.toContain('$')
    expect([...file.hashes.keys()]).toEqual(['alice'])
  })

  test('any text is read, and gives hashes of account names or says what is wrong with a line', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((name) => `${name}:${VECTOR}`),
      fc.string({ unit: fc.constantFrom(...'ab_:$2y01#\r\t ') }),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { hashes, problems } = parseHtpasswd(lines.join('\n'))
        for (const [name, hash] of hashes) {
          expect(name).toMatch(/^[a-z_][a-z0-9_-]{0,31}$/)
          expect(hash).toMatch(/^\$2[aby]\$/)
        }
        for (const { line, reason } of problems) {
          expect(line).toBeGreaterThan(0)
          expect(reason).not.toBe('')
        }
      }),
    )
  })

  test('hashes that another implementation made, libxcrypt as perl calls it', async () => {
    for (const [cost, password] of [
      ['04', 'pässword'],
      ['06', ' ~`"\'$(id)\\'],
      ['05', 'x'.repeat(72)],
    ] as const) {
      const salt = `$2y$${cost}$abcdefghijklmnopqrstuu`
      const made = execFileSync('perl', ['-e', 'print crypt($ARGV[0], $ARGV[1])', password, salt])
      const file = parseHtpasswd(`alice:${made}`)
      expect(file.problems).toEqual([])
      expect(await verifyPassword(file, 'alice', password)).toBe(true)
      expect(await verifyPassword(file, 'alice', password.slice(0, -1))).toBe(false)
    }
  })
})

describe('a password', () => {
  test('of an unknown user costs as much as that of a known one, and is never right', async () => {
    const file = parseHtpasswd(`alice:${hash('secret', 6)}\nbob:${hash('b', 5)}`)
    expect(bcrypt.getRounds(file.dummy)).toBe(6)
    expect(await verifyPassword(file, 'mallory', 'secret')).toBe(false)
    expect(hashings).toHaveBeenCalledExactlyOnceWith('secret', file.dummy)
    expect(await verifyPassword(file, '__proto__', 'secret')).toBe(false)
    expect(await verifyPassword(parseHtpasswd(''), 'alice', 'secret')).toBe(false)
    expect(bcrypt.getRounds(parseHtpasswd('').dummy)).toBe(10)
  })

  test('even one that the dummy would accept does not let an unknown user in', async () => {
    const file = { ...parseHtpasswd(''), dummy: hash('secret') }
    expect(await verifyPassword(file, 'mallory', 'secret')).toBe(false)
  })

  test('of more than 72 bytes, or with a NUL, is refused: bcrypt would not see all of it', async () => {
    const file = parseHtpasswd(`alice:${hash('x'.repeat(72))}\nbob:${hash('a')}`)
    expect(await verifyPassword(file, 'alice', 'x'.repeat(72))).toBe(true)
    expect(await verifyPassword(file, 'alice', 'x'.repeat(73))).toBe(false)
    expect(await verifyPassword(file, 'alice', `${'x'.repeat(71)}é`)).toBe(false)
    expect(await verifyPassword(file, 'bob', 'a\0')).toBe(false)
  })

  test('that was right is hashed again after 60 seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 })
    const file = parseHtpasswd(`alice:${hash('secret')}`)
    const verify = () => verifyPassword(file, 'alice', 'secret')
    expect(await verify()).toBe(true)
    vi.setSystemTime(1_059_999)
    expect(await verify()).toBe(true)
    expect(hashings).toHaveBeenCalledTimes(1)
    vi.setSystemTime(1_060_000)
    expect(await verify()).toBe(true)
    expect(hashings).toHaveBeenCalledTimes(2)
    vi.setSystemTime(500_000) // a clock that was set back does not prolong it
    expect(await verify()).toBe(true)
    expect(hashings).toHaveBeenCalledTimes(3)
  })

  test('that was wrong is hashed each time, also right after a right one', async () => {
    const file = parseHtpasswd(`alice:${hash('secret')}\nbob:${hash('other')}`)
    expect(await verifyPassword(file, 'alice', 'secret')).toBe(true)
    expect(await verifyPassword(file, 'alice', 'guess')).toBe(false)
    expect(await verifyPassword(file, 'alice', 'guess')).toBe(false)
    expect(await verifyPassword(file, 'bob', 'secret')).toBe(false)
    expect(hashings).toHaveBeenCalledTimes(4)
  })

  test('that was changed or taken out is not remembered', async () => {
    const before = parseHtpasswd(`alice:${hash('secret')}`)
    expect(await verifyPassword(before, 'alice', 'secret')).toBe(true)
    expect(await verifyPassword(parseHtpasswd(`alice:${hash('new')}`), 'alice', 'secret')).toBe(
      false,
    )
    expect(await verifyPassword(parseHtpasswd(''), 'alice', 'secret')).toBe(false)
  })
})
