/** Documents of VOSpace services. */
import { interfaceFor, NODES, readCapabilities } from '../../../lib/staging/vospace/capabilities.ts'
import {
  readJobError,
  readTransfer,
  writeShortForm,
  writeTransfer,
} from '../../../lib/staging/vospace/transfer.ts'
import { childrenNamed, escaped, readXml } from '../../../lib/staging/vospace/xml.ts'
import type { Reader } from '../reader.ts'

const XML = [
  '<a>',
  '</a>',
  '<a/>',
  '<a b="c"/>',
  ' b="',
  "='",
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?',
  '?>',
  '&amp;',
  '&#x',
]
const folder = (name: string, ...exports: string[]) =>
  exports.map((one) => `staging/vospace/${name}#${one}`)

export const xml: readonly Reader[] = [
  { name: 'XML', covers: folder('xml', 'readXml'), tokens: XML, read: readXml },
  {
    name: 'XML in an element',
    covers: folder('xml', 'readXml', 'childrenNamed', 'escaped'),
    tokens: XML,
    read: (text) => [
      childrenNamed(readXml(`<a>${escaped(text)}</a>`), 'a'),
      readXml(`<a>${text}</a>`),
    ],
  },
  {
    name: 'a tag of XML',
    covers: folder('xml', 'readXml'),
    tokens: XML,
    read: (text) => readXml(`<a ${text}/>`),
  },
  {
    name: 'capabilities',
    covers: folder('capabilities', 'readCapabilities', 'interfaceFor'),
    tokens: [
      ...[
        '<capability standardID="a">',
        '</capability>',
        '<interface>',
        '</interface>',
        '<accessURL>https://a/</accessURL>',
      ],
      ...['<securityMethod/>', 'xsi:type="vs:ParamHTTP"'],
    ],
    read: (text) =>
      interfaceFor(readCapabilities(`<capabilities>${text}</capabilities>`), NODES, text),
  },
  {
    name: 'a transfer',
    covers: folder('transfer', 'readTransfer', 'readJobError', 'writeTransfer', 'writeShortForm'),
    tokens: [
      '<protocol uri="ivo://ivoa.net/vospace/core#httpsget">',
      ...[
        '</protocol>',
        '<endpoint>https://a/</endpoint>',
        '<securityMethod uri="a#anon"/>',
        '<errorSummary><message>',
      ],
    ],
    read: (text) => {
      writeShortForm(text)
      writeTransfer(text, text)
      readJobError(`<job><errorSummary><message>${escaped(text)}</message></errorSummary></job>`)
      return readTransfer(`<transfer>${text}</transfer>`)
    },
  },
]
