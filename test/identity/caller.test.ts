import bcrypt from 'bcryptjs'
import { describe, expect, test } from 'vitest'
import { type Denied, identify, type Users } from '../../lib/identity/caller.ts'
import { parseGridMapfile } from '../../lib/identity/grid-mapfile.ts'
import { parseHtpasswd } from '../../lib/identity/htpasswd.ts'
import { unavailable } from '../../lib/problem.ts'
import { certificate } from './certificates.ts'

const gridMapfile = parseGridMapfile('"/O=Grid/CN=Alice" alice\n"/O=Grid/CN=Banned"\n')
const htpasswd = parseHtpasswd(`alice:${bcrypt.hashSync('alice-password', 4)}`)
const users: Users = { gridMapfile: async () => gridMapfile, htpasswd: async () => htpasswd }
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('a caller with a certificate', () => {
  const identified = (clientCertPem?: string) =>
    identify({ path: 'certificate', clientCertPem }, users)

  test('has the account of the grid-mapfile', async () => {
    expect(await identified(certificate('/O=Grid/CN=Alice'))).toEqual({ account: 'alice' })
  })

  test.each(['/O=Grid/CN=Carol', '/O=Grid/CN=Banned', '/O=Grid/CN=Alice/CN=1435463209'])(
    '%s is denied, and told why',
    async (subject) => {
      expect(await identified(certificate(subject))).toEqual({
        denied: `this certificate belongs to no account here: ${subject}`,
        reason: 'certificate not in the grid-mapfile',
        claimed: subject,
      })
    },
  )

  test('that could be mistaken for another is denied, and told why', async () => {
    expect(await identified(certificate('/O=Other\\/CN=x/CN=Alice'))).toEqual({
      denied: expect.stringContaining('looks like a name'),
      reason: 'certificate not accepted',
    })
  })

  test('with a long name fills no log', async () => {
    const units = Array.from({ length: 20 }, (_, number) => `/OU=${number}${'x'.repeat(60)}`)
    const { claimed } = (await identified(certificate(units.join('')))) as Denied
    expect(claimed).toHaveLength(500)
  })

  test('none at all, and one that is none', async () => {
    for (const none of [undefined, '']) {
      expect(await identified(none)).toEqual({
        denied: expect.stringContaining('curl -E'),
        reason: 'no credentials',
      })
    }
    expect(await identified('no PEM')).toEqual({
      denied: expect.stringContaining('cannot be read'),
      reason: 'certificate not accepted',
    })
  })
})

describe('a caller with a password', () => {
  const identified = (authorization?: string) =>
    identify({ path: 'password', authorization }, users)

  test('has the account of that name', async () => {
    expect(await identified(basic('alice:alice-password'))).toEqual({ account: 'alice' })
  })

  test('is not told whether the user exists', async () => {
    const denied = 'unknown user name or wrong password'
    const known = { denied, reason: 'wrong password', claimed: 'alice' }
    expect(await identified(basic('alice:guess'))).toEqual(known)
    expect(await identified(basic(`alice:${'x'.repeat(2_000)}`))).toEqual(known)
    // what was typed as a user name may be a password
    for (const unknown of ['nobody:guess', 'Alice:alice-password', 'alice-password:', ':']) {
      expect(await identified(basic(unknown))).toEqual({ denied, reason: 'unknown user' })
    }
  })

  test('must send one', async () => {
    expect(await identified()).toEqual({
      denied: expect.stringContaining('curl -u'),
      reason: 'no credentials',
    })
    expect(await identified('Bearer abc')).toEqual({
      denied: expect.stringContaining('Basic'),
      reason: 'not HTTP Basic',
    })
  })
})

test('a way in does not accept what belongs to the other', async () => {
  const both = {
    clientCertPem: certificate('/O=Grid/CN=Alice'),
    authorization: basic('alice:alice-password'),
  }
  expect(
    await identify({ path: 'password', ...both, authorization: undefined }, users),
  ).toHaveProperty('denied')
  expect(
    await identify({ path: 'certificate', ...both, clientCertPem: undefined }, users),
  ).toHaveProperty('denied')
})

test('a list that cannot be read is not a refusal, and the other list is not asked for', async () => {
  const broken: Users = {
    gridMapfile: () => Promise.reject(unavailable('no list')),
    htpasswd: users.htpasswd,
  }
  const pem = certificate('/O=Grid/CN=Alice')
  await expect(identify({ path: 'certificate', clientCertPem: pem }, broken)).rejects.toThrow(
    'no list',
  )
  const password = { path: 'password', authorization: basic('alice:alice-password') } as const
  expect(await identify(password, broken)).toEqual({ account: 'alice' })
})
