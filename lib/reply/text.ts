/** Plain text: a header line and tab-separated columns, or a job's details line by line. */
import { cell, type Table, type TableWriter } from './table.ts'

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

/** Tabs and line ends would break the columns, other control characters a terminal. */
const plain = (text: string): string =>
  text.search(CONTROLS) === -1 ? text : text.replaceAll(CONTROLS, ' ')

export const tabSeparated: TableWriter = {
  head: (table) => `${table.columns.map((column) => plain(column.name)).join('\t')}\n`,
  row: (table, row) => `${table.columns.map((column) => plain(cell(column, row))).join('\t')}\n`,
  tail: () => '',
}

/** One row as `name = value` lines; columns without a value are left out. */
export function nameValueLines<Row>(table: Table<Row>, row: Row): string {
  let lines = ''
  for (const column of table.columns) {
    const value = plain(cell(column, row))
    if (value !== '') lines += `${column.name} = ${value}\n`
  }
  return lines
}

/** Rows as such lines, a blank line between them. */
export const nameValues: TableWriter = {
  head: () => '',
  row: nameValueLines,
  between: '\n',
  tail: () => '',
}
