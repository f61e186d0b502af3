/** How many jobs a submission may have: the numbers that are told, and the submissions that are always let through. */
import { expect, test } from 'vitest'
import { each } from './each.ts'

const PROGRAM = `
import time
import large_submission
def one(case):
    large_submission.site_limit = lambda: case.get('site')
    large_submission.check_count(case['count'])
    class DryRun:
        dry_run_seconds = case.get('dryRun', 0)
        dry_run_processor_seconds = case.get('processor', dry_run_seconds)
    large_submission.check_duration(case['count'], time.monotonic() - case.get('past', 0), DryRun)
`
type Case = { count: number; site?: number; past?: number; dryRun?: number; processor?: number }
const checked = (submission: Case) => each<null>(PROGRAM, [submission])[0]

test('the smaller of the two limits is told, whatever the number of jobs', () => {
  expect(checked({ count: 20_000 })).toBe(null)
  expect(checked({ count: 20_001 })).toMatch(/queues 20,001 jobs; 20,000 are accepted in one go/)
  expect(checked({ count: 150, site: 150 })).toBe(null)
  for (const count of [151, 20_000, 20_001, 1_000_000]) {
    expect(checked({ count, site: 150 })).toMatch(/; 150 are accepted in one go/)
  }
  expect(checked({ count: 20_001, site: 200_000 })).toMatch(/; 20,000 are accepted in one go/)
})

test('too many are told as that before they are told as too slow', () => {
  expect(checked({ count: 1_000, site: 150, past: 15, dryRun: 15 })).toMatch(/; 150 are accepted/)
  expect(checked({ count: 30_000, past: 15, dryRun: 15 })).toMatch(/; 20,000 are accepted/)
})

test('what takes longer than the service waits is refused with a number that takes less', () => {
  expect(checked({ count: 20_000, past: 4, dryRun: 4 })).toBe(null)
  expect(checked({ count: 20_000, past: 9, dryRun: 4 })).toMatch(/in parts of 13,300$/)
  expect(checked({ count: 1_000, past: 10, dryRun: 10 })).toMatch(/in parts of 300$/)
  expect(checked({ count: 2_000, past: 24, dryRun: 0.1 })).toBe(null)
})

test('a hundred simple jobs are let through, whatever else the machine does or the files took', () => {
  expect(checked({ count: 100, past: 100, dryRun: 15, processor: 0.3 })).toBe(null)
  expect(checked({ count: 100, site: 50 })).toBe(null)
  expect(checked({ count: 101, past: 60, dryRun: 9, processor: 0.3 })).toMatch(/in parts of 100$/)
  expect(checked({ count: 2_000, past: 24, dryRun: 14, processor: 1 })).toMatch(/in parts of 200$/)
})

test('few jobs that each take long are refused, too', () => {
  expect(checked({ count: 20, past: 60, dryRun: 40, processor: 4 })).toBe(null)
  expect(checked({ count: 20, past: 6, dryRun: 5, processor: 5 })).toMatch(
    /20 jobs .* in parts of 13$/,
  )
  expect(checked({ count: 2, past: 9, dryRun: 9, processor: 9 })).toMatch(/in parts of 1$/)
  expect(checked({ count: 1, past: 9, dryRun: 9, processor: 9 })).toMatch(
    /cannot queue the job .*: shorten its description$/,
  )
})
