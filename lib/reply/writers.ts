/** Which writer makes which format. */
import type { Format } from '../request/format.ts'
import { csv } from './csv.ts'
import { html, htmlDetails } from './html.ts'
import { json } from './json.ts'
import type { TableWriter } from './table.ts'
import { nameValues, tabSeparated } from './text.ts'
import { votable } from './votable.ts'

type Writers = Readonly<Record<Format['kind'], TableWriter>>

const TABLES: Writers = { votable, text: tabSeparated, tsv: tabSeparated, csv, json, html }

/** Details are read by people line by line; programs read them as a table like any other. */
const DETAILS: Writers = { ...TABLES, text: nameValues, html: htmlDetails }

export const writerOf = ({ kind }: Format): TableWriter => TABLES[kind]

export const detailsWriterOf = ({ kind }: Format): TableWriter => DETAILS[kind]
