/** `npm run soak`: three seeds, 2,000 jobs each, on a local stack of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { terminalProgress } from '../../local/progress.ts'
import { type Service, startService } from '../../local/service.ts'
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

const dir = await mkdtemp(join(tmpdir(), 'canfar-proc-soak-'))
let running: Service | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await running?.stop()
    await rm(dir, { recursive: true, force: true })
    process.exit(1)
  })
}
let good = true
try {
  for (const seed of seeds) {
    const service = await startService({
      dir: join(dir, String(seed)),
      httpsPort: 0,
      httpPort: 0,
      progress,
      // a schedd that works all the time is what a soak wants
      functionSettings: { PROC_MAX_DUTY_PERCENT: '100' },
    })
    running = service
    try {
      if (!service.stack) throw new Error('The soak breaks its own stack: unset PROC_SUBMIT_HOST')
      const site: Site = { ...service, run: service.stack.run }
      const jobs = Number(values.jobs)
      const outcome = await soak(site, {
        seed,
        jobs,
        clients: Number(values.clients),
        share: 0.05,
        hostFaults: ALL,
        rounds: Math.max(1, Math.round(jobs / 1000)),
        progress: (done) => progress.now(`seed ${seed}: ${done} of ${jobs}`),
      })
      good = tell(seed, outcome) && good
    } finally {
      await service.stop()
    }
  }
} finally {
  await rm(dir, { recursive: true, force: true })
}
process.exit(good ? 0 : 1)
