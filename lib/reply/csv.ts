/**
 * CSV by RFC 4180: a header line, lines that end in CRLF, quotes where a cell needs them.
 *
 * A cell that begins with `=`, `+`, `-` or `@` is written as it is, although a spreadsheet may take it
 * for a formula and although the queue holds words of other users: a prefix would make every program
 * that reads the table read something else than the job has, and -1 is a number. Who opens the file in a
 * spreadsheet imports its columns as text; the HTML table is for looking at.
 */
import { cell, type TableWriter } from './table.ts'

/** TEXTDATA of the RFC has no control characters: a NUL ends reading, a terminal obeys all but the tab. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

function field(text: string): string {
  const clean = text.search(CONTROLS) === -1 ? text : text.replaceAll(CONTROLS, ' ')
  return /[",\r\n]/.test(clean) ? `"${clean.replaceAll('"', '""')}"` : clean
}

export const csv: TableWriter = {
  head: (table) => `${table.columns.map((column) => field(column.name)).join(',')}\r\n`,
  row: (table, row) => `${table.columns.map((column) => field(cell(column, row))).join(',')}\r\n`,
  tail: () => '',
}
