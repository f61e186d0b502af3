/** Messages and documents for clients. */
import { addressesOf } from '../../../lib/document/address.ts'
import { capabilitiesDocument } from '../../../lib/document/capabilities.ts'
import { guide } from '../../../lib/document/guide.ts'
import { openapiDocument } from '../../../lib/document/openapi.ts'
import { badRequest, Problem } from '../../../lib/problem.ts'
import { answers, plainText } from '../../../lib/reply/answer.ts'
import { availabilityDocument } from '../../../lib/reply/availability.ts'
import { pageHead } from '../../../lib/reply/html-frame.ts'
import { jsonError } from '../../../lib/reply/json.ts'
import { entityTag, holds, weakTag } from '../../../lib/reply/validator.ts'
import { votableError } from '../../../lib/reply/votable.ts'
import { xmlAttribute, xmlText } from '../../../lib/reply/xml.ts'
import { context, event, silently } from '../event.ts'
import { pieces, type Reader } from '../reader.ts'

export const documents: readonly Reader[] = [
  {
    name: 'a message',
    covers: [
      'reply/answer#answers',
      'reply/answer#plainText',
      'reply/json#jsonError',
      'reply/votable#votableError',
    ],
    tokens: ['again', ';', 'https://a?b '],
    read: (text) =>
      silently(async () => {
        for (const status of [400, 503] as const) {
          const work = async () => {
            throw new Problem(status, text, { headers: { 'Retry-After': '1' }, cause: text })
          }
          await answers('get', work)(
            event({ headers: { accept: text }, query: { responseformat: [text] } }),
            context,
          )
        }
        await answers('get', async () => plainText(text))(
          event({ headers: { accept: text } }),
          context,
        )
        return [jsonError(text), votableError(text), badRequest(text)]
      }),
  },
  {
    name: 'text in markup',
    covers: [
      ...['reply/xml#xmlText', 'reply/xml#xmlAttribute', 'reply/html-frame#pageHead'],
      'reply/availability#availabilityDocument',
    ],
    tokens: [']]>', '\udc00', '\ud83d'],
    read: (text) => [
      [xmlText(text), xmlAttribute(text), pageHead(text)],
      availabilityDocument({ available: false, notes: [text, ...pieces(text)] }),
    ],
  },
  {
    name: 'an If-None-Match header',
    covers: ['reply/validator#holds', 'reply/validator#entityTag', 'reply/validator#weakTag'],
    tokens: ['"a"', 'W/"a"', 'W/', ', '],
    read: (text) => [
      holds(event({ headers: { 'if-none-match': text } }), '"b"'),
      entityTag(text),
      weakTag(text),
    ],
  },
  {
    name: 'documents for the address that was asked',
    covers: [
      ...['document/address#addressesOf', 'document/capabilities#capabilitiesDocument'],
      ...['document/guide#guide', 'document/openapi#openapiDocument'],
    ],
    tokens: ['/proc', '/proc/', '`'],
    read: (text) => {
      const addresses = addressesOf(event({ path: text }), {
        certificate: undefined,
        password: undefined,
      })
      const limits = { body: 1, vospaceFile: undefined, jobsPerAccount: 1 }
      return [capabilitiesDocument(addresses), guide(addresses, limits), openapiDocument(addresses)]
    },
  },
]
