/** What HTCondor has of a job, read from `condor_q -long`, without that which is another for every submission. */

export type Ad = ReadonlyMap<string, string>

/** Set anew each time, or by the gate alone (SECURITY.md): neither chirp nor the starter may change a job. */
const OWN = new Set(
  'ClusterId GlobalJobId QDate EnteredCurrentStatus JobSubmitFile ServerTime AutoClusterId AutoClusterAttrs WantIOProxy WantDelayedUpdates ProcWarnings'
    .toLowerCase()
    .split(' '),
)

/** The ads of all jobs in the text, by `cluster.proc`. */
export function readAds(text: string): Map<string, Ad> {
  const ads = new Map<string, Ad>()
  for (const block of text.split('\n\n')) {
    const ad = new Map<string, string>()
    for (const line of block.split('\n')) {
      const equals = line.indexOf(' = ')
      if (equals > 0) ad.set(line.slice(0, equals), line.slice(equals + 3))
    }
    if (ad.size > 0) ads.set(`${ad.get('ClusterId')}.${ad.get('ProcId')}`, ad)
  }
  return ads
}

/** A line for each attribute in which the two differ. */
export function differences(ours: Ad, bare: Ad): string[] {
  const [a, b] = [comparable(ours), comparable(bare)]
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => `${name}: ${a.get(name) ?? 'none'} instead of ${b.get(name) ?? 'none'}`)
}

/** By names in lower case, for HTCondor knows no other difference; with a word for the cluster's own number. */
function comparable(ad: Ad): Map<string, string> {
  const cluster = ad.get('ClusterId') ?? ''
  const own = new RegExp(`c${cluster}(?=[c.])|\\b${cluster}(?= \\+ 990099)`, 'g')
  return new Map(
    [...ad]
      // To whoever evaluates or reads a job, an attribute that is undefined is one that is not there.
      .filter(([name, value]) => !OWN.has(name.toLowerCase()) && value !== 'undefined')
      .map(([name, value]) => [name.toLowerCase(), value.replace(own, 'CLUSTER')]),
  )
}
