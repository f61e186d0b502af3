/**
 * JSON (RFC 8259): an array with an object for each row, its members named by the columns' identifiers
 * (`Job_ID`). Numbers are numbers, times are text, and null is null: no member is ever missing.
 */
import { type Column, cell, identifier, type TableWriter } from './table.ts'

/** What JSON.stringify leaves as it is, and a terminal or JavaScript would obey. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029]/g

export const jsonText = (value: unknown): string =>
  JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const TEXT: ReadonlySet<Column['type']> = new Set(['text', 'words', 'timestamp'])

function value<Row>(column: Column<Row>, row: Row): string {
  const text = cell(column, row)
  if (text === '') return 'null'
  return TEXT.has(column.type) ? jsonText(text) : text
}

export const json: TableWriter = {
  head: () => '[',
  row: (table, row) => {
    let members = ''
    for (const column of table.columns) {
      members += `${members === '' ? '' : ','}${jsonText(identifier(column))}:${value(column, row)}`
    }
    return `\n{${members}}`
  },
  between: ',',
  tail: () => '\n]\n',
}

export const jsonError = (message: string): string => `{"error":${jsonText(message)}}\n`
