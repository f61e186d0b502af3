import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import {
  FILES,
  interfaceFor,
  NODES,
  readCapabilities,
  SYNC,
} from '../../lib/staging/vospace/capabilities.ts'
import { capabilitiesUrl, readResourceCaps } from '../../lib/staging/vospace/registry.ts'
import { Remembered } from '../../lib/staging/vospace/remembered.ts'
import {
  jobUrl,
  readJobError,
  readTransfer,
  writeShortForm,
  writeTransfer,
} from '../../lib/staging/vospace/transfer.ts'
import { readVosUri, shown, targetUri } from '../../lib/staging/vospace/vos-uri.ts'
import { BadDocument, escaped, readXml, type XmlElement } from '../../lib/staging/vospace/xml.ts'
import { capabilities, SERVICES } from './stand-in-documents.ts'

describe('a vos URI', () => {
  test.each([
    ['vos://cadc.nrc.ca~vospace/test/file', 'cadc.nrc.ca~vospace', ['test', 'file']],
    ['vos://cadc.nrc.ca!vospace/test/file', 'cadc.nrc.ca~vospace', ['test', 'file']],
    ['VOS://CADC.nrc.ca~Arc/home/A', 'cadc.nrc.ca~arc', ['home', 'A']],
    ['vos://a~b~c/x', 'a~b~c', ['x']],
    ['vos://a~b/with blank/%C3%A9é', 'a~b', ['with blank', 'éé']],
    ['vos://a~b/a+b%2Bc%25%3F', 'a~b', ['a+b+c%?']],
    ['vos://a~b/.hidden/...', 'a~b', ['.hidden', '...']],
  ])('%s is read', (uri, authority, path) =>
    expect(readVosUri(uri, [])).toEqual({ authority, path }),
  )

  test.each([
    ...['', 'vos:', 'vos:test/file', 'vos://', 'vos:///x', 'vos://a~b', 'vos://a~b/', 'vos://a/x'],
    ...['http://a~b/x', 'vos://user@a~b/x', 'vos://u:p@a~b/x', 'vos://a~b:80/x', 'vos://~b/x'],
    ...['vos://a~/x', 'vos://a~b/x/', 'vos://a~b//x', 'vos://a~b/../x', 'vos://a~b/./x'],
    ...['vos://a~b/%2e%2e/x', 'vos://a~b/x%2Fy', 'vos://a~b/x%00', 'vos://a~b/x\ny', 'vos://a~b/%'],
    ...['vos://a~b/%zz', 'vos://a~b/%ff', 'vos://a~b/x?y', 'vos://a~b/x#y', 'vos://a~b/\ud800'],
    ...[
      'vos://a~b/preauth:token/x',
      'vos://a~b/preauth%3Atoken/x',
      ' vos://a~b/x',
      'vos://a b~c/x',
    ],
    `vos://a~b/${'x'.repeat(3000)}`,
  ])('%j is refused with a sentence', (uri) => {
    const attempt = () => readVosUri(uri, ['cadc.nrc.ca~vospace'])
    expect(attempt).toThrow(Problem)
    expect(attempt).toThrow(/^not a VOSpace file: .*authorities cadc.nrc.ca~vospace\)$/)
  })

  test('of any text is read or refused, and what is read comes back the same', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map((rest) => `vos://a~b/${rest}`),
      fc.webUrl().map((url) => url.replace(/^https?/, 'vos')),
    )
    fc.assert(
      fc.property(text, (uri) => {
        try {
          const { authority, path } = readVosUri(uri, [])
          const target = targetUri(`ivo://${authority.replace('~', '/')}`, path)
          expect(readVosUri(target, []).path).toEqual(path)
          const url = new URL(target.replace(/^vos:\/\/[^/]*/, 'https://x/files'))
          expect(url.pathname.split('/').slice(2).map(decodeURIComponent)).toEqual(path)
        } catch (error) {
          if (!(error instanceof Problem)) throw error
          expect(error.status).toBe(400)
          expect(error.message).not.toMatch(/[\n\r\0]/)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('of any path segments survives the writing', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((name) => !/[/\u0000-\u001f\u007f-\u009f]/.test(name) && !/^\.\.?$/.test(name))
      .filter((name) => !name.startsWith('preauth:'))
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (path) => {
        const uri = targetUri('ivo://cadc.nrc.ca/arc', path)
        fc.pre(uri.length <= 2048)
        expect(readVosUri(uri, [])).toEqual({ authority: 'cadc.nrc.ca~arc', path })
      }),
    )
  })

  test('in a message is one short line', () => {
    expect(shown('a\nb\u2028c\0d\ud800')).toBe('a?b?c?d?')
    expect(shown('x'.repeat(9999))).toHaveLength(300)
  })
})

