/**
 * VOTable 1.4. The namespace stays that of 1.3 (VOTable 1.4, section 3.1); 1.5 would add nothing and
 * is refused by stilts 3.4. Null is an empty TD, for every type (section 5.5).
 */
import { type Column, cell, identifier, type TableWriter } from './table.ts'
import { xmlAttribute, xmlText } from './xml.ts'

const OPEN =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n' +
  '  <RESOURCE type="results">\n'
const OVERFLOW = '    <INFO name="QUERY_STATUS" value="OVERFLOW"/>\n'
const CLOSE = '  </RESOURCE>\n</VOTABLE>\n'

export const votable: TableWriter = {
  head: (table) =>
    OPEN +
    '    <INFO name="QUERY_STATUS" value="OK"/>\n' +
    `    <TABLE name="${xmlAttribute(table.name)}">\n` +
    `      <DESCRIPTION>${xmlText(table.description)}</DESCRIPTION>\n` +
    table.columns.map(field).join('') +
    '      <DATA><TABLEDATA>\n',
  row: (table, row) => {
    let cells = ''
    for (const column of table.columns) {
      const value = cell(column, row)
      cells += value === '' ? '<TD/>' : `<TD>${xmlText(value)}</TD>`
    }
    return `        <TR>${cells}</TR>\n`
  },
  // DALI 1.1, section 4.4.1: what overflowed is said after the table.
  tail: (overflow) =>
    `      </TABLEDATA></DATA>\n    </TABLE>\n${overflow ? OVERFLOW : ''}${CLOSE}`,
}

/** The error document of DALI 1.1, section 4.4.1. */
export const votableError = (message: string): string =>
  `${OPEN}    <INFO name="QUERY_STATUS" value="ERROR">${xmlText(message)}</INFO>\n${CLOSE}`

const DATATYPES = {
  text: 'datatype="char" arraysize="*"',
  // By VOTable 1.4 a char is ASCII (section 2.1); readers warn of anything else in it.
  words: 'datatype="unicodeChar" arraysize="*"',
  timestamp: 'datatype="char" arraysize="*" xtype="timestamp"',
  int: 'datatype="int"',
  long: 'datatype="long"',
  double: 'datatype="double"',
}

function field<Row>({ name, type, unit, ucd, description }: Column<Row>): string {
  const attributes =
    `ID="${xmlAttribute(identifier({ name }))}" name="${xmlAttribute(name)}" ${DATATYPES[type]}` +
    (unit === undefined ? '' : ` unit="${xmlAttribute(unit)}"`) +
    (ucd === undefined ? '' : ` ucd="${xmlAttribute(ucd)}"`)
  return `      <FIELD ${attributes}><DESCRIPTION>${xmlText(description)}</DESCRIPTION></FIELD>\n`
}
