import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FILES,
  interfaceFor,
  NODES,
  readCapabilities,
  SYNC,
} from '../../lib/staging/vospace/capabilities.ts'
import { capabilitiesUrl, readResourceCaps } from '../../lib/staging/vospace/registry.ts'
import {
  jobUrl,
  readJobError,
  readTransfer,
  writeShortForm,
  writeTransfer,
} from '../../lib/staging/vospace/transfer.ts'
import { BadDocument, readXml } from '../../lib/staging/vospace/xml.ts'
import { capabilities, SERVICES } from './stand-in-documents.ts'

describe('the registry', () => {
  test('is read as property lines, an id that stands twice being absent', () => {
    const caps = readResourceCaps(
      '# ivo://a/x = https://commented/\r\n  ivo://a/arc=https://one/caps?a=b\nivo://A/Vault = https://two/\n\nivo://a/twice = https://x/\nivo://a/twice = https://y/\nrubbish\nivo://a/none =\n',
    )
    expect([...caps]).toEqual([
      ['ivo://a/arc', 'https://one/caps?a=b'],
      ['ivo://a/vault', 'https://two/'],
    ])
    expect(capabilitiesUrl(caps, 'ivo://a/VAULT').href).toBe('https://two/')
    for (const id of ['ivo://a/twice', 'ivo://a/none', '__proto__', 'ivo://a/x']) {
      expect(() => capabilitiesUrl(caps, id)).toThrow(BadDocument)
    }
  })

  test('of any text is read', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readResourceCaps(text)))
  })
})

describe('capabilities', () => {
  test('of each kind of service give its interfaces', () => {
    for (const [name, kind] of Object.entries(SERVICES)) {
      const read = readCapabilities(capabilities('https://vos.example', name, kind))
      expect(interfaceFor(read, NODES, '')?.url.href).toBe(`https://vos.example/${name}/nodes`)
      expect(interfaceFor(read, SYNC, '')?.url.href).toBe(`https://vos.example/${name}/synctrans`)
      expect(interfaceFor(read, FILES, '') !== undefined).toBe(kind.files !== undefined)
    }
  })

  test('with one interface for each security method give the one that fits', () => {
    const read = readCapabilities(`<c:capabilities xmlns:c="urn:c" xmlns:xsi='urn:xsi'>
      <capability standardID='ivo://ivoa.net/std/VOSpace#files-proto'>
        <interface xsi:type="vs:WebBrowser"><accessURL>https://x/browser</accessURL></interface>
        <interface xsi:type="vs:ParamHTTP"><accessURL> https://x/cert </accessURL>
          <securityMethod standardID="ivo://ivoa.net/sso#tls-with-certificate"/></interface>
        <interface xsi:type="vs:ParamHTTP"><accessURL><![CDATA[https://x/anon]]></accessURL></interface>
        <interface xsi:type="vs:ParamHTTP"><accessURL>not a url</accessURL></interface>
      </capability></c:capabilities>`)
    expect(read).toHaveLength(2)
    const path = (method: string) => interfaceFor(read, FILES, method)?.url.pathname
    expect(path('')).toBe('/anon')
    expect(path('ivo://ivoa.net/sso#tls-with-certificate')).toBe('/cert')
    expect(path('ivo://ivoa.net/sso#token')).toBe('/anon')
    expect(interfaceFor(read.slice(0, 1), FILES, '')?.url.pathname).toBe('/cert')
  })
})

describe('transfer documents', () => {
  test('ask for the target, escaped', () => {
    const root = readXml(writeTransfer("vos://a~b/x&y'", 'ivo://ivoa.net/sso#token'))
    expect(root.attributes.get('version')).toBe('2.1')
    expect(root.children.map((each) => each.name)).toEqual([
      ...['target', 'direction', 'view', 'protocol', 'protocol'],
    ])
    expect(root.children[0]?.text).toBe("vos://a~b/x&y'")
    expect(writeShortForm('vos://a~b/x y')).toBe(
      'TARGET=vos%3A%2F%2Fa%7Eb%2Fx+y&DIRECTION=pullFromVoSpace&PROTOCOL=ivo%3A%2F%2Fivoa.net%2Fvospace%2Fcore%23httpsget&REQUEST=redirect',
    )
  })

  test('give their endpoints in order, those that can be read from', () => {
    const core = 'ivo://ivoa.net/vospace/core'
    expect(
      readTransfer(`<transfer><target>t</target>
        <protocol uri="${core}#httpsput"><endpoint>https://x/put</endpoint></protocol>
        <protocol uri="${core}#httpsget"><endpoint>https://x/1?a=1&amp;b=2</endpoint></protocol>
        <protocol uri="${core}#httpsget"><endpoint>https://x/2</endpoint><securityMethod uri="ivo://ivoa.net/sso#token"/></protocol>
        <protocol uri="${core}#httpget"><endpoint>http://x/3</endpoint><securityMethod uri="ivo://ivoa.net/sso#anon"/></protocol>
        <protocol uri="${core}#httpsget"/><protocol uri="${core}#httpsget"><endpoint>x</endpoint></protocol>
      </transfer>`).map(({ url, securityMethod }) => [url.href, securityMethod]),
    ).toEqual([
      ['https://x/1?a=1&b=2', ''],
      ['https://x/2', 'ivo://ivoa.net/sso#token'],
      ['http://x/3', ''],
    ])
  })

  test('of a job tell its error', () => {
    const job = (rest: string) =>
      readJobError(`<u:job xmlns:u="u"><u:jobId>1</u:jobId>${rest}</u:job>`)
    expect(job('<u:errorSummary><u:message> NodeLocked\n</u:message></u:errorSummary>')).toBe(
      'NodeLocked',
    )
    expect(job('<u:errorSummary/>')).toBeUndefined()
    expect(job('')).toBeUndefined()
  })

  test.each([
    [['/v/synctrans', '/v/transfers/J/results/transferDetails', '/v/xfer/J'], '/v/transfers/J'],
    [['/v/synctrans', '/v/xfer/J'], '/v/transfers/J'],
    [['/v/synctrans'], undefined],
  ])('lead to the job of %j', (paths, expected) => {
    const url = jobUrl(paths.map((path) => new URL(path, 'https://x')))
    expect(url?.pathname).toBe(expected)
  })
})
