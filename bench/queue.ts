/** The load: idle jobs that no machine takes, in large clusters. */
import { setTimeout as sleep } from 'node:timers/promises'
import { BARE_USER, type Scene } from './scene.ts'

/** What one submission may queue (MAX_JOBS_PER_SUBMISSION of the local host). */
const CLUSTER = 100_000

/** Makes the queue so long. */
export async function fill(scene: Scene, jobs: number): Promise<void> {
  if ((await length(scene)) > jobs) await empty(scene) // what another part of the bench left
  for (let left = jobs - (await length(scene)); left > 0; left -= CLUSTER) {
    const description = `executable = /bin/true\\nrequirements = false\\nqueue ${Math.min(left, CLUSTER)}\\n`
    await scene.root(
      `cd /home/${BARE_USER} && printf '${description}' | runuser -u ${BARE_USER} -- condor_submit -terse -`,
    )
  }
}

/** Removes all jobs, and waits until they are gone. */
export async function empty(scene: Scene): Promise<void> {
  await scene.root('condor_rm -all || true')
  while ((await length(scene)) > 0) await sleep(500)
}

async function length(scene: Scene): Promise<number> {
  const out = await scene.root('condor_q -allusers -totals')
  return Number(/Total for all users: (\d+) jobs/.exec(out)?.[1] ?? 0)
}

/** How often the schedd was asked for jobs since `watch`. */
export async function countQueries(scene: Scene): Promise<number> {
  return Number(await scene.root('grep -c QUERY_JOB_ADS /var/log/condor/SchedLog || true'))
}

/** Has the schedd note every command in its log. */
export async function watchQueries(scene: Scene): Promise<void> {
  await scene.root(`printf 'SCHEDD_DEBUG = D_COMMAND\\nMAX_SCHEDD_LOG = 1 Gb\\n' >/etc/condor/config.d/99-bench
condor_reconfig -schedd`)
  await sleep(2_000)
}

export async function unwatchQueries(scene: Scene): Promise<void> {
  await scene.root('rm -f /etc/condor/config.d/99-bench; condor_reconfig -schedd')
}
