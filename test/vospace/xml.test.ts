import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCapabilities } from '../../lib/staging/vospace/capabilities.ts'
import { readJobError, readTransfer } from '../../lib/staging/vospace/transfer.ts'
import { BadDocument, escaped, readXml, type XmlElement } from '../../lib/staging/vospace/xml.ts'

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
