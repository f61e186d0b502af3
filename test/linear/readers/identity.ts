/** Who is calling, and the operator's lists of users. */
import { accountOf } from '../../../lib/identity/account.ts'
import { readBasic } from '../../../lib/identity/basic.ts'
import { identify } from '../../../lib/identity/caller.ts'
import {
  nameKey,
  parseName,
  parseSubject,
  printName,
} from '../../../lib/identity/distinguished-name.ts'
import { linesOf, mappedAccount, parseGridMapfile } from '../../../lib/identity/grid-mapfile.ts'
import { parseHtpasswd, verifyPassword } from '../../../lib/identity/htpasswd.ts'
import { isProxy } from '../../../lib/identity/proxy-certificate.ts'
import { readGridMapfile, readHtpasswd } from '../../../lib/identity/user-list.ts'
import { event } from '../event.ts'
import { pieces, prepared, type Reader } from '../reader.ts'

const headersOf = prepared((text) =>
  Object.fromEntries(pieces(text, 8).map((one, n) => [one + n, one])),
)
const NAMES = ['/CN=', 'CN=', '1.2=', 'OID.1.', '\\ ', '\\2C', '\\x41', ' + ', 'a/b', '#0']
const HASH = `$2b$04$${'a'.repeat(53)}`
const names = ['identity/distinguished-name#parseName']
const map = [
  'identity/grid-mapfile#parseGridMapfile',
  'identity/grid-mapfile#linesOf',
  'identity/user-list#readGridMapfile',
]
const passwords = ['identity/htpasswd#parseHtpasswd', 'identity/user-list#readHtpasswd']
const users = {
  gridMapfile: async () => parseGridMapfile(''),
  htpasswd: async () => parseHtpasswd(''),
}

/** A person's name with this value, as the service keeps it. */
const name = (value: string) => [[{ type: 'CN', value }], [{ type: 'O', value }]]

export const identity: readonly Reader[] = [
  {
    name: 'a certificate',
    covers: ['identity/proxy-certificate#isProxy'],
    tokens: ['-----BEGIN CERTIFICATE-----\n', 'CN=proxy', '\n'],
    read: (text) => [isProxy(text), isProxy(Buffer.from(text))],
  },
  {
    name: 'many headers of an event',
    covers: ['identity/account#accountOf'],
    tokens: [],
    read: (text) => accountOf(event({ headers: headersOf(text) })),
  },
  {
    name: 'an Authorization header',
    covers: ['identity/basic#readBasic'],
    tokens: ['Basic ', 'YQ=='],
    read: readBasic,
  },
  {
    name: 'base64 of the Basic scheme',
    covers: ['identity/basic#readBasic'],
    tokens: ['YQ==', 'YTo='],
    read: (text) => readBasic(`Basic ${text}`),
  },
  {
    name: 'a user name and password',
    covers: ['identity/caller#identify', 'identity/htpasswd#verifyPassword'],
    tokens: ['a:'],
    read: async (text) => {
      // A hash takes its time whatever the password, so it is one that is refused before: too long.
      const authorization = `Basic ${Buffer.from(text.padEnd(text.length + 73)).toString('base64')}`
      await identify({ path: 'password', authorization }, users)
      await verifyPassword(parseHtpasswd(''), 'a', text.padEnd(73))
    },
  },
  {
    name: 'a certificate',
    covers: ['identity/caller#identify', 'identity/distinguished-name#parseSubject'],
    tokens: ['-----BEGIN CERTIFICATE-----\n', '-----END CERTIFICATE-----\n'],
    read: async (text) => {
      await identify({ path: 'certificate', clientCertPem: text }, users)
      parseSubject(text)
    },
  },
  { name: 'a name', covers: names, tokens: NAMES, read: parseName },
  {
    name: 'a value in slashes',
    covers: names,
    tokens: NAMES,
    read: (text) => parseName(`/CN=${text}`),
  },
  {
    name: 'a value in commas',
    covers: names,
    tokens: NAMES,
    read: (text) => parseName(`CN=a${text}`),
  },
  {
    name: 'a name that is written',
    covers: [
      'identity/distinguished-name#printName',
      'identity/distinguished-name#nameKey',
      'identity/grid-mapfile#mappedAccount',
    ],
    tokens: NAMES,
    read: (text) => [
      printName(name(text)),
      nameKey(name(text)),
      mappedAccount(parseGridMapfile(''), name(text)),
    ],
  },
  {
    name: 'a grid-mapfile',
    covers: map,
    tokens: [...NAMES, '"/CN=a" jane\n', '\r\n'],
    read: (text) => [parseGridMapfile(text), linesOf(text), readGridMapfile(text)],
  },
  {
    name: 'lines of a grid-mapfile',
    covers: map,
    tokens: NAMES,
    read: (text) =>
      parseGridMapfile(
        pieces(text, 200)
          .map((one) => `"/CN=${one}" jane,b\n`)
          .join(''),
      ),
  },
  {
    name: 'an htpasswd file',
    covers: passwords,
    tokens: ['a:', '$2b$', '\r\n'],
    read: (text) => [parseHtpasswd(text), readHtpasswd(text)],
  },
  {
    name: 'entries of an htpasswd file',
    covers: passwords,
    tokens: ['a'],
    read: (text) =>
      parseHtpasswd(
        pieces(text, 32)
          .map((one, n) => `a${n}:${HASH}${one.trim()}\n`)
          .join(''),
      ),
  },
]
