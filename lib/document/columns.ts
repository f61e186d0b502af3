/** docs/columns.md: every column of every table, from the tables themselves. */
import { shownType } from '../reply/html.ts'
import { jobDetails } from '../reply/job-details.ts'
import { jobTable } from '../reply/job-table.ts'
import { outcomeTable } from '../reply/outcome-table.ts'
import { schedulerTable } from '../reply/scheduler-table.ts'
import { identifier, type Table } from '../reply/table.ts'

const HEAD = `# Columns
Made from the tables in \`lib/reply\` by \`npx vitest run --project unit test/document -u\`. A column's identifier
is its ID in a VOTable and its name in JSON; text, CSV and HTML show the name.
`

const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`

function section<Row>(title: string, { columns }: Table<Row>): string {
  const lines = columns.map((column) =>
    row([
      column.name,
      `\`${identifier(column)}\``,
      shownType(column),
      column.unit ?? '',
      column.ucd ?? '',
      column.attributes.join(', '),
      column.description,
    ]),
  )
  const names = ['name', 'identifier', 'type', 'unit', 'UCD', 'ClassAd attributes', 'meaning']
  return `\n## ${title}\n${row(names)}${row(names.map(() => '---'))}${lines.join('')}`
}

export const columnsMarkdown = (): string =>
  HEAD +
  section('Jobs in the queue: `/proc/job`', jobTable) +
  section('Details of your own jobs: `/proc/job?id=1234.0`', jobDetails) +
  section('State of the scheduler: `/proc/job?status=true`', schedulerTable) +
  section('Outcomes of `DELETE` and of `POST` with `action`', outcomeTable)
