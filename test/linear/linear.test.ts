/** No text makes a reader or a writer work for more than in proportion to its length. */
import './environment.ts'
import { describe, expect, test } from 'vitest'
import { superlinear } from './growth.ts'
import { readers } from './readers.ts'

describe.each(Object.entries(readers))('%s', (_, some) => {
  test.each(some.map((reader) => [reader.name, reader] as const))('%s', async (_, reader) => {
    expect(await superlinear(reader)).toEqual([])
  })
})

test('a reader whose work is a square is found', async () => {
  const quadratic = {
    name: '',
    covers: [],
    tokens: ['/proc/'],
    read: (text: string) => text.replace(/[^\s'"]*\/proc\/[0-9a-f]{8}\//g, ''),
  }
  expect(await superlinear(quadratic)).not.toEqual([])
})
