/** How users name their own jobs: `1234.0` is one, `1234` all of a cluster. */
import { IDS_OF_REQUEST } from '../limits.ts'
import { badRequest } from '../problem.ts'
import { quoted } from './quotation.ts'

/** `<cluster>.<proc>`: HTCondor's name of one job. */
export interface JobId {
  readonly cluster: number
  readonly proc: number
}

export interface JobName {
  readonly cluster: number
  /** Undefined means all jobs of the cluster. */
  readonly proc?: number
}

/** HTCondor keeps both in a signed 32-bit integer. */
const LARGEST = 2 ** 31 - 1

function parse(text: string): JobName | undefined {
  const [, cluster, proc] = /^(\d{1,10})(?:\.(\d{1,10}))?$/.exec(text) ?? []
  const name = { cluster: Number(cluster), ...(proc !== undefined && { proc: Number(proc) }) }
  // NaN, where the text did not match, is not <= anything.
  return name.cluster <= LARGEST && (name.proc ?? 0) <= LARGEST ? name : undefined
}

/** Reads `1234.0` or `1234`. Throws Problem 400. */
export function readJobName(text: string): JobName {
  const name = parse(text)
  if (name) return name
  throw badRequest(`id must be <cluster>.<proc> or <cluster>, as in 1234.0, not ${quoted(text)}`)
}

/** Reads `1234.0`; a bare cluster would be more than one job. Throws Problem 400. */
export function readJobId(text: string, parameter: string): JobId {
  const { cluster, proc } = parse(text) ?? {}
  if (cluster !== undefined && proc !== undefined) return { cluster, proc }
  throw badRequest(`${parameter} must be <cluster>.<proc>, as in 1234.0, not ${quoted(text)}`)
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
