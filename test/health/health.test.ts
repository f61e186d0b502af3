import { expect, test, vi } from 'vitest'
import { loadOf, refuseWhenBusy } from '../../lib/health/load.ts'
import {
  inForce,
  isAhead,
  parseMaintenance,
  refuseInMaintenance,
  watchedMaintenance,
} from '../../lib/health/maintenance.ts'
import { nextState, parseState } from '../../lib/health/state.ts'
import type { ObjectStore } from '../../lib/staging/object-store.ts'

const at = (time: string) => new Date(`2026-12-01T${time}:00Z`)
const window = parseMaintenance(
  '{"downAt":"2026-12-01T08:00:00Z","backAt":"2026-12-01T10:00:00Z","note":"new disks"}',
)

test('upSince is when it came up, and stays while it is up', () => {
  const first = nextState(undefined, { faults: [] }, 1000)
  expect(first).toEqual({ checkedAt: 1000, available: true, upSince: 1000, faults: [] })
  expect(nextState(first, { faults: [] }, 2000)).toMatchObject({ checkedAt: 2000, upSince: 1000 })
  const down = nextState(first, { faults: ['no schedd'] }, 3000)
  expect(down).toEqual({ checkedAt: 3000, available: false, faults: ['no schedd'] })
  expect(nextState(down, { faults: [] }, 4000)).toMatchObject({ available: true, upSince: 4000 })
})

test('a state survives being stored; what is none is forgotten', () => {
  const load = { dutyCycle: 0.5, jobs: { alice: 2 } }
  const up = nextState(undefined, { faults: [], notes: ['n'], load }, 1)
  for (const state of [up, nextState(undefined, { faults: ['x'] }, 1)]) {
    expect(parseState(JSON.stringify(state))).toEqual(state)
  }
  for (const text of ['', 'null', '{}', '[]', '{"checkedAt":"1","available":true,"faults":[]}']) {
    expect(parseState(text)).toBeUndefined()
  }
})

test.each([
  ['07:59', false, true],
  ['08:00', true, true],
  ['09:59', true, true],
  ['10:00', false, false],
])('at %s a window from 8 to 10 is in force: %s, still to be told: %s', (time, force, ahead) => {
  expect(inForce(window, at(time))).toBe(force)
  expect(isAhead(window, at(time))).toBe(ahead)
})

test('a window without times is in force until it is taken away', () => {
  const open = parseMaintenance('{}')
  expect(inForce(open, at('00:00'))).toBe(true)
  expect(open.note).toBe('the service is down for maintenance')
})

test.each([
  ['2026-12-01T09:00+01:00', '08:00'],
  ['2026-12-01T08:00:00.000Z', '08:00'],
  ['2026-11-30T22:30:00-09:30', '08:00'],
])('%s is a time', (time, utc) => {
  expect(parseMaintenance(JSON.stringify({ downAt: time })).downAt).toEqual(at(utc))
})

test.each([
  '',
  'null',
  '[]',
  '[1',
  '"text"',
  '{"note":"new disks",}',
  '{"downat":"2026-12-01T08:00:00Z"}',
  '{"note":"new disks","until":"2026-12-01T08:00:00Z"}',
  '{"downAt":null}',
  '{"downAt":"soon"}',
  '{"downAt":"05/01/2027 08:00"}',
  '{"downAt":"2026-12-01"}',
  '{"downAt":"2026-12-01T08:00:00"}',
  '{"downAt":"2026-12-01 08:00:00Z"}',
  '{"downAt":"2026-12-01T08:00:00 UTC"}',
  '{"downAt":"2026-02-30T08:00:00Z"}',
  '{"downAt":"2026-13-01T08:00:00Z"}',
  '{"downAt":"2026-12-01T24:00:00Z"}',
  '{"downAt":"2026-12-01T08:00:00+25:00"}',
  '{"downAt":["2026-12-01T08:00:00Z"]}',
  '{"backAt":12}',
  '{"downAt":"2026-12-01T08:00:00Z","backAt":"2026-12-01T08:00:00Z"}',
  '{"note":{}}',
])('a window written as %j is refused', (text) => {
  expect(() => parseMaintenance(text)).toThrow()
})

test('a window that cannot be used is as if absent, or leaves the last good one in use', async () => {
  vi.useFakeTimers()
  const lines = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    let text: string | undefined
    const store = { configuration: async () => (text === undefined ? null : { text, etag: text }) }
    const current = watchedMaintenance(store as unknown as ObjectStore)
    const then = (now: string | undefined) => {
      text = now
      vi.advanceTimersByTime(6_000)
      return current()
    }
    expect(await then('{"note":"new disks",}')).toBeUndefined()
    expect(lines).toHaveBeenCalledWith(expect.stringMatching(/maintenance\.json.*SyntaxError/))
    expect(await then('{"note":"new disks"}')).toMatchObject({ note: 'new disks' })
    expect(await then('[]')).toMatchObject({ note: 'new disks' })
    expect(await then(undefined)).toBeUndefined()
    expect(await then('[]')).toBeUndefined()
  } finally {
    lines.mockRestore()
    vi.useRealTimers()
  }
})

test('submissions in a window are 503 until it ends', async () => {
  const refused = refuseInMaintenance(Promise.resolve(window), at('09:00'))
  await expect(refused).rejects.toMatchObject({
    status: 503,
    expected: true,
    message: 'new disks',
    headers: { 'Retry-After': '3600' },
  })
  const open = refuseInMaintenance(Promise.resolve(parseMaintenance('{}')), at('09:00'))
  await expect(open).rejects.toMatchObject({ headers: { 'Retry-After': '600' } })
  await refuseInMaintenance(Promise.resolve(window), at('11:00'))
  await refuseInMaintenance(Promise.resolve(undefined))
})

const limits = { dutyCycle: 0.95, jobsPerAccount: 10 }
const load = loadOf({
  schedds: [{ RecentDaemonCoreDutyCycle: 0.5 }, { RecentDaemonCoreDutyCycle: 0.9 }],
  submitters: [
    { Name: 'alice@a', IdleJobs: 4, RunningJobs: 1, HeldJobs: 2 },
    { Name: 'alice@b', IdleJobs: 2 },
    { Name: 'nice-user.alice@b', HeldJobs: 1 },
    { Name: '__proto__@a', IdleJobs: 3 },
  ],
  slots: [],
  negotiators: [],
})

test('an account over its share is 503, others are not', () => {
  expect(load.dutyCycle).toBe(0.9)
  expect(() => refuseWhenBusy(load, 'alice', limits)).toThrow(
    expect.objectContaining({
      status: 503,
      expected: true,
      message: expect.stringContaining('you have 10 jobs'),
    }),
  )
  for (const account of ['bob', 'constructor', 'toString']) refuseWhenBusy(load, account, limits)
  refuseWhenBusy(undefined, 'alice', limits)
  refuseWhenBusy(load, 'alice', { ...limits, jobsPerAccount: 11 })
})

test('a schedd that is busy nearly all the time gets no more', () => {
  const busy = { ...load, dutyCycle: 0.96 }
  expect(() => refuseWhenBusy(busy, 'bob', limits)).toThrow(
    expect.objectContaining({ status: 503, headers: { 'Retry-After': '120' } }),
  )
})
