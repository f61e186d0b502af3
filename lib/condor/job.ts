/** Reading an account's own jobs, queued or finished. */
import type { JobName } from '../request/job-name.ts'
import { type ClassAd, integer, parseAds } from './classad.ts'
import type { Connection } from './connection.ts'
import { evaluatedJobs, withReferred } from './evaluated.ts'
import { type Operation, perform } from './gate.ts'

/** What findJobs finds, with the values of expressions. Throws the Problems of `perform`. */
export async function readJobs(
  connection: Connection,
  account: string,
  name: JobName,
  attributes: readonly string[],
  deadline: number,
  question: { ended?: boolean } = {},
): Promise<ClassAd[]> {
  // The default of request_disk with HTCondor 25 is made of it.
  const asked = withReferred([...attributes, 'TransferInputSizeMB'])
  const ads = await perform(connection, findJobs(account, name, asked, question), deadline)
  return evaluatedJobs(connection, ads, asked, deadline)
}

/**
 * The ads of a job, or of all jobs of a cluster by their proc, with the named attributes; none where
 * the account has no such job. With `ended` only the history is read; the schedd is not asked. The gate gives one job
 * more than JOBS_OF_CLUSTER, where there are more. Owner, ClusterId and ProcId must be among the attributes.
 */
export const findJobs = (
  account: string,
  { cluster, proc }: JobName,
  attributes: readonly string[],
  { ended = false } = {},
): Operation<ClassAd[]> => ({
  request: {
    op: 'job',
    account,
    cluster,
    ...(proc !== undefined && { proc }),
    attributes,
    ...(ended && { ended }),
  },
  ...(proc === undefined && { smaller: `ask for single jobs, with id=${cluster}.<proc>` }),
  read(stdout) {
    const ads = new Map<number, ClassAd>()
    for (const ad of parseAds(stdout)) {
      const found = integer(ad, 'ProcId') ?? -1
      // The gate asks by owner and id; whoever answers otherwise must not reach the caller.
      const own = ad.Owner === account && integer(ad, 'ClusterId') === cluster
      if (!own || (proc !== undefined && found !== proc)) continue
      // Just leaving the queue it comes from there and from the history, which is later.
      ads.set(found, ad)
    }
    return [...ads].sort(([a], [b]) => a - b).map(([, ad]) => ad)
  },
})
