/** `npm run soak`: three seeds, 2,000 jobs each, on a local stack of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { terminalProgress } from '../../local/progress.ts'
import { startService } from '../../local/service.ts'
import type { Site } from '../faults/detour.ts'
import { ALL } from './host-faults.ts'
import { type Outcome, soak } from './soak.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '2000' },
    clients: { type: 'string', default: '8' },
  },
})
const seeds = (values.seed ?? ['1', '2', '3']).map(Number)
const progress = terminalProgress()

const list = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')

function tell(seed: number, outcome: Outcome): boolean {
  const { keys, clusters, duplicates, lost, wrong, seconds, faults, statuses } = outcome
  progress.clear()
  console.log(
    `seed ${seed}: ${keys} keys, ${clusters} clusters, ${duplicates.length} duplicates, ${lost.length} lost`,
  )
  console.log(`  answers: ${list(statuses)}; ${wrong.length} wrong; ${seconds} s`)
  console.log(`  faults: ${list(faults)}`)
  for (const [what, which] of Object.entries({ duplicates, lost, wrong })) {
    for (const line of which.slice(0, 20)) console.log(`  ${what}: ${line}`)
  }
  return duplicates.length + lost.length + wrong.length === 0
}

/** One seed on a stack of its own; `signal` ends it early. */
async function run(seed: number, dir: string, signal: AbortSignal): Promise<Outcome> {
  const service = await startService({
    dir,
    httpsPort: 0,
    httpPort: 0,
    progress,
    signal,
    // a schedd that works all the time is what a soak wants
    functionSettings: { PROC_MAX_DUTY_PERCENT: '100' },
  })
  const broken = new AbortController()
  service.broken.catch((error) => broken.abort(error))
  try {
    if (!service.stack) throw new Error('The soak breaks its own stack: unset PROC_SUBMIT_HOST')
    const site: Site = { ...service, run: service.stack.run }
    const jobs = Number(values.jobs)
    return await soak(site, {
      seed,
      jobs,
      clients: Number(values.clients),
      share: 0.05,
      hostFaults: ALL,
      rounds: Math.max(1, Math.round(jobs / 1000)),
      progress: (done) => progress.now(`seed ${seed}: ${done} of ${jobs}`),
      signal: AbortSignal.any([signal, broken.signal]),
    })
  } finally {
    await service.stop()
  }
}

const dir = await mkdtemp(join(tmpdir(), 'canfar-proc-soak-'))
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort(new Error(signal)))
}
let good = true
try {
  for (const seed of seeds) {
    try {
      good = tell(seed, await run(seed, join(dir, String(seed)), interrupted.signal)) && good
    } catch (error) {
      // The soak itself could not go on: that says nothing of the service, and nothing good either.
      progress.clear()
      console.error(`seed ${seed}: not finished:`, error)
      good = false
    }
    if (interrupted.signal.aborted) break
  }
} finally {
  await rm(dir, { recursive: true, force: true })
}
process.exit(good ? 0 : 1)
