/**
 * `npm run bench [-- --only lists,posts,large,pollers,cold] [--quick] [--jobs 1000,10000]`: what the service
 * costs beside the bare commands, as ratios of medians measured in turn. Prints tables, and the same as
 * JSON.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { terminalProgress } from '../local/progress.ts'
import { startService } from '../local/service.ts'
import { firstRequests, starts } from './cold.ts'
import { lists } from './lists.ts'
import { pollers } from './pollers.ts'
import { large, posts } from './posts.ts'
import type { Row } from './sample.ts'
import { prepare } from './scene.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'cold,posts,large,pollers,lists' },
    quick: { type: 'boolean', default: false },
    jobs: { type: 'string' },
  },
})
const parts = new Set(values.only.split(','))
const usual = values.quick ? '1000,10000' : '1000,10000,100000,300000'
const sizes = (values.jobs ?? usual).split(',').map(Number)

const dir = await mkdtemp(join(tmpdir(), 'canfar-proc-bench-'))
const service = await startService({ dir, httpsPort: 0, httpPort: 0, progress: terminalProgress() })
try {
  const scene = await prepare(service, values.quick)
  const rows: Row[] = []
  const figures: Record<string, unknown> = { date: new Date().toISOString() }
  if (parts.has('posts')) rows.push(...(await posts(scene)))
  if (parts.has('large')) rows.push(await large(scene))
  if (parts.has('cold')) {
    figures.starts = await starts(scene)
    console.table(figures.starts)
    rows.push(...(await firstRequests(scene)))
  }
  if (parts.has('pollers')) {
    const polled = await pollers(scene)
    rows.push(...polled.rows)
    figures.loads = polled.loads
    console.table(polled.loads.map(({ answers: _, ...load }) => load))
  }
  if (parts.has('lists')) rows.push(...(await lists(scene, sizes)))
  console.table(rows)
  console.log(JSON.stringify({ ...figures, rows }))
} finally {
  await service.stop()
  await rm(dir, { recursive: true, force: true })
}
