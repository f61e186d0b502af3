/** Columns of tables whose rows are ClassAds of jobs. */
import { type ClassAd, integer, number, text, time } from '../condor/classad.ts'
import type { Column } from './table.ts'

type More = Partial<Pick<Column, 'unit' | 'ucd' | 'value' | 'attributes'>>

/** Columns that are one ClassAd attribute, unless `more` says otherwise. */
const column =
  (type: Column['type'], read: (ad: ClassAd, attribute: string) => string | number | undefined) =>
  (name: string, attribute: string, description: string, more: More = {}): Column => ({
    name,
    type,
    description,
    attributes: [attribute],
    value: (ad) => read(ad, attribute),
    ...more,
  })

export const ascii = column('text', text)
export const words = column('words', text)
export const when = column('timestamp', time)
export const int = column('int', integer)
export const long = column('long', integer)
export const double = column('double', number)
