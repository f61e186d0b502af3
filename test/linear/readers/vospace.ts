/** What a user and an operator say of VOSpace, and its services beside their documents. */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { addressRule } from '../../../lib/staging/vospace/address-rule.ts'
import { covers } from '../../../lib/staging/vospace/credential.ts'
import {
  faultProblem,
  isNamed,
  isTemporary,
  readFault,
} from '../../../lib/staging/vospace/fault.ts'
import { fileBody } from '../../../lib/staging/vospace/file-body.ts'
import { newGuard } from '../../../lib/staging/vospace/guard.ts'
import {
  type Answer,
  readText,
  redirectTarget,
} from '../../../lib/staging/vospace/guarded-request.ts'
import { below } from '../../../lib/staging/vospace/negotiation.ts'
import { capabilitiesUrl, readResourceCaps } from '../../../lib/staging/vospace/registry.ts'
import { jobUrl } from '../../../lib/staging/vospace/transfer.ts'
import {
  canonicalAuthority,
  encodedPath,
  readVosUri,
  shown,
  targetUri,
  usage,
} from '../../../lib/staging/vospace/vos-uri.ts'
import { arriving, type Reader } from '../reader.ts'

const URI = ['vos://a~b/', '/', '~a', '!a', '%2F', '%', 'preauth:', '..']
const folder = (name: string, ...exports: string[]) =>
  exports.map((one) => `staging/vospace/${name}#${one}`)
const answer = (headers: Record<string, string>, text = '') => {
  const body = Object.assign(Readable.from(arriving(text), { objectMode: false }), { headers })
  return { status: 200, headers, visited: [], body: body as unknown as IncomingMessage } as Answer
}
const file = { maxBytes: 1, signal: new AbortController().signal }
const registered = 'ivo://a/b = https://a.example/\n'

export const vospace: readonly Reader[] = [
  {
    name: 'the URLs of a negotiation',
    covers: [
      ...folder('transfer', 'jobUrl'),
      ...folder('guarded-request', 'redirectTarget'),
      ...folder('credential', 'covers'),
    ],
    tokens: ['/results/transferDetails', '/xfer/', '/preauth:', 'https://', '/preauth%3a'],
    read: (text) => {
      const url = redirectTarget({ headers: { location: text } }, new URL('https://a.example/b'))
      const credential = { hosts: ['b.example'], token: 'a' }
      return [jobUrl([url, new URL(`https://a.example/xfer/${text}`)]), covers(credential, url)]
    },
  },
  {
    name: 'a fault',
    covers: folder('fault', 'isNamed', 'isTemporary', 'faultProblem', 'readFault'),
    tokens: ['NodeNotFound', 'not a data ', 'directory', 'Container'],
    read: async (text) => {
      const fault = { status: 400, text, retryAfter: text }
      await readFault(answer({}, text))
      return [
        isNamed(fault),
        isTemporary(fault),
        faultProblem(fault, text, false),
        faultProblem({ ...fault, status: 503 }, text, true),
      ]
    },
  },
  {
    name: 'the headers of a file',
    covers: folder('file-body', 'fileBody', 'tookTooLong'),
    tokens: ['md5=', ',md5=', 'chunked', '1'],
    read: (text) => {
      for (const name of ['digest', 'content-length', 'transfer-encoding']) {
        const { body } = fileBody(
          answer({ 'transfer-encoding': 'chunked', [name]: text }),
          text,
          file,
        )
        body.on('error', () => {}).destroy()
      }
    },
  },
  {
    name: 'a text in pieces',
    covers: folder('guarded-request', 'readText'),
    tokens: [],
    read: (text) => readText(answer({}, text).body, 10_000_000),
  },
  {
    name: 'a registry',
    covers: folder('registry', 'readResourceCaps', 'capabilitiesUrl'),
    tokens: [registered, 'ivo://a/b', ' = ', 'https://a/', '\r\n'],
    read: (text) => capabilitiesUrl(readResourceCaps(registered + text), text),
  },
  {
    name: 'a vos URI',
    covers: folder(
      'vos-uri',
      'readVosUri',
      'canonicalAuthority',
      'usage',
      'targetUri',
      'encodedPath',
      'shown',
    ),
    tokens: URI,
    read: (text) => {
      for (const one of [shown, canonicalAuthority]) one(text)
      usage([text])
      if (text.isWellFormed()) targetUri(`ivo://${text}`, text.split('/'))
      if (text.isWellFormed()) encodedPath([text])
      return readVosUri(text, [text])
    },
  },
  {
    name: 'the path of a vos URI',
    covers: folder('vos-uri', 'readVosUri'),
    tokens: URI,
    read: (text) => readVosUri(`vos://a~b/${text}`, []),
  },
  {
    name: 'a path below a URL',
    covers: folder('negotiation', 'below'),
    tokens: URI,
    read: (text) => below(new URL(`https://a.example/${text}`), text.toWellFormed().split('/')),
  },
  {
    name: 'authorities and addresses',
    covers: [...folder('guard', 'newGuard'), ...folder('address-rule', 'addressRule')],
    tokens: ['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '10.0.0.0/8', '::'],
    read: (text) => {
      const url = new URL('https://a.example/')
      addressRule(['10.0.0.0/8'], [text])(text, url)
      newGuard({ networks: [], hosts: [text] }).admit(url)
      newGuard({ networks: [], hosts: [], ca: text })
    },
  },
]
