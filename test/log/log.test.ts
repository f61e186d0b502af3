/** The figures that CloudWatch gets of a request. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { logRequest } from '../../lib/log/log.ts'
import { declined, notFound, unavailable } from '../../lib/problem.ts'

let logged = ''
beforeEach(() => {
  logged = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    logged += text
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

const answered = { operation: 'get', status: 200, milliseconds: 20_000, stages: {} } as Parameters<
  typeof logRequest
>[0]

function figures(line: object, error?: unknown) {
  logRequest({ ...answered, ...line }, error)
  return JSON.parse(logged)
}

test('to WAIT is no latency', () => {
  expect(figures({ stages: { wait: 19_000, schedd: 700 } })).toMatchObject({
    Latency: 1_000,
    ScheddTime: 700,
    milliseconds: 20_000,
  })
})

test.each([
  [unavailable('no schedd'), { Busy: 1, Answered5xx: 1, ServerErrors: 0, ClientErrors: 0 }],
  [declined('new disks'), { Busy: 0, Answered5xx: 1, ServerErrors: 0, ClientErrors: 0 }],
  [notFound('no such job'), { Busy: 0, Answered5xx: 0, ServerErrors: 0, ClientErrors: 1 }],
  [new Error('a bug'), { Busy: 0, Answered5xx: 1, ServerErrors: 1, ClientErrors: 0 }],
])('%s', (error, counted) => {
  const status = 'status' in error ? error.status : 500
  expect(figures({ status }, error)).toMatchObject(counted)
})
