import { expect, test } from 'vitest'
import { columnsMarkdown } from '../../lib/document/columns.ts'
import { jobDetails } from '../../lib/reply/job-details.ts'
import { jobTable } from '../../lib/reply/job-table.ts'
import { outcomeTable } from '../../lib/reply/outcome-table.ts'
import { schedulerTable } from '../../lib/reply/scheduler-table.ts'
import { identifier } from '../../lib/reply/table.ts'

test('docs/columns.md tells the columns as they are; -u writes it anew', async () => {
  await expect(columnsMarkdown()).toMatchFileSnapshot('../../docs/columns.md')
})

test.each([
  ['jobs', jobTable.columns],
  ['details', jobDetails.columns],
  ['scheduler', schedulerTable.columns],
  ['outcomes', outcomeTable.columns],
])('%s: identifiers are XML names, each once, and every column is explained', (_, columns) => {
  const identifiers = columns.map((column) => identifier(column))
  expect(new Set(identifiers).size).toBe(identifiers.length)
  for (const { name, description } of columns) {
    expect(identifier({ name })).toMatch(/^[A-Za-z_][\w.-]*$/)
    expect(description).toMatch(/\S/)
  }
})
