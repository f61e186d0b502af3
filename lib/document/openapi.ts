/** The whole interface as OpenAPI 3.1. */
import type { Addresses } from './address.ts'
import {
  ACTION_PARAMETERS,
  DELETE_PARAMETERS,
  GET_PARAMETERS,
  type Parameter,
  POST_PARAMETERS,
} from './parameters.ts'
import {
  errors,
  type Header,
  headers,
  type Json,
  nothingDone,
  plain,
  refusals,
  response,
  schema,
  schemas,
  table,
} from './responses.ts'

const DESCRIPTION = `Batch jobs for an HTCondor pool over plain HTTP.

Names of parameters are read in any case; an unknown one is 400, and so is one without a value or one that is
given twice where it may not be. A method that a path does not list is 405, any other path 404
(\`components/responses\`). Errors are one line of text; a client that asks for JSON, by RESPONSEFORMAT or Accept,
gets an object with the member \`error\`, one that asks for a VOTable by RESPONSEFORMAT gets DALI's error document.`

/** The document for the places where this service is reached. */
export function openapiDocument({ open, certificate, password }: Addresses): string {
  const paths = {
    ...(certificate && { '/proc/job': at(certificate, jobs('job', 'certificate')) }),
    ...(password && { '/proc/auth/job': at(password, jobs('authJob', 'password')) }),
    '/proc/availability': availability,
    '/proc/capabilities': document('capabilities', 'What is where (VOSI 1.1)', 'text/xml'),
    '/proc/openapi.json': document('openapi', 'This document', 'application/json'),
    '/proc': document('guide', 'Documentation for people', 'text/html'),
  }
  const whole = {
    openapi: '3.1.0',
    info: { title: 'CANFAR Processing Web Service', version: '1', description: DESCRIPTION },
    servers: [{ url: root(open) }],
    paths,
    components: {
      securitySchemes: {
        ...(certificate && { certificate: { type: 'mutualTLS' } }),
        ...(password && { password: { type: 'http', scheme: 'basic' } }),
      },
      schemas,
      headers,
      responses: errors,
    },
  }
  return `${JSON.stringify(whole, null, 1)}\n`
}

const root = (base: string): string => base.replace(/\/proc$/, '') || '/'

const at = (base: string, item: Json): Json => ({ servers: [{ url: root(base) }], ...item })

const parameters = (list: readonly Parameter[]): Json[] =>
  list.map(({ name, description, schema, example, required = false, repeatable = false }) => ({
    name,
    in: 'query',
    description,
    required,
    schema: repeatable ? { type: 'array', items: schema } : schema,
    ...(repeatable && { style: 'form', explode: true }),
    example: repeatable ? [example] : example,
  }))

const header = (name: string, description: string, schema: Json = { type: 'string' }): Json => ({
  name,
  in: 'header',
  description,
  schema,
})

/** GET, and HEAD, which answers with the same headers and no body. */
function readable(id: string, get: Json & { readonly responses: Json }): Json {
  const responses = Object.entries(get.responses).map(([status, response]) => {
    const { content: _, ...bare } = response as Json
    return [status, bare]
  })
  return {
    get: { operationId: `${id}Get`, ...get },
    head: {
      ...get,
      operationId: `${id}Head`,
      summary: `Headers of: ${get.summary}`,
      responses: Object.fromEntries(responses),
    },
  }
}

const FRESHNESS: readonly Header[] = [
  'ETag',
  'Cache-Control',
  'Last-Modified',
  'Age',
  'Vary',
  'Link',
]

const acted: Json = response(
  'How many jobs it was done to, or where `id` or a format is given what became of each.',
  table('Outcomes'),
)

