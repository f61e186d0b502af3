/** Reading the queue of all users. */
import { type ClassAd, readAds } from './classad.ts'
import type { Connection } from './connection.ts'
import { evaluated, withReferred } from './evaluated.ts'
import { stream } from './gate.ts'

/**
 * All users' queued jobs with the named attributes, some at a time as the schedd sends them. Throws a Problem (503)
 * instead of ending early.
 */
export function listJobs(
  connection: Connection,
  attributes: readonly string[],
  deadline: number,
): AsyncGenerator<ClassAd[]> {
  const asked = withReferred(attributes)
  const ads = readAds(stream(connection, { op: 'list', attributes: asked }, deadline))
  return evaluated(connection, ads, asked, deadline)
}
