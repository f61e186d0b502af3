import bcrypt from 'bcryptjs'
import { describe, expect, test } from 'vitest'
import { identify, type Users } from '../../lib/identity/caller.ts'
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

  test.each([
    ['/O=Grid/CN=Carol', '/O=Grid/CN=Carol'],
    ['/O=Grid/CN=Banned', '/O=Grid/CN=Banned'],
    ['/O=Grid/CN=Alice/CN=1435463209', '/CN=1435463209'],
    ['/O=Other\\/CN=x/CN=Alice', 'looks like a name'],
  ])('%s is denied, and told why', async (subject, words) => {
    expect(await identified(certificate(subject))).toEqual({
      denied: expect.stringContaining(words),
    })
  })

  test('none at all, and one that is none', async () => {
    for (const none of [undefined, '']) {
      expect(await identified(none)).toEqual({ denied: expect.stringContaining('curl -E') })
    }
    expect(await identified('no PEM')).toEqual({
      denied: expect.stringContaining('cannot be read'),
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
    const wrong = await identified(basic('alice:guess'))
    expect(wrong).toEqual({ denied: 'unknown user name or wrong password' })
    expect(await identified(basic('nobody:guess'))).toEqual(wrong)
    expect(await identified(basic('Alice:alice-password'))).toEqual(wrong)
    expect(await identified(basic(`alice:${'x'.repeat(2_000)}`))).toEqual(wrong)
  })

  test('must send one', async () => {
    expect(await identified()).toEqual({ denied: expect.stringContaining('curl -u') })
    expect(await identified('Bearer abc')).toEqual({ denied: expect.stringContaining('Basic') })
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
