import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checkVospaceSettings, openVosFile } from '../../lib/staging/vospace.ts'
import { fetched, type Place, problem, startPlace, TOKEN } from './place.ts'
import { documentationFiles, startVospace } from './stand-in.ts'
import type { Fault, FaultWord, Wire } from './stand-in-faults.ts'
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

  const locked = 'locked in VOSpace, try again later'
  const busy = 'being written in VOSpace, try again later'
  const down = 'VOSpace is not available, try again later'
  const missing = 'no such file in VOSpace'
  const unusable = 'VOSpace cannot give out this file'
  const denied = 'permission denied by VOSpace'
  const words: [FaultWord, number, string][] = [
    ['NodeNotFound', 400, missing],
    ['ContainerNotFound', 400, missing],
    ['UnreadableLinkTarget', 400, missing],
    ['PermissionDenied', 403, denied],
    ['NotAuthenticated', 403, denied],
    ['NodeBusy', 503, busy],
    ['NodeLocked', 503, locked],
    ['QuotaExceeded', 413, 'too large for VOSpace itself'],
    ['InvalidURI', 400, unusable],
    ['InvalidArgument', 400, unusable],
    ['TypeNotSupported', 400, unusable],
    ['ViewNotSupported', 400, unusable],
    ['OptionNotSupported', 400, unusable],
    ['TransientException', 503, down],
  ]
  test.each(words)('with the fault %s is %i', async (word, status, sentence) => {
    const uri = vos(service, '/test/run.sh')
    for (const details of [false, true]) {
      place.vospace.faults.set('/test', { word, details })
      const told = await problem(uri, place.settings())
      expect([told.status, told.message.slice(0, sentence.length + uri.length + 2)]).toEqual([
        status,
        `${sentence}: ${uri}`,
      ])
      expect('Retry-After' in told.headers).toBe(status === 503)
      expect(told.message).not.toMatch(/vos\.test|store\.test|127\.0|\n/)
    }
  })

  const broken = 'VOSpace broke off while it sent the file, try again'
  const understood = 'VOSpace gave an answer that cannot be understood'
  const reached = 'VOSpace cannot be reached, try again later'
  const wires: [Wire, string][] = [
    ['reset', reached],
    ['truncated', broken],
    ['truncated-chunked', broken],
    ['unframed', understood],
    ['huge-headers', reached],
    ['wrong-digest', broken],
  ]
  test.each(wires)('whose bytes are %s is 503, never a short file', async (wire, sentence) => {
    place.vospace.faults.set('/test/every.bin', { wire })
    const uri = vos(service, '/test/every.bin')
    const { status, message } = await problem(uri, place.settings())
    expect([status, message]).toEqual([503, `${sentence}: ${uri}`])
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

describe('what a service says about the next try', () => {
  const cases: [string | undefined, string][] = [
    ['7', '7'],
    ['0', '1'],
    ['86400', '600'],
    ['soon', '30'],
    [undefined, '30'],
    [new Date(0).toUTCString(), '1'],
    ['Mon, 23 Nov 2099 18:00:00 GMT', '600'],
  ]
  test.each(cases)('Retry-After %s is passed on as %s', async (value, expected) => {
    place.vospace.faults.set('/test', {
      status: 503,
      headers: value === undefined ? {} : { 'Retry-After': value },
    })
    const { headers } = await problem(vos('arc', '/test/run.sh'), place.settings())
    expect(headers).toEqual({ 'Retry-After': expected })
  })
})

describe('a failing service', () => {
  const understood = 'VOSpace gave an answer that cannot be understood'
  const reached = 'VOSpace cannot be reached, try again later'
  const allowed = 'VOSpace led to where this service does not go'
  const down = 'VOSpace is not available, try again later'
  const bomb = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><capabilities>&b;</capabilities>`
  const text = { 'Content-Type': 'text/xml' }
  const cases: [string, Parameters<Place['vospace']['faults']['set']>[0], Fault, string][] = [
    ['registry down', 'registry', { status: 503, headers: { 'Retry-After': '5' } }, reached],
    ['registry without the id', 'registry', { status: 200, body: 'ivo://x/y = z\n' }, understood],
    ['registry that never answers', 'registry', { wire: 'silent' }, 'VOSpace took too long'],
    ['registry without end', 'registry', { wire: 'endless' }, allowed],
    ['registry broken off', 'registry', { wire: 'truncated' }, reached],
    ['registry that redirects for ever', 'registry', { redirect: 'endless' }, allowed],
    ['capabilities down', 'capabilities', { status: 500 }, reached],
    ['capabilities not XML', 'capabilities', { status: 200, body: 'hello' }, understood],
    ['capabilities cut', 'capabilities', { status: 200, body: '<capabilities>' }, understood],
    ['capabilities with entities', 'capabilities', { status: 200, body: bomb }, understood],
    [
      'capabilities of nothing',
      'capabilities',
      { status: 200, body: '<capabilities/>' },
      understood,
    ],
    ['capabilities compressed', 'capabilities', { wire: 'compressed' }, allowed],
    ['synctrans down', 'synctrans', { status: 503 }, down],
    ['synctrans not XML', 'synctrans', { status: 200, body: 'x', headers: text }, understood],
    ['synctrans in a circle', 'synctrans', { redirect: 'circle' }, allowed],
    ['details down', 'details', { status: 503 }, down],
    [
      'details broken',
      'xfer',
      { status: 200, body: '<transfer><protocol></transfer>' },
      understood,
    ],
    ['details failing without a reason', 'xfer', { status: 500, body: 'Internal Error: x' }, down],
    ['details without protocols nor reason', 'xfer', { status: 200, body: '<transfer/>' }, down],
    ['details without end', 'xfer', { wire: 'endless' }, allowed],
  ]
  test.each(cases)('%s is 503', async (_name, stage, fault, sentence) => {
    place.vospace.faults.set(stage, fault)
    const uri = vos('vospace', '/test/run.sh')
    const told = await problem(uri, place.settings(), 1500)
    expect([told.status, told.message.slice(0, sentence.length)]).toEqual([503, sentence])
    expect(told.headers).toHaveProperty('Retry-After')
    expect(told.message.endsWith(uri)).toBe(true)
  })

  test('the error of a job is read as text where the job has no document', async () => {
    place.vospace.faults.set('/test', { word: 'NodeLocked' })
    place.vospace.faults.set('job', { status: 500, body: 'broken' })
    const told = await problem(vos('vospace', '/test/run.sh'), place.settings())
    expect([told.status, told.message]).toEqual([
      503,
      `locked in VOSpace, try again later: ${vos('vospace', '/test/run.sh')}`,
    ])
  })

  test('the node is asked where the job knows nothing', async () => {
    place.vospace.faults.set('job', { status: 500 })
    place.vospace.faults.set('job error', { status: 500 })
    expect((await problem(vos('vospace', '/test/none'), place.settings())).status).toBe(400)
    expect((await problem(vos('vospace', '/private/secret'), place.settings())).status).toBe(403)
  })

  test('that is not there at all is 503', async () => {
    const { vospace } = place
    const gone = await startVospace({ files: {} })
    await gone.stop()
    const settings = place.settings({
      registry: `${gone.url}/reg`,
      privateNetworks: ['127.0.0.0/8'],
    })
    const told = await problem(vos('arc', '/test/run.sh'), settings)
    expect([told.status, told.message]).toEqual([503, `${reached}: ${vos('arc', '/test/run.sh')}`])
    expect(vospace.requests).toEqual([])
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

describe('a credential', () => {
  const hosts = () => [`vos.test:${place.vospace.port}`]
  const withToken = (service: string, more: string[] = hosts()) =>
    place.settings({
      authorities: {
        [`cadc.nrc.ca~${service}`]: {
          resourceId: `ivo://cadc.nrc.ca/${service}`,
          credential: { token: TOKEN, hosts: more },
        },
      },
    })

  test.each(SERVICES)('opens what is private at %s, by token', async (service) => {
    const bytes = await fetched(vos(service, '/private/secret'), withToken(service))
    expect(bytes.toString()).toBe('for the service only')
  })

  test.each(SERVICES)('opens what is private at %s, by certificate', async (service) => {
    const settings = place.settings({
      authorities: {
        [`cadc.nrc.ca~${service}`]: {
          resourceId: `ivo://cadc.nrc.ca/${service}`,
          credential: { certificate: place.certificates.client, hosts: hosts() },
        },
      },
    })
    const bytes = await fetched(vos(service, '/private/secret'), settings)
    expect(bytes.toString()).toBe('for the service only')
    const shownTo = place.vospace.requests.filter((each) => each.certificate !== undefined)
    expect(new Set(shownTo.map((each) => each.host))).toEqual(new Set(hosts()))
    expect(shownTo.some((each) => /preauth|minoc|\/reg\/|capabilities/.test(each.url))).toBe(false)
  })

  test('is shown to nobody but the named host, and never on a pre-authorised URL', async () => {
    for (const service of SERVICES) {
      await fetched(vos(service, '/private/secret'), withToken(service))
    }
    const shown = place.vospace.requests.filter((each) => each.authorization !== undefined)
    expect(shown.length).toBeGreaterThan(0)
    for (const { url, host } of shown) {
      expect(host).toBe(hosts()[0])
      expect(url).not.toMatch(/preauth|minoc|resource-caps|capabilities/)
    }
    expect(place.vospace.requests.some((each) => /^store\.test/.test(each.host))).toBe(true)
  })

  test('stays away from a host that the operator did not name', async () => {
    const settings = withToken('arc', ['other.test', 'vos.test'])
    const told = await problem(vos('arc', '/private/secret'), settings)
    expect([told.status, told.message]).toEqual([
      403,
      `permission denied by VOSpace: ${vos('arc', '/private/secret')} (it must be readable for this service or for anyone)`,
    ])
    expect(place.vospace.requests.some((each) => each.authorization !== undefined)).toBe(false)
  })

  test('is not sent again where a redirect leads to another host, or back', async () => {
    const { port, faults, requests } = place.vospace
    faults.set('synctrans', { redirect: `https://store.test:${port}/vospace/nodes`, status: 307 })
    const both = [`vos.test:${port}`, `store.test:${port}`]
    await problem(vos('vospace', '/test/run.sh'), withToken('vospace', both))
    const elsewhere = requests.filter((each) => each.host.startsWith('store.test'))
    expect(elsewhere.length).toBeGreaterThan(0)
    expect(elsewhere.some((each) => each.authorization !== undefined)).toBe(false)
  })

  test('that is wrong is 403', async () => {
    const settings = place.settings({
      authorities: {
        'cadc.nrc.ca~arc': {
          resourceId: 'ivo://cadc.nrc.ca/arc',
          credential: { token: 'wrong', hosts: hosts() },
        },
      },
    })
    expect((await problem(vos('arc', '/private/secret'), settings)).status).toBe(403)
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
