/** Forms of a reply: of tables, and of errors. */
import { columnList } from '../../reply/html.ts'
import { jobDetails } from '../../reply/job-details.ts'
import { jobTable } from '../../reply/job-table.ts'
import { outcomeTable } from '../../reply/outcome-table.ts'
import { schedulerTable } from '../../reply/scheduler-table.ts'
import { FORMATS, SHORT_NAMES } from '../../request/format.ts'
import { heading, paragraph, type Section, table } from './markup.ts'

const NOTES = {
  votable: 'VOTable 1.4: for TOPCAT, astropy and pyvo.',
  text: 'Columns with tabs between them and a line of names; details as `name = value` lines.',
  tsv: 'Columns with tabs between them and a line of names, for details too.',
  csv:
    'RFC 4180 with a header line. In a spreadsheet import all columns as text: a cell may begin ' +
    'with =. Read `Job ID` as text: as numbers 464.1 and 464.10 are the same; `Cluster` and `Proc` are whole numbers.',
  json: 'An array with an object for each row. Its members are named like the columns, with _ for blanks.',
  html: 'A page to look at. A browser with a certificate gets it unasked.',
}

export const formats: Section = {
  id: 'formats',
  short: 'Formats',
  title: 'Formats',
  content: [
    paragraph(
      'Every table comes in each of these. Ask with `RESPONSEFORMAT`, by short name or by media type, or with the',
      '`Accept` header.',
    ),
    table(
      'Formats',
      ['Media type', 'Short name', 'What it is'],
      [...FORMATS].map(([type, { kind }]) => {
        const [short] = [...SHORT_NAMES].find(([, named]) => named === type) ?? []
        return [type, short ? `\`${short}\`` : '', NOTES[kind]]
      }),
    ),
    paragraph(
      'If you ask for none, a list is a VOTable, and DELETE and POST with `action` answer with text.',
    ),
  ],
}

export const columns: Section = {
  id: 'columns',
  short: 'Columns',
  title: 'Columns',
  content: [
    heading(jobTable.description),
    columnList(jobTable),
    heading(jobDetails.description),
    columnList(jobDetails),
    heading(schedulerTable.description),
    columnList(schedulerTable),
    heading(outcomeTable.description),
    columnList(outcomeTable),
  ],
}
