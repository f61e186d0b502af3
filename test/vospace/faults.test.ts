/** Every fault switch of the stand-in, and the status and sentence that a user gets for it. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Place, problem, startPlace } from './place.ts'
import { startVospace } from './stand-in.ts'
import { SERVICES } from './stand-in-documents.ts'
import type { Fault, FaultWord, Wire } from './stand-in-faults.ts'

const vos = (service: string, path: string) => `vos://cadc.nrc.ca~${service}${path}`

let place: Place
beforeAll(async () => {
  place = await startPlace({
    files: { '/test/run.sh': '#!/bin/sh\n', '/private/secret': 'for the service only' },
    private: ['/private'],
  })
})
afterEach(() => {
  place.vospace.faults.clear()
  place.vospace.requests.length = 0
})
afterAll(() => place.vospace.stop())

describe.each(Object.keys(SERVICES))('a file of %s', (service) => {
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
    place.vospace.faults.set('/test/run.sh', { wire })
    const uri = vos(service, '/test/run.sh')
    const { status, message } = await problem(uri, place.settings())
    expect([status, message]).toEqual([503, `${sentence}: ${uri}`])
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
  const late = 'VOSpace took too long'
  const bomb = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><capabilities>&b;</capabilities>`
  const text = { 'Content-Type': 'text/xml' }
  const cases: [string, Parameters<Place['vospace']['faults']['set']>[0], Fault, string][] = [
    ['registry down', 'registry', { status: 503, headers: { 'Retry-After': '5' } }, reached],
    ['registry without the id', 'registry', { status: 200, body: 'ivo://x/y = z\n' }, understood],
    ['registry that never answers', 'registry', { wire: 'silent' }, late],
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
    const told = await problem(uri, place.settings(), sentence === late ? 1500 : 20_000)
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
