import { expect, test } from 'vitest'
import {
  readCloud,
  readMaxBody,
  readStoreSettings,
  readSubmitHostSettings,
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
