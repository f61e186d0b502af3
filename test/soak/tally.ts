/** What the schedd has for each request id, beside what the clients were answered. */
import { requestId } from '../../lib/request/idempotency-key.ts'
import type { Site } from '../faults/detour.ts'
import type { Job } from './client.ts'

export interface Tally {
  readonly keys: number
  readonly clusters: number
  /** Keys with more than one cluster, with none, and with an answer that is not the cluster. */
  readonly duplicates: string[]
  readonly lost: string[]
  readonly wrong: string[]
}

export async function tally({ run }: Pick<Site, 'run'>, jobs: readonly Job[]): Promise<Tally> {
  const found = await clustersByRequest(run)
  const duplicates: string[] = []
  const lost: string[] = []
  const wrong: string[] = []
  let clusters = 0
  for (const { wanted, answers } of jobs) {
    const { account, key } = wanted
    const has = [...(found.get(requestId(account, key)) ?? [])]
    clusters += has.length
    if (has.length > 1) duplicates.push(`${key}: clusters ${has.join(', ')}`)
    if (has.length === 0) lost.push(key)
    for (const { statusCode, body } of answers) {
      if (statusCode === 409 || statusCode === 503) continue
      if (statusCode !== 200 || body !== has[0]) wrong.push(`${key}: ${statusCode} ${body.trim()}`)
    }
  }
  return { keys: jobs.length, clusters, duplicates, lost, wrong }
}

/** Queue and history, a line for each job. */
async function clustersByRequest(run: Site['run']): Promise<Map<string, Set<string>>> {
  const ask =
    'condor_q -allusers -af ProcRequestId ClusterId && condor_history -af ProcRequestId ClusterId'
  const { status, stdout, stderr } = await run('sh', '-c', ask)
  if (status !== 0) throw new Error(`the schedd cannot be asked: ${stderr}`)
  const found = new Map<string, Set<string>>()
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [id = '', cluster = ''] = line.split(' ')
    found.set(id, (found.get(id) ?? new Set()).add(cluster))
  }
  return found
}
