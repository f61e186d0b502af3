import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checkVospaceSettings, openVosFile } from '../../lib/staging/vospace.ts'
import { fetched, type Place, problem, startPlace } from './place.ts'
import { documentationFiles, startVospace } from './stand-in.ts'
import { pattern } from './stand-in-files.ts'

const TEXT = '#!/bin/sh\necho hello\n'
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 * 40 }, (_, at) => at % 256))
const SERVICES = ['arc', 'vault', 'vospace', 'arc-sync', 'vault-sync', 'parameters']

let place: Place
beforeAll(async () => {
  place = await startPlace({
    files: {
      ...documentationFiles,
      '/test/run.sh': TEXT,
      '/test/every.bin': EVERY_BYTE,
      '/test/empty': '',
      '/test/a b+c&d%é#?.txt': TEXT,
      '/test/big': { size: 3_000_000 },
      '/private/secret': 'for the service only',
    },
    private: ['/private'],
  })
})
afterEach(() => {
  place.vospace.faults.clear()
  place.vospace.requests.length = 0
})
afterAll(() => place.vospace.stop())

const vos = (service: string, path: string) => `vos://cadc.nrc.ca~${service}${path}`

describe.each(SERVICES)('a file of %s', (service) => {
  test('arrives as it is stored', async () => {
    const settings = place.settings()
    expect(await fetched(vos(service, '/test/every.bin'), settings)).toEqual(EVERY_BYTE)
    expect((await fetched(vos(service, '/test/run.sh'), settings)).toString()).toBe(TEXT)
    expect(place.vospace.requests.every((each) => each.acceptEncoding === undefined)).toBe(true)
  })

  test('that is empty is an empty file', async () => {
    expect(await fetched(vos(service, '/test/empty'), place.settings())).toHaveLength(0)
  })

  test('has its length told', async () => {
    const signal = AbortSignal.timeout(5000)
    const file = await openVosFile(vos(service, '/test/run.sh'), place.settings(), { signal })
    expect(file.length).toBe(TEXT.length)
    file.body.destroy()
  })

  test('may have any letters in its name', async () => {
    for (const name of ['a%20b+c%26d%25%C3%A9%23%3F.txt', 'a b+c&d%25é%23%3F.txt']) {
      expect((await fetched(vos(service, `/test/${name}`), place.settings())).toString()).toBe(TEXT)
    }
  })

  test('that is not there is 400 with the URI', async () => {
    const uri = vos(service, '/test/nothing')
    const { status, message } = await problem(uri, place.settings())
    expect([status, message]).toEqual([400, `no such file in VOSpace: ${uri}`])
  })

  test('that is a directory is 400', async () => {
    const uri = vos(service, '/test')
    const { status, message } = await problem(uri, place.settings())
    expect([status, message]).toEqual([400, `not a file but a directory in VOSpace: ${uri}`])
  })

  test('that may not be read is 403 with the URI', async () => {
    const uri = vos(service, '/private/secret')
    const { status, message } = await problem(uri, place.settings())
    expect([status, message]).toEqual([
      403,
      `permission denied by VOSpace: ${uri} (this service reads as anyone would, so it must be public)`,
    ])
  })

  test('over the limit is 413', async () => {
    const uri = vos(service, '/test/big')
    const { status, message } = await problem(uri, place.settings({ maxBytes: 2_999_999 }))
    expect([status, message]).toEqual([
      413,
      `larger than the 2999999 bytes that a file may have here: ${uri}`,
    ])
    const whole = await fetched(uri, place.settings({ maxBytes: 3_000_000 }))
    expect(whole).toEqual(Buffer.concat([...pattern(3_000_000)]))
  })

  test('that never comes, drips or has no end is ended by time or size', async () => {
    const uri = vos(service, '/test/every.bin')
    const late = `VOSpace took too long to send the file, try again: ${uri}`
    for (const wire of ['silent', 'drip'] as const) {
      place.vospace.faults.set('/test', { wire })
      const { status, message } = await problem(uri, place.settings(), 500)
      expect([wire, status, message]).toEqual([wire, 503, late])
    }
    place.vospace.faults.set('/test', { wire: 'endless' })
    expect((await problem(uri, place.settings({ maxBytes: 1_000_000 }))).status).toBe(413)
  })

  test('that is stored compressed stays compressed', async () => {
    place.vospace.faults.set('/test', { wire: 'compressed' })
    const stored = await fetched(vos(service, '/test/every.bin'), place.settings())
    expect(gunzipSync(stored)).toEqual(EVERY_BYTE)
  })
})

