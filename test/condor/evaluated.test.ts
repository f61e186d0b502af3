/** Whose expressions HTCondor is asked for, when there are too many, or it does not answer: with a gate that only counts. */

import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ClassAd } from '../../lib/condor/classad.ts'
import type { Connection } from '../../lib/condor/connection.ts'
import { evaluated } from '../../lib/condor/evaluated.ts'

const ATTRIBUTES = ['Owner', 'ClusterId', 'ProcId', 'RequestCpus', 'RequestMemory', 'RequestDisk']
const EXPRESSION = '/Expr(int(strcat("1", "0")))/'

/** `answer`: what becomes of a question about these clusters. */
function gate(answer: (clusters: number[]) => Promise<number[]> = async (clusters) => clusters) {
  const asked: number[][] = []
  const sizes = new Map<number, number>()
  const connection = {
    async send(line: string) {
      const clusters = (JSON.parse(line).jobs as number[][]).map(([cluster = 0]) => cluster)
      asked.push(clusters)
      const lines = (await answer(clusters)).flatMap((cluster) =>
        Array.from(
          { length: sizes.get(cluster) ?? 0 },
          (_, proc) => `${cluster} ${proc} 1 10 20\n`,
        ),
      )
      return {
        stdout: Readable.from([Buffer.from(lines.join(''))]),
        ended: Promise.resolve({ status: 0, stderr: '' }),
      }
    },
  } as unknown as Connection
  const jobs = (Owner: string, ClusterId: number, count: number): ClassAd[] => {
    sizes.set(ClusterId, count)
    const requests = { RequestCpus: 1, RequestMemory: EXPRESSION, RequestDisk: 20 }
    return Array.from({ length: count }, (_, ProcId) => ({ Owner, ClusterId, ProcId, ...requests }))
  }
  return { connection, asked, jobs }
}

/** How many of each owner's jobs come, and how many have a number. */
async function told(connection: Connection, batches: ClassAd[][], milliseconds = 20_000) {
  const found: Record<string, [number, number]> = {}
  async function* stream() {
    yield* batches
  }
  for await (const ads of evaluated(connection, stream(), ATTRIBUTES, Date.now() + milliseconds)) {
    for (const ad of ads) {
      const [all, numbers] = found[String(ad.Owner)] ?? [0, 0]
      found[String(ad.Owner)] = [all + 1, numbers + (ad.RequestMemory === 10 ? 1 : 0)]
    }
  }
  return found
}

test('of more jobs than can wait, the owner of most goes without; a list is whole all the same', async () => {
  const { connection, jobs } = gate()
  const batches = [
    jobs('first', 1, 20_000),
    jobs('few', 2, 1),
    jobs('first', 3, 7_000),
    jobs('some', 4, 5_000),
  ]
  const found = await told(connection, batches)
  expect(found).toEqual({ few: [1, 1], some: [5_000, 5_000], first: [27_000, 8_500] })
})

test('many owners of one job each, more than can wait', async () => {
  const { connection, jobs } = gate()
  const batches = [Array.from({ length: 20_050 }, (_, i) => jobs(`owner${i}`, i, 1)).flat()]
  const found = await told(connection, batches, 5_000)
  expect(Object.keys(found)).toHaveLength(20_050)
  for (const [all] of Object.values(found)) expect(all).toBe(1)
})

test('who has fewest is asked about first; what fails at once is asked again the next time', async () => {
  let fails = true
  const { connection, asked, jobs } = gate(async (clusters) => {
    if (fails && clusters.includes(2)) throw new Error('condor_q ended')
    return clusters
  })
  const batches = () => [[...jobs('a', 1, 30), ...jobs('b', 2, 10), ...jobs('c', 3, 20)]]
  expect(await told(connection, batches())).toEqual({ a: [30, 30], b: [10, 0], c: [20, 20] })
  expect(asked).toEqual([[2], [3], [1]])
  fails = false
  expect(await told(connection, batches())).toEqual({ a: [30, 30], b: [10, 10], c: [20, 20] })
})

test('what takes too long is not asked again for a minute', async () => {
  const { connection, asked, jobs } = gate(async (clusters) => {
    if (clusters.includes(2)) {
      await sleep(2_600)
      throw new Error('the scheduler did not answer in time')
    }
    return clusters
  })
  const batches = () => [[...jobs('slow', 2, 10), ...jobs('quick', 3, 20)]]
  expect(await told(connection, batches())).toEqual({ slow: [10, 0], quick: [20, 20] })
  expect(await told(connection, batches())).toEqual({ slow: [10, 0], quick: [20, 20] })
  expect(asked).toEqual([[2], [3], [3]])
})

test('no question begins that the gate could not end before the deadline', async () => {
  const { connection, asked, jobs } = gate()
  expect(await told(connection, [jobs('late', 1, 2)], 3_000)).toEqual({ late: [2, 0] })
  expect(asked).toEqual([])
})
