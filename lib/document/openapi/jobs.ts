/** The calls of /proc/job: GET, POST and DELETE. */
import { KEY_DAYS } from '../../limits.ts'
import {
  ACTION_PARAMETERS,
  DELETE_PARAMETERS,
  GET_PARAMETERS,
  POST_PARAMETERS,
} from '../parameters.ts'
import { header, parameters, readable } from './operation.ts'
import {
  type Header,
  nothingDone,
  plain,
  refusals,
  response,
  table,
  unknownOutcome,
} from './responses.ts'
import { type Json, schema } from './schemas.ts'

const FRESHNESS: readonly Header[] = [
  'ETag',
  'Cache-Control',
  'Last-Modified',
  'Age',
  'Vary',
  'Link',
]

const acted: Json = response(
  'How many jobs it was done to; with `id` or a format, what became of each id.',
  table('Outcomes'),
)

/** `who` names the security scheme. */
export function jobs(id: string, who: string): Json {
  const security = [{ [who]: [] }]
  const acting = refusals(400, 403, 500, 503)
  return {
    ...readable(id, {
      summary: 'The queue of all users, your own jobs, or the state of the scheduler',
      security,
      parameters: [
        ...parameters(GET_PARAMETERS),
        header('If-None-Match', '304 if the list still has this ETag.'),
        header('Range', 'One range of bytes of `view=stdout`, `stderr` or `log`.'),
      ],
      responses: {
        200: response(
          'A table; or text about a job, or what it wrote.',
          table('Jobs', 'Details', 'Scheduler'),
          {
            optional: [...FRESHNESS, 'X-Notice', 'Content-Encoding', 'Accept-Ranges'],
          },
        ),
        206: response('A part of what the job wrote.', plain({ type: 'string' }), {
          always: ['Content-Range', 'Accept-Ranges'],
        }),
        303: response(
          'The reply is too large for one answer: it is at the URL of Location.',
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
        416: response('The range begins behind the end.', plain(schema('Line')), {
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
        'A submission needs `job`, `exec`, `image` and `flavor`, and takes `RESPONSEFORMAT` beside them. ' +
        'With `action` these four are unknown, and a body is 400.',
      security,
      parameters: [
        ...parameters([...POST_PARAMETERS, ...ACTION_PARAMETERS]).map((one) => ({
          ...one,
          required: false,
        })),
        header(
          'Idempotency-Key',
          `The same request with the same key, within ${KEY_DAYS} days, answers with the first cluster.`,
          {
            type: 'string',
            pattern: '^[ -~]{1,128}$',
          },
        ),
      ],
      requestBody: {
        description:
          'The parts that `param:` names, as fields or as files; any other is 400, but `_charset_`.',
        content: {
          'multipart/form-data': { schema: { type: 'object', additionalProperties: true } },
        },
      },
      responses: {
        200: response(
          'The id of the cluster; of `action`, how many jobs it was done to or what became of each.',
          {
            ...table('Outcomes', 'Submitted'),
            'text/plain': {
              schema: { anyOf: [schema('Cluster'), { type: 'string', pattern: '\\n$' }] },
            },
          },
          { optional: ['Idempotency-Replayed', 'X-Submit-Warning'] },
        ),
        404: nothingDone,
        ...acting,
        ...refusals(409, 413, 422),
        503: unknownOutcome,
      },
    },
    delete: {
      operationId: `${id}Delete`,
      summary: 'Removes jobs of your own: all, or those that `id`, `cluster` and `state` select',
      description: 'Parameters are in the URL; a body is 400.',
      security,
      parameters: parameters(DELETE_PARAMETERS),
      responses: { 200: acted, 404: nothingDone, ...acting },
    },
  }
}
