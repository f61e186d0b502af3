/**
 * A small XML reader for the documents of IVOA services: elements, attributes, text.
 * Names are local names, because prefixes are the sender's choice. A document type declaration is
 * refused, so there is no entity but the five of XML itself and nothing to expand or to fetch.
 */

export type XmlElement = {
  readonly name: string
  /** By local name, `xsi:type` as `type`; namespace declarations are left out. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** The element's own text, CDATA included, without surrounding blanks. */
  readonly text: string
}

/** A document that is not what it should be; its message is for the log. */
export class BadDocument extends Error {}

const MAX_DEPTH = 32
const MAX_ELEMENTS = 20_000
const START = /<([^\s<>/=!?'"&]+)/y
const ATTRIBUTE = /\s+([^\s<>/=!?'"&]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const END_OF_START = /\s*(\/?)>/y
const END = /<\/([^\s<>/=!?'"&]+)\s*>/y

type Open = { qualified: string; element: XmlElement; children: XmlElement[]; text: string[] }

/** Reads a whole document and returns its root element. BadDocument if it is not well-formed. */
export function readXml(source: string): XmlElement {
  const document = opened('', new Map())
  const stack: Open[] = [document]
  let elements = 0
  let at = 0

  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found) at = pattern.lastIndex
    return found
  }
  const through = (start: number, terminator: string): string => {
    const end = source.indexOf(terminator, start)
    if (end === -1) throw new BadDocument(`XML: no ${terminator} at the end`)
    at = end + terminator.length
    return source.slice(start, end)
  }

  while (at < source.length) {
    const top = stack.at(-1) ?? document
    const next = source.indexOf('<', at)
    const end = next === -1 ? source.length : next
    if (end > at) top.text.push(unescaped(source.slice(at, end)))
    at = end
    if (next === -1) break
    if (source.startsWith('<!--', at)) through(at + 4, '-->')
    else if (source.startsWith('<![CDATA[', at)) top.text.push(through(at + 9, ']]>'))
    else if (source.startsWith('<?', at)) through(at + 2, '?>')
    else if (source.startsWith('<!', at)) throw new BadDocument('XML: a DOCTYPE is refused')
    else if (source.startsWith('</', at)) {
      const name = match(END)?.[1]
      if (name === undefined || stack.length === 1 || name !== top.qualified) {
        throw new BadDocument('XML: an end tag without its start')
      }
      stack.pop()
      stack.at(-1)?.children.push(closed(top))
    } else {
      const name = match(START)?.[1]
      if (name === undefined) throw new BadDocument('XML: a broken start tag')
      if (++elements > MAX_ELEMENTS) throw new BadDocument('XML: too many elements')
      const attributes = new Map<string, string>()
      for (let found = match(ATTRIBUTE); found; found = match(ATTRIBUTE)) {
        const key = found[1] ?? ''
        if (key === 'xmlns' || key.startsWith('xmlns:')) continue
        attributes.set(local(key), unescaped(found[2] ?? found[3] ?? ''))
      }
      const slash = match(END_OF_START)?.[1]
      if (slash === undefined) throw new BadDocument('XML: a broken start tag')
      const element = opened(name, attributes)
      if (slash === '/') top.children.push(closed(element))
      else if (stack.push(element) > MAX_DEPTH) throw new BadDocument('XML: nested too deeply')
    }
  }

  const root = document.children[0]
  if (stack.length !== 1 || !root || document.children.length > 1) {
    throw new BadDocument('XML: not one whole root element')
  }
  if (document.text.join('').replace('\ufeff', '').trim() !== '') {
    throw new BadDocument('XML: text outside of the root element')
  }
  return root
}

/** The children with that local name. */
export const childrenNamed = (element: XmlElement, name: string) =>
  element.children.filter((child) => child.name === name)

/** Text for an element or an attribute. */
export const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')

const opened = (qualified: string, attributes: Map<string, string>): Open => {
  const children: XmlElement[] = []
  const element = { name: local(qualified), attributes, children, text: '' }
  return { qualified, element, children, text: [] }
}

const closed = (open: Open): XmlElement => ({ ...open.element, text: open.text.join('').trim() })

const local = (qualified: string) => qualified.slice(qualified.indexOf(':') + 1)

const PREDEFINED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** Anything that is not a reference of XML's own stays as it is: real services leave `&` in URLs. */
function unescaped(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (all, dec, hex, name) => {
    if (name !== undefined) return PREDEFINED.get(name) ?? all
    const code = dec === undefined ? Number.parseInt(hex, 16) : Number.parseInt(dec, 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
}
