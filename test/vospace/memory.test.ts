import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Place, problem, startPlace } from './place.ts'
import { pattern } from './stand-in-files.ts'

const GIGABYTE = 1_000_000_000
const MEGABYTE = 1_000_000
const URI = 'vos://cadc.nrc.ca~vault/big/program'

let place: Place
beforeAll(async () => {
  place = await startPlace({
    hostname: '127.0.0.1',
    storageHostname: '127.0.0.1',
    files: { '/big/program': { size: GIGABYTE }, '/small': { size: 10 * MEGABYTE } },
  })
})
afterAll(() => place.vospace.stop())

const settings = () => ({
  ...place.settings({ maxBytes: GIGABYTE }),
  privateHosts: [new URL(place.vospace.url).host],
})

test('a file of 1 GB passes through memory that grows by less than 64 MB', async () => {
  const script = fileURLToPath(new URL('drain.ts', import.meta.url))
  const json = JSON.stringify(settings())
  // V8's limits as deploy/environment.yml sets them: without, garbage may lie about for longer.
  const limits = ['--max-semi-space-size=1', '--max-old-space-size=256']
  const args = [...limits, script, URI, 'vos://cadc.nrc.ca~vault/small', json]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { bytes, length, sha256, seconds, before, growth } = JSON.parse(stdout)
  console.log(
    `1 GB in ${seconds.toFixed(1)} s, ${Math.round(before / MEGABYTE)} MB before, ${Math.round(growth / MEGABYTE)} MB more`,
  )
  expect([bytes, length]).toEqual([GIGABYTE, GIGABYTE])
  expect(growth).toBeLessThan(64 * MEGABYTE)
  const whole = createHash('sha256')
  for (const block of pattern(GIGABYTE)) whole.update(block)
  expect(sha256).toBe(whole.digest('hex'))
}, 120_000)

test('one byte over the limit is 413 before a byte is read', async () => {
  const told = await problem(URI, { ...settings(), maxBytes: GIGABYTE - 1 })
  expect([told.status, told.message]).toEqual([
    413,
    `larger than the 999999999 bytes that a file may have here: ${URI}`,
  ])
})
