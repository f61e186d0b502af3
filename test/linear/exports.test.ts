/** No reader and no writer of lib/ is left out of the tests of linear work. */
import './environment.ts'
import { expect, test } from 'vitest'
import { apart } from './apart.ts'
import { exportsOfLib } from './exports.ts'
import { readers } from './readers.ts'

const all = exportsOfLib()
const covered = new Set(
  Object.values(readers)
    .flat()
    .flatMap(({ covers }) => covers),
)
const named = Object.values(apart).flat()
const stands = (name: string) => named.includes(name) || named.includes(name.split('#')[0] ?? '')

test('what lib/ exports is read in the table, or it is said why not', () => {
  expect(all.filter((name) => !covered.has(name) && !stands(name))).toEqual([])
})

test('what the table and the list of the others name is there, and in one of them', () => {
  const modules = all.map((name) => name.split('#')[0])
  expect([...covered].filter((name) => !all.includes(name))).toEqual([])
  expect(named.filter((name) => !all.includes(name) && !modules.includes(name))).toEqual([])
  expect([...covered].filter(stands)).toEqual([])
  expect(named.filter((name, at) => named.indexOf(name) !== at)).toEqual([])
})
