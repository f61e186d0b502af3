/** What is shipped: no function is large, and those that need no library ship none. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { bundle } from '../../local/bundle.ts'

const PROJECT = join(import.meta.dirname, '../..')
const MEGABYTE = 1_000_000
/** Words of the two libraries that no minifier changes. */
const SSH = 'SSH-2.0-'
const S3 = 'X-Amz-Signature'

const read = (name: string) => readFileSync(join(PROJECT, 'dist', `${name}.cjs`), 'utf8')
const librariesOf = (name: string) =>
  ['aws', 'ssh'].filter((library) => read(name).includes(`require("./${library}.cjs")`))

const functions = readdirSync(join(PROJECT, 'functions')).map((name) => name.replace('.ts', ''))

beforeAll(() => bundle())

test.each(functions)('%s is at most 1 MB with all that it loads', (name) => {
  const shipped = [name, ...librariesOf(name)].map(read)
  expect(shipped.join('').length).toBeLessThan(MEGABYTE)
})

test.each(functions)('%s holds neither ssh2 nor the AWS SDK itself', (name) => {
  expect(read(name)).not.toContain(SSH)
  expect(read(name)).not.toContain(S3)
})

test('they are in the libraries, which only those load that need them', () => {
  expect(read('ssh')).toContain(SSH)
  expect(read('aws')).toContain(S3)
  expect(librariesOf('unsupported')).toEqual([])
  expect(librariesOf('document')).toEqual([])
  expect(librariesOf('authorize')).toEqual(['aws'])
})
