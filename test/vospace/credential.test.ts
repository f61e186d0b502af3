/** Where the service's own token or certificate goes, and where it never goes. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { covers } from '../../lib/staging/vospace/credential.ts'
import { fetched, type Place, problem, startPlace, TOKEN } from './place.ts'
import { SERVICES as KINDS } from './stand-in-documents.ts'

const SERVICES = Object.keys(KINDS)
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

  test('is not sent again where a file redirects, not even to the same host', async () => {
    const { faults, requests } = place.vospace
    faults.set('/private', { redirect: '/arc/capabilities' })
    await fetched(vos('arc', '/private/secret'), withToken('arc'))
    const about = requests.filter((each) => /files|capabilities/.test(each.url)).slice(-2)
    expect(about.map((each) => [each.url, each.authorization])).toEqual([
      ['/arc/files/private/secret', `Bearer ${TOKEN}`],
      ['/arc/capabilities', undefined],
    ])
  })

  test('is not sent to an endpoint that asks for none', async () => {
    const { faults, requests, url } = place.vospace
    const protocol = (path: string, method: string) =>
      `<protocol uri="ivo://ivoa.net/vospace/core#httpsget"><endpoint>${url}/arc/files${path}</endpoint>${method}</protocol>`
    const token = '<securityMethod uri="ivo://ivoa.net/sso#token"/>'
    const body = `<transfer>${protocol('/private/secret', '')}${protocol('/private/secret', token)}</transfer>`
    faults.set('synctrans', { status: 200, body })
    await fetched(vos('vospace', '/private/secret'), withToken('vospace'))
    const shown = requests.filter((each) => each.url.includes('/files/'))
    expect(shown.map((each) => each.authorization)).toEqual([undefined, `Bearer ${TOKEN}`])
  })

  test.each([
    ['https://vos.test/files/a', true],
    ['https://VOS.test:443/files/a', true],
    ['https://other.test:8443/', true],
    ['http://vos.test:443/files/a', false],
    ['https://vos.test:8443/files/a', false],
    ['https://other.test/', false],
    ['https://x.vos.test/', false],
    ['https://vos.test.evil.test/', false],
    ['https://vos.test/files/preauth:token/a', false],
    ['https://vos.test/files/preauth%3Atoken/a', false],
  ])('for vos.test and other.test:8443 and %s: %s', (url, expected) => {
    const credential = { token: TOKEN, hosts: ['Vos.test', 'other.test:8443'] }
    expect(covers(credential, new URL(url))).toBe(expected)
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