describe('XML', () => {
  test('is read whatever its prefixes, quotes, comments and sections', () => {
    const root = readXml(`\ufeff<?xml version='1.0'?><!-- <a> -->
      <x:a xmlns:x='urn:x' x:k = 'one "1"' l="&lt;&#233;&#xe9;&amp;amp;"  >t<!-- - -->e<![CDATA[<&]]>xt
      <b/><y:b xmlns:y="urn:y"></y:b ></x:a><?end?> `)
    expect(root.name).toBe('a')
    expect(Object.fromEntries(root.attributes)).toEqual({ k: 'one "1"', l: '<éé&amp;' })
    expect(root.text).toBe('te<&xt')
    expect(root.children.map((each) => each.name)).toEqual(['b', 'b'])
  })

  test('leaves a bare & and an unknown entity as they are', () => {
    expect(readXml('<a>https://x/?a=1&b=2&copy;&#0;&#x110000;</a>').text).toBe(
      'https://x/?a=1&b=2&copy;&#0;&#x110000;',
    )
  })

  test.each([
    ...['', 'text', '<', '<>', '</a>', '<a>', '<a/><b/>', '<a></b>', '<a', '<a b>', '<a b=c/>'],
    ...['<a b="<"/>', '<a b="/>', '<a/>x', '<!DOCTYPE a><a/>', '<a><!ENTITY x "y"></a>'],
    ...['<a><!-- </a>', '<a><![CDATA[</a>', '<?xml <a/>', '< a/>', '<a></a', '<a b="1"c="2"/>'],
    `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`,
    '<a>'.repeat(100) + '</a>'.repeat(100),
    `<a>${'<b/>'.repeat(30_000)}</a>`,
  ])('%.60s is a bad document', (source) => expect(() => readXml(source)).toThrow(BadDocument))

  test('is read in time that grows with its length alone', () => {
    const hostile = [
      `<a ${' '.repeat(1_000_000)}`,
      `<a ${'b '.repeat(500_000)}`,
      `<a b="${'x'.repeat(1_000_000)}`,
      `<a>${'&'.repeat(1_000_000)}</a>`,
      `<a>${'&#'.repeat(500_000)}</a>`,
      `<a>${'<!--'.repeat(250_000)}`,
      `<${'a'.repeat(1_000_000)}`,
      `</${'a '.repeat(500_000)}`,
      `<a ${'b="" '.repeat(200_000)}`,
    ]
    for (const source of hostile) {
      const began = performance.now()
      try {
        readXml(source)
      } catch (error) {
        expect(error).toBeInstanceOf(BadDocument)
      }
      expect(performance.now() - began).toBeLessThan(1000)
    }
  })

  const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/).filter((each) => each !== 'xmlns')
  const value = fc.string({ unit: 'grapheme' })
  const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
    tree: fc.record({
      name,
      attributes: fc.array(fc.tuple(name, value), { maxLength: 3 }).map((each) => new Map(each)),
      children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
      text: value.map((each) => each.trim()),
    }),
  }))

  test('of any element comes back as it was written', () => {
    const write = (element: XmlElement, prefix: string): string => {
      const tag = `${prefix}${element.name}`
      const attributes = [...element.attributes].map(([key, each]) => ` ${key}='${escaped(each)}'`)
      const children = element.children.map((each) => write(each, prefix))
      return `<${tag}${attributes.join('')}>${escaped(element.text)}${children.join('<!--<-->')}</${tag}>`
    }
    fc.assert(
      fc.property(tree, fc.constantFrom('', 'vos:', 'x-1:'), (element, prefix) => {
        expect(readXml(write(element, prefix))).toEqual(element)
      }),
    )
  })

  test('of any text is read or is a bad document, in every reader', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ...['<a>', '</a>', '<b c="d">', '<![CDATA[', ']]>', '<!--', '-->', '&amp;', '<?', '?>'],
      ),
      fc.constantFrom(
        '<transfer>',
        '</transfer>',
        '<protocol uri="',
        '"/>',
        '<job>',
        '<capabilities>',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        for (const read of [readXml, readTransfer, readCapabilities, readJobError]) {
          try {
            read(pieces.join(''))
          } catch (error) {
            expect(error).toBeInstanceOf(BadDocument)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })
})

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

describe('what is remembered', () => {
  afterEach(() => {
    vi.useRealTimers()
  })
  const signal = new AbortController().signal

  test('is asked for again after ten minutes, and covers for a failure for a day', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 })
    let answers = ['one', 'two']
    const remembered = new Remembered<string>(async () => {
      const next = answers.shift()
      if (next === undefined) throw new Error('down')
      return next
    })
    expect(await remembered.get('k', signal)).toBe('one')
    vi.advanceTimersByTime(599_000)
    expect(await remembered.get('k', signal)).toBe('one')
    vi.advanceTimersByTime(2000)
    expect(await remembered.get('k', signal)).toBe('two')
    vi.advanceTimersByTime(23 * 3600_000)
    expect(await remembered.get('k', signal)).toBe('two')
    vi.advanceTimersByTime(2 * 3600_000)
    await expect(remembered.get('k', signal)).rejects.toThrow('down')
    answers = ['three']
    expect(await remembered.get('k', signal)).toBe('three')
  })

  test('is not waited for where the fetch began before a freeze', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 })
    let calls = 0
    const remembered = new Remembered<string>(() =>
      ++calls === 1 ? new Promise(() => {}) : Promise.resolve('thawed'),
    )
    const frozen = new AbortController()
    const first = remembered.get('k', frozen.signal)
    frozen.abort(new Error('frozen'))
    await expect(first).rejects.toThrow('frozen')
    vi.advanceTimersByTime(60_000)
    expect(await remembered.get('k', signal)).toBe('thawed')
  })
})
