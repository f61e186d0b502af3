/** What a body holds, as JSON Schema. */
import { jobDetails } from '../../reply/job-details.ts'
import { jobTable } from '../../reply/job-table.ts'
import { outcomeTable } from '../../reply/outcome-table.ts'
import { schedulerTable } from '../../reply/scheduler-table.ts'
import { type Column, identifier, type Table } from '../../reply/table.ts'

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
  // WAIT answers with the columns of the list, and how a job ended
  Details: rows(jobDetails, jobTable.columns),
  Scheduler: rows(schedulerTable),
  Outcomes: rows(outcomeTable),
  Cluster: { type: 'string', pattern: '^[1-9][0-9]*$', description: 'The id of the cluster.' },
  Submitted: {
    type: 'object',
    properties: {
      cluster: { type: 'integer', minimum: 1 },
      jobs: { type: ['integer', 'null'], minimum: 1 },
      request: { type: 'string', description: 'The X-Request-Id of the submission.' },
      replayed: { type: 'boolean', description: 'They had been submitted before, with this key.' },
      warnings: { type: 'array', items: { type: 'string' } },
      links: {
        type: 'object',
        properties: {
          details: { type: 'string', format: 'uri' },
          queue: { type: 'string', format: 'uri' },
        },
        required: ['details', 'queue'],
        additionalProperties: false,
      },
    },
    required: ['cluster', 'jobs', 'request', 'replayed', 'warnings', 'links'],
    additionalProperties: false,
  },
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
  | 'Submitted'
  | 'Line'
  | 'Error'

export const schema = (name: SchemaName): Json => ({ $ref: `#/components/schemas/${name}` })
