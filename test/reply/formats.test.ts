/** Every format, read back by a reader that is not ours: what goes in comes out. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csv } from '../../lib/reply/csv.ts'
import { html, htmlDetails } from '../../lib/reply/html.ts'
import { json, jsonError } from '../../lib/reply/json.ts'
import { type Column, cell, type Table, type TableWriter, write } from '../../lib/reply/table.ts'
import { nameValues, tabSeparated } from '../../lib/reply/text.ts'
import { votable } from '../../lib/reply/votable.ts'
import { detailsWriterOf, writerOf } from '../../lib/reply/writers.ts'
import { FORMATS } from '../../lib/request/format.ts'

type Row = readonly (string | number | undefined)[]

const column = (index: number, name: string, type: Column['type']): Column<Row> => ({
  name,
  type,
  description: `what <${name}> & "that" is`,
  attributes: ['Attribute'],
  value: (row) => row[index],
})
const table: Table<Row> = {
  name: 'sample',
  description: 'Sample, of <tables>',
  columns: [
    column(0, 'Job ID', 'text'),
    column(1, 'Name, "quoted"', 'words'),
    column(2, 'Count', 'int'),
    column(3, 'Size', 'long'),
    { ...column(4, 'Time', 'double'), unit: 's' },
  ],
}

const word = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', ',', '\r', '\n', '\t', '<', '&', '=', ' ', 'a', '\u001b'),
  }),
  fc.constantFrom('=1+1', '@SUM(A1)', '-1', '+1', ' a ', '', '\ufeff', '__proto__', ']]>', '</td>'),
)
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, 2 ** 31, 2 ** 53, 1e-7, 1e21),
)
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
const row = fc.tuple(
  fc.tuple(fc.nat(), fc.nat()).map((id) => id.join('.')),
  optional(word),
  optional(number),
  optional(number),
  optional(number),
)
const tables = fc.sample(fc.array(row, { maxLength: 5 }), { numRuns: 400, seed: 7 })

/** In batches of two, as they arrive. */
async function document(writer: TableWriter, rows: readonly Row[]): Promise<string> {
  const batches = rows.flatMap((_, n) => (n % 2 === 0 ? [rows.slice(n, n + 2)] : []))
  let whole = ''
  for await (const piece of write(writer, table, [[], ...batches])) whole += piece
  return whole
}

/** What goes through a pipe: text that is not well-formed becomes U+FFFD. */
const wellFormed = (text: string) => text.toWellFormed()

/** Debian's python reads a list of documents; gives what `script` makes of each `text`. */
async function pythonReads(script: string, writer: TableWriter): Promise<string[][][]> {
  const documents = await Promise.all(tables.map((rows) => document(writer, rows)))
  const program = `
import sys, json
def read(text):
${script.replace(/^/gm, '    ')}
sys.stdout.write(json.dumps([read(text) for text in json.load(sys.stdin)]))
`
  const input = JSON.stringify(documents.map(wellFormed))
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

const names = table.columns.map(({ name }) => name)

test('CSV, read by python', async () => {
  const read = await pythonReads(
    'import csv, io\nreturn list(csv.reader(io.StringIO(text, newline=""), strict=True))',
    csv,
  )
  for (const [n, rows] of tables.entries()) {
    const expected = rows.map((row) =>
      table.columns.map((column) =>
        wellFormed(cell(column, row)).replaceAll(
          /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g,
          ' ',
        ),
      ),
    )
    expect(read[n]).toEqual([names, ...expected])
  }
})

test('CSV lines end in CRLF, and cells that a spreadsheet would calculate are as they are', async () => {
  const text = await document(csv, [['1.0', '=HYPERLINK("x")', -1, 2, 0.5]])
  expect(text).toBe(
    'Job ID,"Name, ""quoted""",Count,Size,Time\r\n1.0,"=HYPERLINK(""x"")",-1,2,0.5\r\n',
  )
})

test('JSON: an array of objects, numbers as numbers and null as null', async () => {
  for (const rows of tables) {
    const text = await document(json, rows)
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/)
    expect(text.isWellFormed()).toBe(true)
    const expected = rows.map((row) => {
      const values = table.columns.map((column) => {
        const text = cell(column, row)
        if (text === '') return null
        return ['int', 'long', 'double'].includes(column.type) ? Number(text) : text
      })
      const [Job_ID, quoted, Count, Size, Time] = values
      return { Job_ID, 'Name,_"quoted"': quoted, Count, Size, Time }
    })
    expect(JSON.parse(text)).toEqual(expected)
  }
})

