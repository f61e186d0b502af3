/** `<cluster>.<proc>`: HTCondor's name of one job. */
import { badRequest } from '../problem.ts'
import { quoted } from './quotation.ts'

export interface JobId {
  readonly cluster: number
  readonly proc: number
}

/** HTCondor keeps both in a signed 32-bit integer. */
const LARGEST = 2 ** 31 - 1

/**
 * Reads `1234.0`. Both numbers are needed: a bare cluster or a name would select more than one job.
 * Throws Problem 400.
 */
export function readJobId(text: string, parameter = 'id'): JobId {
  const [, cluster, proc] = /^(\d{1,10})\.(\d{1,10})$/.exec(text) ?? []
  const id = { cluster: Number(cluster), proc: Number(proc) }
  // NaN, where the text did not match, is not <= anything.
  if (id.cluster <= LARGEST && id.proc <= LARGEST) return id
  throw badRequest(`${parameter} must be <cluster>.<proc>, as in 1234.0, not ${quoted(text)}`)
}
