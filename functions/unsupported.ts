/** Every other method of the known paths is 405, every other path 404. */
import { methodNotAllowed, notFound } from '../lib/problem.ts'
import { answers } from '../lib/reply/answer.ts'
import { withoutSlashes } from '../lib/request/slashes.ts'

const ALLOW = new Map([
  ['/proc/job', 'GET, HEAD, POST, DELETE'],
  ['/proc/auth/job', 'GET, HEAD, POST, DELETE'],
  ['/proc/availability', 'GET, HEAD'],
  ['/proc/capabilities', 'GET, HEAD'],
  ['/proc/openapi.json', 'GET, HEAD'],
  ['/proc', 'GET, HEAD'],
])

export const handler = answers('unsupported', async function unsupported({ event }) {
  const allow = ALLOW.get(event.path)
  if (allow !== undefined) throw methodNotAllowed(event.httpMethod, allow)
  const meant = withoutSlashes(event.path)
  if (ALLOW.has(meant)) {
    throw notFound(`nothing is here; without the slash at its end it is ${meant}`)
  }
  throw notFound(`nothing is here; the paths are ${[...ALLOW.keys()].join(', ')}`)
})