test('JSON of cells that are text already is the same', async () => {
  const rows: Row[] = [['1.0', 'a', 1, 2, 1e21]]
  const text = rows.map((row) => table.columns.map((column) => cell(column, row)))
  expect(await document(json, text)).toBe(await document(json, rows))
})

test('a JSON error is one member', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (message) => {
      expect(JSON.parse(jsonError(message))).toEqual({ error: message })
    }),
  )
})

test('TSV: as many cells as columns in every line', async () => {
  for (const rows of tables) {
    const lines = (await document(tabSeparated, rows)).split('\n')
    expect(lines).toHaveLength(rows.length + 2)
    for (const line of lines.slice(0, -1)) expect(line.split('\t')).toHaveLength(names.length)
  }
})

const CELLS = `
from html.parser import HTMLParser
class Cells(HTMLParser):
    rows, cell = [], False
    def handle_starttag(self, tag, attributes):
        if tag == 'script' or any(name.startswith('on') for name, _ in attributes): raise ValueError(tag)
        if tag == 'tr': self.rows = self.rows + [[]]
        elif tag in ('td', 'th'): self.rows[-1].append('')
        self.cell = tag in ('td', 'th') or (self.cell and tag == 'span')
    def handle_endtag(self, tag):
        if tag in ('td', 'th'): self.cell = False
    def handle_data(self, data):
        if self.cell: self.rows[-1][-1] += data
parser = Cells()
parser.feed(text)
parser.close()
return parser.rows
`

/** What HTML cannot hold. */
const inHtml = (text: string) =>
  wellFormed(text).replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')

test('HTML: every cell is in its place and holds its text alone', async () => {
  const read = await pythonReads(CELLS, html)
  for (const [n, rows] of tables.entries()) {
    const expected = rows.map((row) => table.columns.map((column) => inHtml(cell(column, row))))
    // before it come the columns' meanings and the table's head
    expect(read[n]?.slice(1 + names.length + 1)).toEqual(expected)
  }
})

test('HTML details: a line for each column that has a value', async () => {
  const read = await pythonReads(CELLS, htmlDetails)
  for (const [n, rows] of tables.entries()) {
    const expected = rows.flatMap((row) =>
      table.columns
        .map((column) => [column, inHtml(cell(column, row))] as const)
        .filter(([, text]) => text !== '')
        .map(([column, text]) => [column.name + (column.unit ? ` ${column.unit}` : ''), text]),
    )
    expect(read[n]?.slice(1 + names.length)).toEqual(expected)
  }
})

test('HTML: the policy lets the style in, and nothing else', async () => {
  const text = await document(html, [])
  const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? ''
  const digest = createHash('sha256').update(style).digest('base64')
  expect(text).toContain(`default-src 'none'; style-src 'sha256-${digest}'`)
})

test('VOTable, read by a parser of XML', async () => {
  const read = await pythonReads(
    `
from xml.etree import ElementTree
rows = ElementTree.fromstring(text.encode()).iter('{http://www.ivoa.net/xml/VOTable/v1.3}TR')
return [[cell.text or '' for cell in row] for row in rows]`,
    votable,
  )
  for (const [n, rows] of tables.entries()) {
    const expected = rows.map((row) => table.columns.map((column) => inHtml(cell(column, row))))
    expect(read[n]).toEqual(expected)
  }
})

test('details as text: blocks of lines', async () => {
  const rows: Row[] = [
    ['1.0', 'a\nb', 1, undefined, undefined],
    ['1.1', undefined, 2, undefined, undefined],
  ]
  expect(await document(nameValues, rows)).toBe(
    'Job ID = 1.0\nName, "quoted" = a b\nCount = 1\n\nJob ID = 1.1\nCount = 2\n',
  )
})

describe('overflow', () => {
  test.each([
    [votable, '<INFO name="QUERY_STATUS" value="OVERFLOW"/>'],
    [html, 'There are more rows'],
  ])('is said where the format can', (writer, says) => {
    expect(writer.tail(true)).toContain(says)
    expect(writer.tail(false)).not.toContain(says)
  })
})

test('each format has its writers', () => {
  for (const format of FORMATS.values()) {
    expect(writerOf(format).head(table)).toEqual(expect.any(String))
    expect(detailsWriterOf(format).head(table)).toEqual(expect.any(String))
  }
})
