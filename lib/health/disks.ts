/** Disks of the submit host that are about to fill: told before anything fails. */
import type { Disk } from '../condor/scheduler.ts'

/** Below this share of the bytes or the inodes a disk is low; of a large one below so many bytes. */
const LOW_SHARE = 0.05
const LOW_BYTES = 20e9

const NAMES: Readonly<Record<string, string>> = {
  records: "the service's records",
  queue: "HTCondor's queue",
}

/** A note for each disk that is low. */
export const diskNotes = (disks: Readonly<Record<string, Disk>>): string[] =>
  Object.entries(disks).flatMap(([what, disk]) => {
    const left = leftOn(disk)
    const name = NAMES[what] ?? what
    return left === undefined ? [] : [`the submit host's disk of ${name} has ${left} left`]
  })

/** What is left where that is little; a file system that counts no inodes says 0 of 0. */
function leftOn({ bytes, inodes }: Disk): string | undefined {
  if (isLow(bytes) && bytes[0] < LOW_BYTES) return `${Math.floor(bytes[0] / 1e6)} MB`
  return isLow(inodes) ? `room for ${inodes[0]} files` : undefined
}

const isLow = ([left, all]: Disk['bytes']) => all > 0 && left < all * LOW_SHARE
