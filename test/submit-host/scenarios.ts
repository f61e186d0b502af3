/** What condor-gate must do on a real submit host, as checks that need one. Run by by-hand.ts, and by the end-to-end tests. */
import { descriptions } from './scenarios/description.ts'
import type { Scenario } from './scenarios/host.ts'
import { jobs } from './scenarios/jobs.ts'
import { once } from './scenarios/once.ts'
import { outages } from './scenarios/outage.ts'
import { paths } from './scenarios/paths.ts'
import { refusals } from './scenarios/refusal.ts'
import { rules } from './scenarios/rules.ts'
import { submissions } from './scenarios/submission.ts'

export const scenarios: Scenario[] = [
  ...submissions,
  ...descriptions,
  ...rules,
  ...paths,
  ...once,
  ...refusals,
  ...jobs,
  ...outages,
]
