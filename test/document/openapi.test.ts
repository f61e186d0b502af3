import { registerSchema, unregisterSchema, validate } from '@hyperjump/json-schema/openapi-3-1'
import { describe, expect, test } from 'vitest'
import type { Addresses } from '../../lib/document/address.ts'
import { openapiDocument } from '../../lib/document/openapi.ts'
import {
  ACTION_PARAMETERS,
  DELETE_PARAMETERS,
  GET_PARAMETERS,
  POST_PARAMETERS,
} from '../../lib/document/parameters.ts'

const OPENAPI = 'https://spec.openapis.org/oas/3.1/schema-base'
const here = 'https://localhost:8443/proc'
const everywhere: Addresses = { open: here, certificate: here, password: here }
const documentFor = (addresses: Addresses) => JSON.parse(openapiDocument(addresses))

test.each([
  ['both ways in', everywhere],
  ['passwords only', { ...everywhere, certificate: undefined }],
  ['certificates only', { ...everywhere, password: undefined }],
])('is valid OpenAPI 3.1, with %s', async (_, addresses) => {
  expect(await validate(OPENAPI, documentFor(addresses), 'BASIC')).toEqual({ valid: true })
})

test('the validator does find faults', async () => {
  const misspelt = documentFor(everywhere)
  misspelt.paths['/proc'].get.respones = {}
  const wrong = documentFor(everywhere)
  wrong.components.schemas.Line.type = 'strin'
  expect((await validate(OPENAPI, misspelt)).valid).toBe(false)
  expect((await validate(OPENAPI, wrong)).valid).toBe(false)
})

test('every reference leads somewhere', () => {
  const document = documentFor(everywhere)
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)]
  expect(references.length).toBeGreaterThan(50)
  for (const [, path = ''] of references) {
    let found = document
    for (const step of path.split('/')) found = found?.[step]
    expect(found, path).toBeDefined()
  }
})

test('the paths are those that the site has', () => {
  const open = ['/proc/availability', '/proc/capabilities', '/proc/openapi.json', '/proc']
  const paths = (addresses: Addresses) => Object.keys(documentFor(addresses).paths)
  expect(paths(everywhere)).toEqual(['/proc/job', '/proc/auth/job', ...open])
  expect(paths({ ...everywhere, certificate: undefined })).toEqual(['/proc/auth/job', ...open])
  const other = documentFor({ ...everywhere, certificate: 'https://c.example.org/v1/proc' })
  expect(other.paths['/proc/job'].servers).toEqual([{ url: 'https://c.example.org/v1' }])
})

describe.each([
  ['GET', GET_PARAMETERS],
  ['POST', POST_PARAMETERS],
  ['POST with action', ACTION_PARAMETERS],
  ['DELETE', DELETE_PARAMETERS],
])('%s', (_, parameters) => {
  test.each(parameters)('the example of $name fits its schema', async ({ schema, example }) => {
    const dialect = { $schema: 'https://spec.openapis.org/oas/3.1/dialect/base' }
    registerSchema({ ...dialect, ...schema }, 'https://localhost/parameter')
    expect((await validate('https://localhost/parameter', example)).valid).toBe(true)
    unregisterSchema('https://localhost/parameter')
  })
})
