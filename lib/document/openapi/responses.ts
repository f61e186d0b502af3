/** What each call can answer. */
import { LINK_SECONDS } from '../../limits.ts'
import { FORMATS } from '../../request/format.ts'
import { type Json, type SchemaName, schema } from './schemas.ts'

const HEADERS = {
  'X-Request-Id': 'The id of this request; tell it to the people who run the service.',
  'X-Content-Type-Options': '`nosniff`.',
  'Content-Encoding': '`gzip` where the client accepts it.',
  Vary: 'The request headers that change the form of the answer.',
  ETag: 'Send it back as If-None-Match.',
  'Cache-Control': 'A copy may be kept; ask with If-None-Match before you use it.',
  'Last-Modified': 'When the queue was in this state.',
  Age: 'Seconds since then.',
  Link: 'The URL of the next page (`rel="next"`).',
  Location: `Where the reply is, for ${LINK_SECONDS / 60} minutes.`,
  Allow: 'The methods of this path.',
  'Retry-After': 'Seconds to wait before the next try.',
  'Idempotency-Replayed':
    '`true`: these jobs had been submitted before, by a request with the same key.',
  'X-Submit-Warning':
    'What is odd about the submission, in one line: a misspelled command, or a job that no worker can run at the moment.',
  'X-Notice': 'Why the list may be shorter than you think.',
  'Accept-Ranges': '`bytes`.',
  'Content-Range': 'Which bytes these are, and of how many.',
} as const

export type Header = keyof typeof HEADERS

export const headers: Json = Object.fromEntries(
  Object.entries(HEADERS).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]),
)

/** `optional` headers come where there is reason to; the first two come always. */
export function response(
  description: string,
  content: Json,
  { always = [], optional = [] }: { always?: readonly Header[]; optional?: readonly Header[] } = {},
): Json {
  const each = (name: Header, required: boolean) => [
    name,
    required
      ? { description: HEADERS[name], required, schema: { type: 'string' } }
      : { $ref: `#/components/headers/${name}` },
  ]
  return {
    description,
    headers: Object.fromEntries([
      ...(['X-Request-Id', 'X-Content-Type-Options', ...always] as const).map((name) =>
        each(name, true),
      ),
      ...optional.map((name) => each(name, false)),
    ]),
    ...(Object.keys(content).length > 0 && { content }),
  }
}

/** A table in every format; JSON holds rows of one of these. */
export function table(...names: readonly SchemaName[]): Json {
  const json = names.map(schema)
  const media = [...FORMATS].map(([type, { kind }]) => [
    type,
    { schema: kind === 'json' ? { anyOf: json } : { type: 'string' } },
  ])
  return Object.fromEntries(media)
}

export const plain = (of: Json): Json => ({ 'text/plain': { schema: of } })

const ERROR: Json = {
  'text/plain': { schema: schema('Line') },
  'application/json': { schema: schema('Error') },
  'application/x-votable+xml': { schema: { type: 'string' } },
  'text/xml': { schema: { type: 'string' } },
}

const error = (description: string, ...always: readonly Header[]): Json =>
  response(description, ERROR, { always })

/** 503 of a submission: where it may have been queued, a client must not repeat it by itself. */
export const unknownOutcome: Json = response(
  'Busy or out of order; try again after Retry-After. Without that header it is not known whether the jobs were queued.',
  ERROR,
  { optional: ['Retry-After'] },
)

const ERRORS = {
  400: error('A parameter is bad, missing, repeated or unknown, or the body cannot be read.'),
  403: error('No credentials, wrong ones, or an account that may not do this.'),
  404: error('There is no such job of yours, or nothing at this path.'),
  405: error('The method is not supported.', 'Allow'),
  409: error('A request with the same Idempotency-Key is under way.', 'Retry-After'),
  413: error('The body is too large.'),
  422: error('The Idempotency-Key was used for another request.'),
  500: error('The service has a fault; report the request id.'),
  503: error('Busy or out of order; try again after Retry-After.', 'Retry-After'),
}

export type ErrorStatus = keyof typeof ERRORS

/** Named by their status. */
export const errors: Json = ERRORS

export const refusals = (...statuses: readonly ErrorStatus[]): Json =>
  Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${status}` }]),
  )

/** An error, or an outcome for each id where none of them is a job of the caller's. */
export const nothingDone: Json = response('None of the ids is a job of yours.', {
  ...ERROR,
  ...table('Outcomes'),
  'application/json': { schema: { anyOf: [schema('Error'), schema('Outcomes')] } },
})
