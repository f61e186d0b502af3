import { expect, test } from 'vitest'
import { eventLine } from '../../local/event-line.ts'

const time = '2026-11-23T20:55:17.874Z'

test('a request in one line', () => {
  const line = {
    time,
    operation: 'post',
    request: 'r-1',
    account: 'alice',
    method: 'POST',
    path: '/proc/job',
    status: 200,
    milliseconds: 85,
    audit: { action: 'submit', cluster: 7, replayed: false },
  }
  expect(eventLine(JSON.stringify(line))).toBe(
    '20:55:17  200 alice POST /proc/job  85 ms  {"action":"submit","cluster":7,"replayed":false}  r-1',
  )
  const failed = { ...line, status: 503, audit: undefined, problem: ['Problem: no', 'Error: why'] }
  expect(eventLine(JSON.stringify(failed))).toContain('r-1  Problem: no < Error: why')
})

test('checks and refusals show, who got in and other words do not', () => {
  const told = (line: object) => eventLine(JSON.stringify({ time, ...line }))
  expect(told({ operation: 'health', available: true })).toBe('20:55:17  health available true')
  expect(told({ operation: 'authorize', outcome: 'denied' })).toBe('20:55:17  authorize denied')
  expect(told({ operation: 'authorize', outcome: 'allowed' })).toBeUndefined()
  expect(eventLine('serverless-offline says')).toBeUndefined()
  expect(eventLine('{"time":')).toBeUndefined()
})
