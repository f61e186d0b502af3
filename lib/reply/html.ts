/** Tables as pages for people: HTML that needs no script. */
import { PAGE_TAIL, pageHead } from './html-frame.ts'
import { type Column, cell, type Table, type TableWriter } from './table.ts'
import { xmlAttribute, xmlText } from './xml.ts'

const NUMBERS: ReadonlySet<Column['type']> = new Set(['int', 'long', 'double'])

const unit = ({ unit }: Pick<Column, 'unit'>): string =>
  unit === undefined ? '' : ` <span class="unit">${xmlText(unit)}</span>`

/** A part that scrolls sideways by itself, also by keyboard: the page never does. */
const scrolling = (label: string, content: string): string =>
  `<div class="wide" role="region" aria-label="${xmlAttribute(label)}" tabindex="0">${content}`

const OVERFLOW = '<p><strong>There are more rows than were asked for.</strong></p>\n'

/** A row of the page for each row of the table. */
export const html: TableWriter = {
  head: (table) => {
    const names = table.columns.map(
      (column) => `<th scope="col">${xmlText(column.name)}${unit(column)}</th>`,
    )
    return (
      pageHead(table.description, true) +
      meaning(table) +
      scrolling(
        table.description,
        `<table class="cells">\n<thead><tr>${names.join('')}</tr></thead>\n<tbody>`,
      )
    )
  },
  row: (table, row) => {
    let cells = ''
    for (const [index, column] of table.columns.entries()) {
      const text = xmlText(cell(column, row))
      if (index === 0) cells += `<th scope="row">${text}</th>`
      else if (NUMBERS.has(column.type)) cells += `<td class="n">${text}</td>`
      else cells += `<td>${text}</td>`
    }
    return `<tr>${cells}</tr>\n`
  },
  tail: (overflow) => `</tbody>\n</table></div>\n${overflow ? OVERFLOW : ''}${PAGE_TAIL}`,
}

/** A table of its own for each row, its columns one below the other; those without a value are left out. */
export const htmlDetails: TableWriter = {
  head: (table) => pageHead(table.description) + meaning(table),
  row: (table, row) => {
    let lines = ''
    for (const column of table.columns) {
      const text = xmlText(cell(column, row))
      if (text === '') continue
      lines += `<tr><th scope="row">${xmlText(column.name)}${unit(column)}</th><td>${text}</td></tr>\n`
    }
    return `<table class="job">\n${lines}</table>\n`
  },
  tail: (overflow) => `${overflow ? OVERFLOW : ''}${PAGE_TAIL}`,
}

const meaning = <Row>(table: Table<Row>): string =>
  `<details><summary>What the columns mean</summary>\n${columnList(table)}</details>\n`

/** As readers know it: what is ASCII and what is a user's own words concerns the VOTable alone. */
export const shownType = ({ type }: Pick<Column, 'type'>): string =>
  type === 'text' || type === 'words' ? 'string' : type

/** The columns of a table: what they mean, and which ClassAd attributes they are made from. */
export function columnList<Row>(table: Table<Row>): string {
  const lines = table.columns.map(
    (column) =>
      `<tr><th scope="row">${xmlText(column.name)}${unit(column)}</th>` +
      `<td>${xmlText(column.description)}</td><td>${shownType(column)}</td>` +
      `<td>${xmlText(column.ucd ?? '')}</td><td>${xmlText(column.attributes.join(', '))}</td></tr>\n`,
  )
  return `${scrolling(
    `Columns: ${table.description}`,
    '<table>\n<thead><tr><th scope="col">Column</th><th scope="col">Meaning</th>' +
      '<th scope="col">Type</th><th scope="col">UCD</th><th scope="col">ClassAd attributes</th></tr></thead>\n' +
      `<tbody>${lines.join('')}</tbody>\n</table></div>`,
  )}\n`
}
