/** Which file of a job is read: HTCondor names its directory by the physical path, the gate knows the account's home. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { python } from './python.ts'

const REQUEST = '0a1b2c3d-0000-4000-8000-0123456789ab'
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'canfar-proc-output-')))
const physical = join(folder, 'nfs/home/alice')
const linked = join(folder, 'home/alice')

beforeAll(() => {
  mkdirSync(physical, { recursive: true })
  symlinkSync(join(folder, 'nfs/home'), join(folder, 'home'))
})

afterAll(() => rmSync(folder, { recursive: true }))

function path(home: string, Iwd: string, Out: string) {
  const program = `
import json
from failure import Failure
from output import _path
home, directory, name = json.load(sys.stdin)
try:
    found = _path('stdout', {'Iwd': directory, 'Out': name, 'ProcRequestId': '${REQUEST}'}, home)
except Failure as failure:
    found = failure.status
print(json.dumps(found))`
  return JSON.parse(python(program, JSON.stringify([home, Iwd, Out])))
}

test.each([
  [linked, linked, 'out.txt'],
  [linked, physical, 'out.txt'],
  [linked, physical, `${linked}/proc/${REQUEST}/out.txt`],
  [linked, linked, `${physical}/proc/${REQUEST}/./out.txt`],
  [physical, physical, 'out.txt'],
])('home %s, job in %s, output %s', (home, directory, name) => {
  expect(path(home, `${directory}/proc/${REQUEST}`, name)).toEqual(['out.txt'])
})

test.each([
  [`${physical}/proc`, 'out.txt'],
  [`${physical}/proc/${REQUEST}`, `${folder}/nfs/home/bob/proc/${REQUEST}/out.txt`],
  [`${physical}/proc/${REQUEST}`, '../out.txt'],
  [`/home/alice/proc/${REQUEST}`, 'out.txt'],
])('in %s %s is not read', (directory, name) => {
  expect(path(linked, directory, name)).toBe(66)
})
