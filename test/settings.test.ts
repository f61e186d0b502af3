import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  readCloud,
  readMaxBody,
  readStoreSettings,
  readSubmitHostSettings,
  readVospace,
  readVosSecret,
} from '../lib/settings.ts'

const buckets = { PROC_STAGING_BUCKET: 's', PROC_CONFIG_BUCKET: 'c' }

test.each([
  [() => readStoreSettings({}), 'PROC_STAGING_BUCKET'],
  [() => readStoreSettings({ PROC_STAGING_BUCKET: 's' }), 'PROC_CONFIG_BUCKET'],
  [() => readStoreSettings({ ...buckets, PROC_S3_ENDPOINT: 'not a url' }), 'PROC_S3_ENDPOINT'],
  [() => readSubmitHostSettings({}), 'PROC_SUBMIT_HOST'],
  [
    () => readSubmitHostSettings({ PROC_SUBMIT_HOST: 'h', PROC_SUBMIT_PORT: '0' }),
    'PROC_SUBMIT_PORT',
  ],
  [
    () => readSubmitHostSettings({ PROC_SUBMIT_HOST: 'h', PROC_SUBMIT_PORT: '22x' }),
    'PROC_SUBMIT_PORT',
  ],
  [() => readSubmitHostSettings({ PROC_SUBMIT_HOST: 'h' }), 'PROC_SUBMIT_KEY_FILE'],
  [
    () => readSubmitHostSettings({ PROC_SUBMIT_HOST: 'h', PROC_SUBMIT_KEY_FILE: '/nowhere/key' }),
    'PROC_SUBMIT_KEY_FILE',
  ],
  [() => readCloud({ PROC_CLOUD_PROFILE: 'mine' }), 'PROC_CLOUD_PROFILE'],
  [() => readCloud({ PROC_CLOUD_NAME: 'a"b' }), 'PROC_CLOUD_NAME'],
  [() => readMaxBody({ PROC_MAX_BODY: '-1' }), 'PROC_MAX_BODY'],
  [() => readVospace({ PROC_VOS_REGISTRY: 'reg' }), 'PROC_VOS_REGISTRY'],
  [() => readVospace({ PROC_VOS_REGISTRY: 'https://r/reg' }), 'PROC_VOS_AUTHORITIES'],
  [
    () => readVospace({ PROC_VOS_REGISTRY: 'https://r/reg', PROC_VOS_AUTHORITIES: 'a~b' }),
    'PROC_VOS_AUTHORITIES',
  ],
])('a bad or missing setting is named: %#', (read, variable) => {
  expect(read).toThrow(variable)
})

test('what is not set has its default', () => {
  expect(readStoreSettings({ ...buckets, PROC_S3_ENDPOINT: '' })).toEqual({
    endpoint: undefined,
    region: 'us-east-1',
    stagingBucket: 's',
    configBucket: 'c',
  })
  expect(readCloud({})).toEqual({ profile: 'none', name: 'canfar' })
  expect(readMaxBody({})).toBe(4_500_000)
})

test('VOSpace authorities, each with the credential that is for it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'canfar-proc-settings-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'credentials.json')
  const env = {
    PROC_VOS_REGISTRY: 'https://r.example/reg',
    PROC_VOS_AUTHORITIES: 'a~b=ivo://a/b  c~d=ivo://c/d',
    PROC_VOS_CREDENTIALS_FILE: file,
  }
  const credential = { hosts: ['h.example'], token: 't' }
  writeFileSync(file, JSON.stringify({ 'a~b': credential }))
  expect(readVospace(env)).toMatchObject({
    authorities: {
      'a~b': { resourceId: 'ivo://a/b', credential },
      'c~d': { resourceId: 'ivo://c/d' },
    },
    maxBytes: 2_000_000_000,
  })
  writeFileSync(file, JSON.stringify({ 'x~y': credential }))
  expect(() => readVospace(env)).toThrow('x~y')
  // A secret is read when it is needed, and no file then.
  const secret = { ...env, PROC_VOS_CREDENTIALS_SECRET: 'arn:aws:secretsmanager:x' }
  expect(readVosSecret(secret)).toEqual({ secretId: 'arn:aws:secretsmanager:x' })
  expect(readVospace(secret)?.authorities['a~b']).toEqual({ resourceId: 'ivo://a/b' })
  expect(readVosSecret(env)).toBeUndefined()
  expect(readVospace({})).toBeUndefined()
})
