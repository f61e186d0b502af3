/** What each call can answer, in the terms of OpenAPI 3.1. */
import { jobDetails } from '../reply/job-details.ts'
import { jobTable } from '../reply/job-table.ts'
import { outcomeTable } from '../reply/outcome-table.ts'
import { schedulerTable } from '../reply/scheduler-table.ts'
import { type Column, identifier, type Table } from '../reply/table.ts'
import { FORMATS } from '../request/format.ts'

export type Json = { readonly [name: string]: unknown }

const TYPES: Record<Column['type'], Json> = {
  text: { type: ['string', 'null'] },
  words: { type: ['string', 'null'] },
  timestamp: { type: ['string', 'null'], format: 'date-time' },
  int: { type: ['integer', 'null'], minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  long: { type: ['integer', 'null'] },
  double: { type: ['number', 'null'] },
}

/** The rows of a table as JSON has them; the columns that are not in `always` come where they are asked for. */
function rows<Row>({ description, columns }: Table<Row>, always = columns): Json {
  const properties = columns.map((column) => [
    identifier(column),
    {
      ...TYPES[column.type],
      description: column.description,
      ...(column.unit && { 'x-unit': column.unit }),
      ...(column.ucd && { 'x-ucd': column.ucd }),
      'x-classad': column.attributes,
    },
  ])
  const required = always.map((column) => identifier(column))
  return {
    type: 'array',
    description,
    items: {
      type: 'object',
      properties: Object.fromEntries(properties),
      required,
      additionalProperties: false,
    },
  }
}

export const schemas: Json = {
  Jobs: rows(jobTable),
  // WAIT tells what the list has, and how a job ended
  Details: rows(jobDetails, jobTable.columns),
  Scheduler: rows(schedulerTable),
  Outcomes: rows(outcomeTable),
  Cluster: { type: 'string', pattern: '^[1-9][0-9]*$', description: 'The id of the cluster.' },
  Line: { type: 'string', pattern: '^[^\\n]+\\n$', description: 'One line for a person.' },
  Error: {
    type: 'object',
    properties: { error: { type: 'string', minLength: 1 } },
    required: ['error'],
    additionalProperties: false,
  },
}

export type SchemaName =
  | 'Jobs'
  | 'Details'
  | 'Scheduler'
  | 'Outcomes'
  | 'Cluster'
  | 'Line'
  | 'Error'

export const schema = (name: SchemaName): Json => ({ $ref: `#/components/schemas/${name}` })

const HEADERS = {
  'X-Request-Id': 'Names this request to the people who run the service.',
  'X-Content-Type-Options': '`nosniff`.',
  'Content-Encoding': '`gzip` where the client accepts it.',
  Vary: 'The headers of the request that the form of the answer depends on.',
  ETag: 'For If-None-Match.',
  'Cache-Control': 'A copy may be kept by its reader, and is asked about before it is used.',
  'Last-Modified': 'When the queue was in this state.',
  Age: 'Seconds since then.',
  Link: 'The page that follows (`rel="next"`), relative to this URL.',
  Location: 'Where the reply lies for 5 minutes.',
  Allow: 'The methods of this path.',
  'Retry-After': 'Seconds to wait.',
  'Idempotency-Replayed':
    '`true`: these jobs had been submitted before, by a request with the same key.',
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
  // the gateway's own refusals have one header less
  response(description, ERROR, { always })

const ERRORS = {
  400: error('A parameter is bad, missing, repeated or unknown, or the body cannot be read.'),
  403: error('No credentials, wrong ones, or an account that may not do this.'),
  404: error('There is no such job of yours, or nothing at this path.'),
  405: error('The method is not supported.', 'Allow'),
  409: error('A request with the same Idempotency-Key is under way.', 'Retry-After'),
  413: error('The body is too large.'),
  422: error('The Idempotency-Key was used for another request.'),
  500: error('Unrecoverable.'),
  503: error('Busy or out of order.', 'Retry-After'),
}

export type ErrorStatus = keyof typeof ERRORS

/** Named by their status. */
export const errors: Json = ERRORS

export const refusals = (...statuses: readonly ErrorStatus[]): Json =>
  Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${status}` }]),
  )

/** An error, or the outcome of each job where none was there. */
export const nothingDone: Json = response('None of the jobs is there, or yours.', {
  ...ERROR,
  ...table('Outcomes'),
  'application/json': { schema: { anyOf: [schema('Error'), schema('Outcomes')] } },
})
