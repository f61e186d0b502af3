import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type ClassAd,
  integer,
  jobState,
  number,
  parseAds,
  readAds,
  text,
  time,
} from '../../lib/condor/classad.ts'

/** As condor_q -json writes it: one member to a line, a line `,` between ads. */
const condorJson = (ads: readonly object[]) =>
  ads.length === 0
    ? ''
    : `[\n${ads
        .map((ad) => {
          const members = Object.entries(ad).map(
            ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
          )
          return `{\n${members.join(',\n')}\n}\n`
        })
        .join(',\n')}]\n`

async function read(bytes: Buffer, cuts: readonly number[] = []): Promise<ClassAd[]> {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  async function* chunks() {
    let from = 0
    for (const cut of [...at, bytes.length]) {
      yield bytes.subarray(from, cut)
      from = cut
    }
  }
  const ads: ClassAd[] = []
  for await (const some of readAds(chunks())) ads.push(...some)
  return ads
}

const anyAd = fc
  .dictionary(
    fc.stringMatching(/^[A-Za-z_]\w{0,8}$/),
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null)),
    { minKeys: 1 },
  )
  .map((ad) => ({ ...ad }))

test('any ads come back from any cutting of their bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAd, { maxLength: 6 }), fc.array(fc.nat()), async (ads, cuts) => {
      const read1 = await read(Buffer.from(condorJson(ads)), cuts)
      expect(read1).toEqual(JSON.parse(JSON.stringify(ads)))
    }),
  )
})

test('a list that is cut anywhere is an error, never a shorter list', async () => {
  const whole = Buffer.from(condorJson([{ Owner: 'alice', ClusterId: 1 }, { Args: '}\n{' }]))
  for (let length = 1; length < whole.length - 2; length++) {
    await expect(read(whole.subarray(0, length)), `cut at ${length}`).rejects.toThrow()
  }
})

test('no bytes, and an empty array, are an empty list', async () => {
  expect(await read(Buffer.from(''))).toEqual([])
  expect(await read(Buffer.from('[\n]\n'))).toEqual([])
  expect(parseAds('')).toEqual([])
  expect(parseAds('[\n]\n')).toEqual([])
})

/** What a broken or hostile submit host might send. */
const anything = fc.oneof(
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.json().map(Buffer.from),
  fc
    .array(
      fc.oneof(fc.constantFrom('[\n', '{\n', '\n}\n', ',\n', ']\n', '"a": 1', '"'), fc.string()),
    )
    .map((pieces) => Buffer.from(pieces.join(''))),
)

test('any bytes are ads, whose values can be read, or an error', async () => {
  const ads = async (give: () => Promise<ClassAd[]>) =>
    give().catch((error: unknown) => {
      expect(error).toBeInstanceOf(Error)
      return []
    })
  await fc.assert(
    fc.asyncProperty(anything, fc.array(fc.nat()), async (bytes, cuts) => {
      const found = [
        ...(await ads(() => read(bytes, cuts))),
        ...(await ads(async () => parseAds(bytes.toString()))),
      ]
      for (const ad of found) {
        for (const name of [...Object.keys(ad), 'JobStatus', '__proto__']) {
          for (const value of [text, number, integer, time]) value(ad, name)
          jobState(ad)
        }
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a byte that is not UTF-8 becomes U+FFFD', async () => {
  const ads = await read(Buffer.from('[\n{\n  "JobBatchName": "a\xffb"\n}\n]\n', 'latin1'))
  expect(ads).toEqual([{ JobBatchName: 'a\ufffdb' }])
})

test('values are read leniently', () => {
  const ad = { Memory: '/Expr((ResidentSetSize + 1023) / 1024)/', Cpus: '4', Disk: 12.9, Never: 0 }
  expect(integer(ad, 'Memory')).toBeUndefined()
  expect(text(ad, 'Memory')).toBeUndefined()
  expect(integer(ad, 'Cpus')).toBe(4)
  expect(integer(ad, 'Disk')).toBe(12)
  expect(time(ad, 'Never')).toBeUndefined()
  expect(time({ QDate: 1_763_900_000 }, 'QDate')).toBe('2025-11-23T12:13:20Z')
  expect(time({ QDate: 1e300 }, 'QDate')).toBeUndefined()
})

test.each([
  [1, 'Idle'],
  [2, 'Running'],
  [3, 'Removed'],
  [4, 'Completed'],
  [5, 'Held'],
  [6, 'Transferring Output'],
  [7, 'Suspended'],
  [99, undefined],
])('JobStatus %s is %s', (status, word) => {
  expect(jobState({ JobStatus: status })).toBe(word)
})