describe('authorities', () => {
  test('are an allow-list, and the sentence names them', async () => {
    const settings = place.settings({
      authorities: { 'cadc.nrc.ca!vospace': { resourceId: 'ivo://cadc.nrc.ca/vault' } },
    })
    const told = await problem('vos://evil.example~x/a', settings)
    expect([told.status, told.message]).toEqual([
      400,
      'not a VOSpace that is read here: vos://evil.example~x/a (use vos://authority/path with one of the authorities cadc.nrc.ca~vospace)',
    ])
    expect((await problem('vos:test/file', settings)).message).toBe(
      'not a VOSpace file: vos:test/file (it does not have the form vos://authority/path; use vos://authority/path with one of the authorities cadc.nrc.ca~vospace)',
    )
    expect((await problem('vos://a~b/c', place.settings({ authorities: {} }))).message).toBe(
      'not a VOSpace that is read here: vos://a~b/c (no VOSpace is configured here)',
    )
    expect(place.vospace.requests).toEqual([])
  })

  test('an old one may be served by another service, with ~ or ! and any case', async () => {
    for (const service of ['vault', 'vault-sync', 'vospace', 'parameters']) {
      const resourceId = `ivo://cadc.nrc.ca/${service}`
      const settings = place.settings({ authorities: { 'cadc.nrc.ca~old': { resourceId } } })
      for (const uri of [
        'vos://cadc.nrc.ca~old/test/run.sh',
        'vos://CADC.nrc.ca!Old/test/run.sh',
      ]) {
        expect((await fetched(uri, settings)).toString()).toBe(TEXT)
      }
    }
  })

  test('settings that cannot be used are found at the start', () => {
    const wrong = [
      { registry: 'reg.example' },
      { authorities: { 'a~b': { resourceId: 'https://x' } } },
      { privateNetworks: ['10.0.0.0'] },
      { privateNetworks: ['10.0.0.0/33'] },
      { privateNetworks: ['ten/8'] },
      { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
      {
        authorities: {
          'a~b': { resourceId: 'ivo://a/b', credential: { hosts: [], certificate: 'none' } },
        },
      },
    ]
    for (const each of wrong) expect(() => checkVospaceSettings(place.settings(each))).toThrow()
    checkVospaceSettings(place.settings())
  })
})

describe('registry and capabilities', () => {
  const asked = (part: string) => place.vospace.requests.filter((each) => each.url.includes(part))

  test('are fetched once, also by many at the same time', async () => {
    const settings = place.settings()
    const uri = vos('arc', '/test/run.sh')
    await Promise.all(Array.from({ length: 5 }, () => fetched(uri, settings)))
    await fetched(uri, settings)
    expect(asked('/resource-caps')).toHaveLength(1)
    expect(asked('/capabilities')).toHaveLength(1)
    expect(asked('/files/')).toHaveLength(6)
  })

  test('a failure is not remembered', async () => {
    const settings = place.settings()
    place.vospace.faults.set('registry', { status: 500 })
    expect((await problem(vos('arc', '/test/run.sh'), settings)).status).toBe(503)
    place.vospace.faults.clear()
    expect((await fetched(vos('arc', '/test/run.sh'), settings)).toString()).toBe(TEXT)
  })

  test('one who gives up does not take the fetch from the others', async () => {
    const settings = place.settings()
    const uri = vos('arc', '/test/run.sh')
    const impatient = openVosFile(uri, settings, { signal: AbortSignal.abort() })
    const patient = fetched(uri, settings)
    await expect(impatient).rejects.toMatchObject({ status: 503 })
    expect((await patient).toString()).toBe(TEXT)
  })
})

test('the files of the documentation are in the stand-in, over plain http on loopback too', async () => {
  const plain = await startVospace({ files: documentationFiles })
  try {
    const settings = place.settings({
      registry: `${plain.url}/reg`,
      privateHosts: [new URL(plain.url).host],
    })
    for (const path of ['/test/myProgram.exe', '/test/myJobSubmitFile']) {
      const bytes = await fetched(`vos://cadc.nrc.ca~vospace${path}`, settings)
      const digest = createHash('sha256').update(bytes).digest('hex')
      const given = createHash('sha256').update(documentationFiles[path]?.toString() ?? '')
      expect(digest).toBe(given.digest('hex'))
    }
  } finally {
    await plain.stop()
  }
})
