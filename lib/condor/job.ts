/** Reading an account's own jobs, queued or finished. */
import type { JobName } from '../request/job-name.ts'
import { type ClassAd, integer, parseAds } from './classad.ts'
import type { Operation } from './gate.ts'

/** The gate gives one more, where there are more. */
export const MOST_JOBS = 5_000

/**
 * The ads of a job, or of all jobs of a cluster by their proc, with the named attributes; none where
 * the account has no such job. `ended` leaves the schedd in peace and reads the history alone. Owner, ClusterId and ProcId must be among the attributes.
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
