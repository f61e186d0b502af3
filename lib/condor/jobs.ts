/** Reading the queue of all users. */
import { type ClassAd, readAds } from './classad.ts'
import type { Connection } from './connection.ts'
import { stream } from './gate.ts'

/**
 * All users' queued jobs with the named attributes, some at a time as the schedd sends them. Throws a Problem (503)
 * instead of ending early.
 */
export const listJobs = (
  connection: Connection,
  attributes: readonly string[],
  deadline: number,
): AsyncGenerator<ClassAd[]> => readAds(stream(connection, { op: 'list', attributes }, deadline))
