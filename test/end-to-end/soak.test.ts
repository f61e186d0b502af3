/** The soak, small enough for every run: `npm run soak` is the real one. */
import { afterAll, expect, test } from 'vitest'
import { BRIEF } from '../soak/host-faults.ts'
import { soak } from '../soak/soak.ts'
import { alice, bob, service } from './client.ts'
import { onSubmitHost } from './host.ts'

/** The same faults in every run; those of other seeds are for `npm run soak -- --seed N`. */
const SEED = 1
const JOBS = 40

afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
  await bob('/job', '-X', 'DELETE')
})

test(`${JOBS} jobs from 4 clients while all kinds of things break: each key has one cluster`, async () => {
  const site = { ...service, run: onSubmitHost }
  const plan = { seed: SEED, jobs: JOBS, clients: 4, share: 0.2, hostFaults: BRIEF, rounds: 1 }
  const { seconds, faults, statuses, ...outcome } = await soak(site, plan)
  console.log(`soak, seed ${SEED}: ${seconds} s`, faults, statuses)
  expect(outcome, `seed ${SEED}`).toEqual({
    keys: JOBS,
    clusters: JOBS,
    duplicates: [],
    lost: [],
    wrong: [],
  })
}, 300_000)
