import { afterEach, describe, expect, test, vi } from 'vitest'
import { Remembered } from '../../lib/staging/vospace/remembered.ts'

describe('what is remembered', () => {
  afterEach(() => {
    vi.useRealTimers()
  })
  const signal = new AbortController().signal

  test('is asked for again after ten minutes, and covers for a failure for a day', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 })
    let answers = ['one', 'two']
    const remembered = new Remembered<string>(async () => {
      const next = answers.shift()
      if (next === undefined) throw new Error('down')
      return next
    })
    expect(await remembered.get('k', signal)).toBe('one')
    vi.advanceTimersByTime(599_000)
    expect(await remembered.get('k', signal)).toBe('one')
    vi.advanceTimersByTime(2000)
    expect(await remembered.get('k', signal)).toBe('two')
    vi.advanceTimersByTime(23 * 3600_000)
    expect(await remembered.get('k', signal)).toBe('two')
    vi.advanceTimersByTime(2 * 3600_000)
    await expect(remembered.get('k', signal)).rejects.toThrow('down')
    answers = ['three']
    expect(await remembered.get('k', signal)).toBe('three')
  })

  test('is not waited for where the fetch began before a freeze', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 })
    let calls = 0
    const remembered = new Remembered<string>(() =>
      ++calls === 1 ? new Promise(() => {}) : Promise.resolve('thawed'),
    )
    const frozen = new AbortController()
    const first = remembered.get('k', frozen.signal)
    frozen.abort(new Error('frozen'))
    await expect(first).rejects.toThrow('frozen')
    vi.advanceTimersByTime(60_000)
    expect(await remembered.get('k', signal)).toBe('thawed')
  })
})
