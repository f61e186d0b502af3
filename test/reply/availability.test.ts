import { expect, test } from 'vitest'
import { availabilityDocument } from '../../lib/reply/availability.ts'

test('elements come in the order of the schema, times with milliseconds', () => {
  const document = availabilityDocument({
    available: false,
    notes: ['a < b', 'two'],
    backAt: new Date(3000),
    downAt: new Date(2000),
    upSince: new Date(1000),
  })
  expect(document.match(/<vosi:\w+>[^<]*/g)).toEqual([
    '<vosi:available>false',
    '<vosi:upSince>1970-01-01T00:00:01.000Z',
    '<vosi:downAt>1970-01-01T00:00:02.000Z',
    '<vosi:backAt>1970-01-01T00:00:03.000Z',
    '<vosi:note>a &lt; b',
    '<vosi:note>two',
  ])
})
