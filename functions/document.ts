/** GET of what describes the service: for anyone, and without asking any part of it. */
import { type Addresses, addressesOf } from '../lib/document/address.ts'
import { capabilitiesDocument } from '../lib/document/capabilities.ts'
import { guide } from '../lib/document/guide.ts'
import { openapiDocument } from '../lib/document/openapi.ts'
import { notFound } from '../lib/problem.ts'
import { answers } from '../lib/reply/answer.ts'
import { entityTag, holds } from '../lib/reply/validator.ts'
import { readParameters } from '../lib/request/parameters.ts'
import { readDomains, readSiteLimits } from '../lib/settings.ts'

const domains = readDomains()
const limits = readSiteLimits()

const DOCUMENTS = new Map([
  [
    '/proc',
    { write: (at: Addresses) => guide(at, limits), contentType: 'text/html; charset=utf-8' },
  ],
  ['/proc/capabilities', { write: capabilitiesDocument, contentType: 'text/xml; charset=utf-8' }],
  ['/proc/openapi.json', { write: openapiDocument, contentType: 'application/json' }],
])

export const handler = answers('document', async function document({ event }) {
  readParameters(event.multiValueQueryStringParameters, [])
  const found = DOCUMENTS.get(event.resource)
  if (!found) throw notFound('no such document')
  const { write, contentType } = found
  const body = write(addressesOf(event, domains))
  const headers = { ETag: entityTag(body), 'Cache-Control': 'no-cache' }
  const held = holds(event, headers.ETag)
  return { status: held ? 304 : 200, contentType, body: held ? '' : body, headers }
})
