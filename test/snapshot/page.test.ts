import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAds } from '../../lib/condor/classad.ts'
import { jobTable } from '../../lib/reply/job-table.ts'
import { cell } from '../../lib/reply/table.ts'
import type { Narrowing } from '../../lib/request/narrowing.ts'
import {
  idOf,
  type JobRow,
  jobRowTable,
  lineOf,
  parseRow,
  readLines,
  rowOf,
  statusOf,
  userOf,
} from '../../lib/snapshot/job-row.ts'
import { Page } from '../../lib/snapshot/page.ts'

const ad = (ClusterId: number, ProcId: number, Owner: string, JobStatus: number) => ({
  ClusterId,
  ProcId,
  Owner,
  JobStatus,
})

const jobs = fc.uniqueArray(
  fc.tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom('alice', 'bob'),
    fc.constantFrom(1, 2, 5),
  ),
  { selector: ([cluster, proc]) => `${cluster}.${proc}`, maxLength: 120 },
)

async function readPage(rows: readonly JobRow[], wanted: Narrowing) {
  const page = new Page(async function* () {
    yield rows.slice(0, 7).map(lineOf)
    yield rows.slice(7).map(lineOf)
  }, wanted)
  const read: JobRow[] = []
  for await (const some of page.rows()) read.push(...some)
  return { page, ids: read.map((row) => row[0] ?? '') }
}

test('page after page gives every job that matches once, in the order of ids', async () => {
  await fc.assert(
    fc.asyncProperty(
      jobs,
      fc.integer({ min: 1, max: 50 }),
      fc.option(fc.constantFrom('alice', 'bob'), { nil: undefined }),
      fc.option(fc.constantFrom('Idle', 'Held'), { nil: undefined }),
      async (queue, most, user, state) => {
        const rows = queue.map((job) => rowOf(ad(...job)))
        const narrowing = {
          ...(user && { users: new Set([user]) }),
          ...(state && { states: new Set([state]) }),
          most,
        }
        const expected = rows
          .filter((row) => user === undefined || userOf(row) === user)
          .filter((row) => state === undefined || statusOf(row) === state)
          .sort((a, b) => idOf(a).cluster - idOf(b).cluster || idOf(a).proc - idOf(b).proc)
          .map((row) => row[0])
        const seen: string[] = []
        for (let after: Narrowing['after']; ; ) {
          const { page, ids } = await readPage(rows, { ...narrowing, ...(after && { after }) })
          seen.push(...ids)
          expect(ids.length).toBeLessThanOrEqual(most)
          if (!page.overflow) break
          expect(ids).toHaveLength(most)
          after = page.last
        }
        expect(seen).toEqual(expected)
      },
    ),
    { numRuns: 200 },
  )
})

test('MAXREC=0 has no row, and overflows when there is a job', async () => {
  const rows = [rowOf(ad(1, 0, 'alice', 1))]
  expect(await readPage(rows, { most: 0 })).toMatchObject({ ids: [], page: { overflow: true } })
  expect(await readPage([], { most: 0 })).toMatchObject({ ids: [], page: { overflow: false } })
})

test('a row that was stored and read again shows the same cells', async () => {
  const words = fc.string({ unit: 'binary', maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 8 }), fc.integer(), async (texts, size) => {
      const ads = parseAds(
        JSON.stringify(texts.map((Cmd) => ({ ...ad(1, 2, 'bob', 5), Cmd, ImageSize: size }))),
      )
      const bytes = Buffer.from(ads.map((one) => lineOf(rowOf(one))).join(''))
      const read: JobRow[] = []
      const chunks = async function* () {
        for (let at = 0; at < bytes.length; at += 11) yield bytes.subarray(at, at + 11)
      }
      for await (const lines of readLines(chunks())) read.push(...lines.map(parseRow))
      expect(read).toHaveLength(ads.length)
      read.forEach((row, i) => {
        for (const [c, column] of jobTable.columns.entries())
          expect(cell(jobRowTable.columns[c] as never, row)).toBe(cell(column, ads[i] ?? {}))
      })
    }),
  )
})

test('lines that end in the middle are not taken for all', async () => {
  const cut = async function* () {
    yield Buffer.from(`${lineOf(['1.0', 'alice'])}["2.0","al`)
  }
  await expect(async () => {
    for await (const _ of readLines(cut()));
  }).rejects.toMatchObject({ status: 503 })
})
