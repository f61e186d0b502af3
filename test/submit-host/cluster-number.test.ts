/** Descriptions that reckon with the number of their cluster, which nobody knows before. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { each } from './each.ts'

const directory = mkdtempSync(join(tmpdir(), 'canfar-proc-cluster-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** `made`: what the dry run with a number prints, an expression of Python's with n and the count of runs. */
function refusal(description: string, made: string, status = '0') {
  const path = join(directory, 'job.sub')
  writeFileSync(path, description)
  const program = `
from cluster_number import refusal
from command import Result
runs = []
def run(n):
    runs.append(n)
    return Result(${status} if len(runs) > 1 else 0, (${made}).encode(), b'')
def one(path):
    found = refusal(path, 1234567890, run(1234567890), run)
    return [found and [found.status, found.err.decode()], len(runs)]
`
  return each<[[number | null, string] | null, number]>(program, [path])[0]
}
const REFUSED = [[1, expect.stringContaining('the number of the cluster is known when')], 3]
const line = (text: string) => `f'::set({n},0) A="${text}"'`

test('a number that stands there as it is costs no second run', () => {
  expect(refusal('output = o.$(Cluster)', line('{n}'))).toEqual([null, 1])
  expect(refusal('arguments = $INT(Process)', line('0'))).toEqual([null, 1])
})

test('where it might be reckoned with, a second run shows that it is not', () => {
  expect(refusal('a = $INT(Process) $(Cluster)', line('0 {n}'))).toEqual([null, 2])
})

test('another text of it is refused', () => {
  expect(refusal('a = $INT(Cluster,%06d)', line('{n:06d}'))).toEqual(REFUSED)
  expect(refusal('id = $(ClusterId)\na = $SUBSTR(id,0,1)', line('{str(n)[0]}'))).toEqual(REFUSED)
})

test('what is another in each run, or a time, is not taken for it', () => {
  expect(refusal('a = $int(Cluster)', line('{len(runs)}'))).toEqual([null, 3])
  expect(refusal('a = $int(Cluster)', `f'::set({n},-1) QDate={len(runs)}'`)).toEqual([null, 2])
  expect(refusal('a = $RANDOM_INTEGER(1,2) $INT(Cluster,%x)', line('{n:x}'))).toEqual([null, 1])
})

test('a description that is ended by its limit is told that, and not that it reckons', () => {
  expect(refusal('a = $INT(Cluster)', line('{len(runs)}'), 'None')).toEqual([[null, ''], 3])
})
