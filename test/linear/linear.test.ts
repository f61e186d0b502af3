/** No text makes a reader or a writer work for more than in proportion to its length. */
import './environment.ts'
import { describe, expect, test } from 'vitest'
import { growthOf, superlinear } from './growth.ts'
import { pieces } from './reader.ts'
import { readers } from './readers.ts'

/** On a machine that does much else. */
const PATIENCE = 120_000

describe.each(Object.entries(readers))('%s', (_, some) => {
  test.each(some.map((reader) => [reader.name, reader] as const))(
    '%s',
    async (_, one) => {
      expect(await superlinear(one)).toBeUndefined()
    },
    PATIENCE,
  )
})

const reader = (read: (text: string) => unknown) => ({ name: '', covers: [], tokens: [], read })

describe('work that is a square is found', () => {
  test(
    'of a pattern that begins anew at every character, as everybody had it of a hold reason',
    async () => {
      const pattern = /[^\s'"]*\/proc\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\//g
      const shape = { start: '', repeated: '/proc/0', end: '' }
      expect(
        await growthOf(
          reader((text) => text.replace(pattern, '')),
          shape,
        ),
      ).toMatch(/ms for/)
    },
    PATIENCE,
  )

  test(
    'of copies of memory, which are fast',
    async () => {
      const copied = (text: string) => {
        let held = Buffer.alloc(0)
        for (const piece of pieces(text)) held = Buffer.concat([held, Buffer.from(piece)])
      }
      expect(await superlinear(reader(copied))).toMatch(/ms for/)
    },
    PATIENCE,
  )
})
