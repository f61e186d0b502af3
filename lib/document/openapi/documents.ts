/** The calls that anyone may make. */
import { header, readable } from './operation.ts'
import { refusals, response } from './responses.ts'
import { type Json, schema } from './schemas.ts'

export const availability = readable('availability', {
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
      'With `detail=min`: the service is down. Otherwise: it is busy.',
      {
        'text/plain': { schema: { type: 'string' } },
        'application/json': { schema: schema('Error') },
      },
      { optional: ['Retry-After'] },
    ),
  },
})

export const document = (id: string, summary: string, type: string): Json =>
  readable(id, {
    summary,
    parameters: [header('If-None-Match', '304 if the document still has this ETag.')],
    responses: {
      200: response(summary, { [type]: { schema: {} } }, { always: ['ETag', 'Cache-Control'] }),
      304: response('It has not changed.', {}, { always: ['ETag', 'Cache-Control'] }),
      ...refusals(400, 500, 503),
    },
  })
