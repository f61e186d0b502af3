/** A table as every format sees it: columns that know their type, unit, meaning and ClassAd source. */
import type { ClassAd } from '../condor/classad.ts'

export interface Column<Row = ClassAd> {
  /** As shown, and `identifier` is made of it. */
  readonly name: string
  /**
   * `text` is ASCII, `words` are a user's own and can be anything. `timestamp` is an ISO 8601 time in
   * UTC (DALI 1.1, section 3.3.3).
   */
  readonly type: 'text' | 'words' | 'timestamp' | 'int' | 'long' | 'double'
  /** In VOUnits. */
  readonly unit?: string
  /** A word of the UCD1+ vocabulary. */
  readonly ucd?: string
  readonly description: string
  /** The ClassAd attributes the value is made from. */
  readonly attributes: readonly string[]
  readonly value: (row: Row) => string | number | undefined
}

export interface Table<Row = ClassAd> {
  readonly name: string
  readonly description: string
  readonly columns: readonly Column<Row>[]
}

/** How a table is written: a head, a piece of text for each row, what stands between two rows, a tail. */
export interface TableWriter {
  head<Row>(table: Table<Row>): string
  row<Row>(table: Table<Row>, row: Row): string
  readonly between?: string
  /** `overflow`: there are more rows than were asked for (MAXREC). */
  tail(overflow: boolean): string
}

/** The ClassAd attributes that a table is made from, each once. */
export const attributesOf = (table: Table): string[] => [
  ...new Set(table.columns.flatMap((column) => column.attributes)),
]

/** The name as an identifier: ID of a VOTable's FIELD, member of a JSON object. */
export const identifier = ({ name }: Pick<Column, 'name'>): string => name.replaceAll(' ', '_')

/** A cell as text, empty for null. A number that its type cannot hold is null: readers would fail. */
export function cell<Row>(column: Column<Row>, row: Row): string {
  const value = column.value(row)
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (column.type === 'double') return Number.isFinite(value) ? String(value) : ''
  const whole = Math.trunc(value)
  const holds = column.type === 'int' ? whole === (whole | 0) : Number.isSafeInteger(whole)
  return holds ? String(whole) : ''
}

/**
 * The whole document, a piece at a time, as batches of rows arrive. Whether they overflow is asked
 * when they have ended.
 */
export async function* write<Row>(
  writer: TableWriter,
  table: Table<Row>,
  batches: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  overflowed = () => false,
): AsyncGenerator<string> {
  yield writer.head(table)
  let first = true
  for await (const batch of batches) {
    let rows = ''
    for (const row of batch) {
      if (!first && writer.between !== undefined) rows += writer.between
      rows += writer.row(table, row)
      first = false
    }
    yield rows
  }
  yield writer.tail(overflowed())
}
