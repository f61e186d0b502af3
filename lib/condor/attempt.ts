/** One attempt to ask the submit host, and how it can fail. */

/** A failure before the request was sent: nothing was asked of the submit host. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
  /** What a user may be told of it. */
  readonly reason: string

  constructor(message: string, cause: unknown, reason = 'the submit host is not reachable') {
    super(message, { cause })
    this.reason = reason
  }
}

/** The request was sent and no exit status came back: nobody here knows what was done. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome'
}

export const nobodyListened = ({ cause }: NotSent): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'

/**
 * One step of an attempt, which must be done within `limit` and before the deadline; rejects with NotSent.
 * The timer begins before the call: ssh2 may never call back at all.
 */
export function within<T>(
  limit: number,
  deadline: number,
  what: string,
  start: (done: (value: T) => void, fail: (error: unknown) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (cause: unknown) => {
      clearTimeout(timer)
      reject(new NotSent(`could not ${what}`, cause))
    }
    const timer = setTimeout(
      () => fail(new Error('timed out')),
      Math.max(0, Math.min(limit, deadline - Date.now())),
    )
    try {
      start((value) => {
        clearTimeout(timer)
        resolve(value)
      }, fail)
    } catch (error) {
      fail(error)
    }
  })
}
