/** The availability document of VOSI 1.1, section 3. */
import { xmlText } from './xml.ts'

export interface Availability {
  readonly available: boolean
  readonly upSince?: Date
  readonly downAt?: Date
  readonly backAt?: Date
  readonly notes: readonly string[]
}

/** Elements in the order of the schema; times with milliseconds, which CADC's client insists on. */
export function availabilityDocument(state: Availability): string {
  const time = (name: string, value: Date | undefined) =>
    value === undefined ? '' : `  <vosi:${name}>${value.toISOString()}</vosi:${name}>\n`
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<vosi:availability xmlns:vosi="http://www.ivoa.net/xml/VOSIAvailability/v1.0">\n' +
    `  <vosi:available>${state.available}</vosi:available>\n` +
    time('upSince', state.upSince) +
    time('downAt', state.downAt) +
    time('backAt', state.backAt) +
    state.notes.map((note) => `  <vosi:note>${xmlText(note)}</vosi:note>\n`).join('') +
    '</vosi:availability>\n'
  )
}
