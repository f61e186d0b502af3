/** How users name their own jobs: `1234.0` is one, `1234` all of a cluster. */
import { IDS_OF_REQUEST } from '../limits.ts'
import { badRequest } from '../problem.ts'
import { quoted } from './quotation.ts'

export interface JobName {
  readonly cluster: number
  /** Undefined means all jobs of the cluster. */
  readonly proc?: number
}

/** HTCondor keeps both in a signed 32-bit integer. */
const LARGEST = 2 ** 31 - 1

/** Throws Problem 400. */
export function readJobName(text: string): JobName {
  const [, cluster, proc] = /^(\d{1,10})(?:\.(\d{1,10}))?$/.exec(text) ?? []
  const name = { cluster: Number(cluster), ...(proc !== undefined && { proc: Number(proc) }) }
  if (name.cluster <= LARGEST && (name.proc ?? 0) <= LARGEST) return name
  throw badRequest(`id must be <cluster>.<proc> or <cluster>, as in 1234.0, not ${quoted(text)}`)
}

/** Reads `12.0,13`; a name that comes twice counts once. Throws Problem 400. */
export function readJobNames(text: string): JobName[] {
  const names = new Map<string, JobName>()
  for (const word of text.split(',')) {
    const name = readJobName(word.trim())
    names.set(printJobName(name), name)
  }
  if (names.size > IDS_OF_REQUEST) {
    throw badRequest(`more than ${IDS_OF_REQUEST} ids in one request; send them in several`)
  }
  return [...names.values()]
}

export const printJobName = ({ cluster, proc }: JobName): string =>
  proc === undefined ? String(cluster) : `${cluster}.${proc}`
