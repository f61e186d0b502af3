/** Reading jobs: everybody's queued ones, or one of the caller's own, queued or finished. */
import { type ClassAd, parseAds, readAds } from './classad.ts'
import type { Connection } from './connection.ts'
import { type Operation, stream } from './gate.ts'

/**
 * All users' queued jobs with the named attributes, some at a time as the schedd sends them. Throws a Problem (503)
 * instead of ending early.
 */
export const listJobs = (
  connection: Connection,
  attributes: readonly string[],
  deadline: number,
): AsyncGenerator<ClassAd[]> => readAds(stream(connection, { op: 'list', attributes }, deadline))

/** One job of the account's own; undefined when it has none of that id. */
export const findJob = (
  account: string,
  id: { readonly cluster: number; readonly proc: number },
): Operation<ClassAd | undefined> => ({
  request: { op: 'job', account, cluster: id.cluster, proc: id.proc },
  read(stdout) {
    const [ad] = parseAds(stdout)
    // The gate asks by owner; whoever answers otherwise must not reach the caller.
    return ad !== undefined && ad.Owner === account ? ad : undefined
  },
})

/** Removes every job of the account, and gives how many were marked for removal. */
export const removeJobs = (account: string): Operation<number> => ({
  request: { op: 'remove', account },
  read(stdout) {
    const { removed } = JSON.parse(stdout)
    if (!Number.isSafeInteger(removed)) throw new Error('no count of removed jobs')
    return removed
  },
})
