/** Query parameters, by the rules of DALI 1.1, sections 3 and 3.1. */
import { badRequest } from '../problem.ts'
import { quoted } from './quotation.ts'

/** Values by the lower-case name of the parameter; what was not given is absent. */
export type Parameters = ReadonlyMap<string, string>

/**
 * Reads the query of a gateway event. "Parameter names are not case sensitive", and a parameter with
 * several values is an error. So is an unknown one, and one without a value: `DELETE ?jobid=12` or
 * `GET ?id=` must not be read as a request about everything. The values of a `repeatable` one are put
 * together with commas. Throws Problem 400.
 */
export function readParameters(
  query: Readonly<Record<string, readonly string[] | undefined>> | null,
  known: readonly string[],
  repeatable: readonly string[] = [],
): Parameters {
  const names = new Map(known.map((name) => [name.toLowerCase(), name]))
  const parameters = new Map<string, string>()
  for (const [written, values] of Object.entries(query ?? {})) {
    const key = written.toLowerCase()
    const name = names.get(key)
    if (name === undefined) {
      const offer = known.length > 0 ? `known here are ${known.join(', ')}` : 'none is known here'
      throw badRequest(`unknown parameter ${quoted(written)}; ${offer}`)
    }
    for (const value of values ?? []) {
      const earlier = parameters.get(key)
      if (earlier !== undefined && !repeatable.includes(name)) {
        throw badRequest(`parameter ${name} is given more than once`)
      }
      if (value === '') throw badRequest(`parameter ${name} has no value`)
      parameters.set(key, earlier === undefined ? value : `${earlier},${value}`)
    }
  }
  return parameters
}
