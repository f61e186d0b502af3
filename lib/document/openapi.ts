/** The whole interface as OpenAPI 3.1. */
import type { Addresses } from './address.ts'
import { availability, document } from './openapi/documents.ts'
import { jobs } from './openapi/jobs.ts'
import { errors, headers } from './openapi/responses.ts'
import { type Json, schemas } from './openapi/schemas.ts'

const DESCRIPTION = `Batch jobs for an HTCondor pool over plain HTTP.

In the names of parameters upper and lower case are the same. An unknown one is 400, and so is one without a value, or
one that is given twice where it may not be. A method that a path does not list is 405, any other path 404
(\`components/responses\`). An error is one line of text. A client that asks for JSON, by RESPONSEFORMAT or Accept, gets
an object with the member \`error\`; RESPONSEFORMAT=votable gets DALI's error document. A refusal of credentials (403),
a 413 or a 503 of a gateway that did not read the request, are always text.`

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