function jobs(id: string, who: string): Json {
  const security = [{ [who]: [] }]
  const acting = refusals(400, 403, 500, 503)
  return {
    ...readable(id, {
      summary: 'The queue of all users, or what is told of jobs of your own, or the scheduler',
      security,
      parameters: [
        ...parameters(GET_PARAMETERS),
        header('If-None-Match', 'Answers 304 where the list is still the one of this ETag.'),
        header('Range', 'One range of bytes of `view=stdout`, `stderr` or `log`.'),
      ],
      responses: {
        200: response(
          'A table, or text of or about a job.',
          table('Jobs', 'Details', 'Scheduler'),
          {
            optional: [...FRESHNESS, 'Content-Encoding', 'Accept-Ranges'],
          },
        ),
        206: response('A part of what the job wrote.', plain({ type: 'string' }), {
          always: ['Content-Range', 'Accept-Ranges'],
        }),
        303: response(
          'The reply is too large for this one, and is kept elsewhere.',
          plain(schema('Line')),
          {
            always: ['Location'],
            optional: FRESHNESS,
          },
        ),
        304: response(
          'The list has not changed.',
          {},
          { always: ['ETag'], optional: FRESHNESS.slice(1) },
        ),
        416: response('The range lies outside.', plain(schema('Line')), {
          always: ['Content-Range'],
          optional: ['Accept-Ranges'],
        }),
        ...refusals(400, 403, 404, 500, 503),
      },
    }),
    post: {
      operationId: `${id}Post`,
      summary: 'Submits jobs; with `action`, acts on jobs of your own',
      description:
        'A submission needs `job`, `exec`, `image` and `flavor`, and takes no other. With `action` none of these is known.',
      security,
      parameters: [
        ...parameters([...POST_PARAMETERS, ...ACTION_PARAMETERS]).map((one) => ({
          ...one,
          required: false,
        })),
        header('Idempotency-Key', 'The same request with the same key is one submission.', {
          type: 'string',
          pattern: '^[ -~]{1,128}$',
        }),
      ],
      requestBody: {
        description: 'The parts that `param:` names, as fields or as files.',
        content: {
          'multipart/form-data': { schema: { type: 'object', additionalProperties: true } },
        },
      },
      responses: {
        200: response(
          'The id of the cluster; of `action`, how many jobs it was done to or what became of each.',
          {
            ...table('Outcomes'),
            'text/plain': {
              schema: { anyOf: [schema('Cluster'), { type: 'string', pattern: '\\n$' }] },
            },
          },
          { optional: ['Idempotency-Replayed'] },
        ),
        404: nothingDone,
        ...acting,
        ...refusals(409, 413, 422),
      },
    },
    delete: {
      operationId: `${id}Delete`,
      summary: 'Removes jobs of your own: all, or those that `id` and `state` select',
      security,
      parameters: parameters(DELETE_PARAMETERS),
      responses: { 200: acted, 404: nothingDone, ...acting },
    },
  }
}

const availability = readable('availability', {
  summary: 'Whether the service takes jobs (VOSI 1.1)',
  parameters: [
    {
      name: 'detail',
      in: 'query',
      description: '`min` is a heartbeat: 200 or 503, without a body.',
      schema: { enum: ['min', 'max'] },
    },
  ],
  responses: {
    200: response('The state of the service, which may be `false`.', {
      'text/xml': { schema: { type: 'string' } },
      'text/plain': { schema: { const: '' } },
    }),
    ...refusals(400, 500),
    503: response(
      'The heartbeat of a service that is down, or a service that is busy.',
      {
        'text/plain': { schema: { type: 'string' } },
        'application/json': { schema: schema('Error') },
      },
      { optional: ['Retry-After'] },
    ),
  },
})

const document = (id: string, summary: string, type: string): Json =>
  readable(id, {
    summary,
    parameters: [
      header('If-None-Match', 'Answers 304 where the document is still that of this ETag.'),
    ],
    responses: {
      200: response(summary, { [type]: { schema: {} } }, { always: ['ETag', 'Cache-Control'] }),
      304: response('It has not changed.', {}, { always: ['ETag', 'Cache-Control'] }),
      ...refusals(400, 500, 503),
    },
  })
