import { expect, test } from 'vitest'
import { diskNotes } from '../../lib/health/disks.ts'

const MUCH = [9e11, 1e12] as const

test.each([
  [MUCH, MUCH, undefined],
  [[4e9, 1e11], MUCH, '4000 MB left'],
  [[6e9, 1e11], MUCH, undefined],
  // 3 % of a large disk is much.
  [[3e10, 1e12], MUCH, undefined],
  [[0, 1e12], MUCH, '0 MB left'],
  [MUCH, [40, 1000], 'room for 40 files left'],
  // btrfs counts no inodes.
  [MUCH, [0, 0], undefined],
] as const)('of bytes %j and inodes %j: %s', (bytes, inodes, says) => {
  const notes = diskNotes({ queue: { bytes, inodes } })
  expect(notes).toEqual(
    says === undefined ? [] : [`the submit host's disk of HTCondor's queue has ${says}`],
  )
})
