/** What a client sends, but the form and what is in it. */
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { namesAction } from '../../../lib/job/action.ts'
import { readWait } from '../../../lib/job/wait.ts'
import type { Request } from '../../../lib/reply/answer.ts'
import { baseOf, urlOf } from '../../../lib/request/base-url.ts'
import { readByteRange } from '../../../lib/request/byte-range.ts'
import { errorFormat, readFormat, readReplyFormat } from '../../../lib/request/format.ts'
import { header } from '../../../lib/request/header.ts'
import { requestId } from '../../../lib/request/idempotency-key.ts'
import {
  printJobName,
  readJobId,
  readJobName,
  readJobNames,
} from '../../../lib/request/job-name.ts'
import { readStates } from '../../../lib/request/job-state.ts'
import { readNarrowing } from '../../../lib/request/narrowing.ts'
import { readParameters } from '../../../lib/request/parameters.ts'
import { quoted } from '../../../lib/request/quotation.ts'
import { withoutSlashes } from '../../../lib/request/slashes.ts'
import { acceptsGzip } from '../../../lib/staging/delivery.ts'
import { event } from '../event.ts'
import { pieces, prepared, type Reader } from '../reader.ts'

const IDS = ['12', '1.0', ',12', '2147483647']
const NARROWING = ['user', 'state', 'cluster', 'after', 'maxrec', 'snapshot']
const requestOf = (of: APIGatewayProxyEvent) => ({ event: of }) as unknown as Request

/** As many parameters or headers, each with a name of its own. */
const named = prepared(
  (text): Record<string, string> =>
    Object.fromEntries(pieces(text, 8).map((one, n) => [one + n, one])),
)

export const request: readonly Reader[] = [
  {
    name: 'a path and a host',
    covers: ['request/base-url#baseOf', 'request/base-url#urlOf'],
    tokens: ['/proc', '/proc/', 'a.example:1'],
    read: (text) => [baseOf(event({ path: text })), urlOf(event({ headers: { host: text } }))],
  },
  {
    name: 'slashes at the end',
    covers: ['request/slashes#withoutSlashes'],
    tokens: [],
    read: withoutSlashes,
  },
  {
    name: 'a Range header',
    covers: ['request/byte-range#readByteRange'],
    tokens: ['bytes=', '0-1', '-1'],
    read: (text) => [readByteRange(text), readByteRange(`bytes=${text}`, text)],
  },
  {
    name: 'an Accept header',
    covers: ['readFormat', 'readReplyFormat', 'errorFormat'].map((one) => `request/format#${one}`),
    tokens: ['text/html', '*/*', ';q=0.1', ',text/*', ';header=present'],
    read: (text) => [readReplyFormat(undefined, text), errorFormat(undefined, text)],
  },
  {
    name: 'RESPONSEFORMAT',
    covers: ['readFormat', 'readReplyFormat', 'errorFormat'].map((one) => `request/format#${one}`),
    tokens: ['csv', 'text/csv', ';header=present', 'x-votable xml'],
    read: (text) => [errorFormat(text), readFormat(text)],
  },
  {
    name: 'an Accept-Encoding header',
    covers: ['staging/delivery#acceptsGzip'],
    tokens: ['gzip', ';q=0', ';q=0.', ',gzip'],
    read: (text) => acceptsGzip(requestOf(event({ headers: { 'accept-encoding': text } }))),
  },
  {
    name: 'many headers',
    covers: ['request/header#header'],
    tokens: [],
    read: (text) => header(event({ headers: named(text) }), 'accept'),
  },
  {
    name: 'an Idempotency-Key',
    covers: ['request/idempotency-key#requestId'],
    tokens: [],
    read: (text) => requestId('alice', text),
  },
  {
    name: 'ids',
    covers: ['readJobName', 'readJobId', 'readJobNames', 'printJobName'].map(
      (one) => `request/job-name#${one}`,
    ),
    tokens: IDS,
    read: (text) => readJobNames(text).map(printJobName),
  },
  { name: 'an id', covers: ['request/job-name#readJobName'], tokens: IDS, read: readJobName },
  {
    name: 'an id in after',
    covers: ['request/job-name#readJobId'],
    tokens: IDS,
    read: (text) => readJobId(text, 'after'),
  },
  {
    name: 'states',
    covers: ['request/job-state#readStates'],
    tokens: ['held', ',idle'],
    read: readStates,
  },
  { name: 'WAIT', covers: ['job/wait#readWait'], tokens: ['1'], read: readWait },
  ...NARROWING.map((parameter) => ({
    name: `parameter ${parameter}`,
    covers: ['request/narrowing#readNarrowing'],
    tokens: ['me', 'held,', '1.0', '1-a'],
    read: (text: string) => readNarrowing(new Map([[parameter, text]]), 'alice'),
  })),
  {
    name: 'many parameters',
    covers: ['request/parameters#readParameters', 'job/action#namesAction'],
    tokens: ['action', 'id'],
    read: (text) => {
      const query = Object.fromEntries(pieces(text, 8).map((one, n) => [one + n, [one]]))
      namesAction(requestOf(event({ query })))
      readParameters(query, Object.keys(query))
      return readParameters({ ...query, [text]: [text] }, Object.keys(query))
    },
  },
  {
    name: 'many values of a parameter',
    covers: ['request/parameters#readParameters'],
    tokens: IDS,
    read: (text) => {
      const parameters = readParameters({ id: pieces(text, 8) }, ['id'], ['id'])
      return readJobNames(parameters.get('id') ?? '')
    },
  },
  {
    name: 'words of a user in a message',
    covers: ['request/quotation#quoted'],
    tokens: [],
    read: quoted,
  },
]
