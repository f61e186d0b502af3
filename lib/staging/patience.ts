/** How long a small call to the object store may take. */

/**
 * Small objects come within this altogether, all attempts: a submission asks for some, one after the
 * other, stages its files and clears up, and has 28 seconds for all of it even where the store is silent.
 */
export const SMALL_MS = 4_000
/** What may be used of the time that is kept to answer in (reply/answer.ts). */
const AFTER_MS = 1_000

export const soon = (): AbortSignal => AbortSignal.timeout(SMALL_MS)

/** For a call that may take all the time until the deadline. */
export const until = (deadline: number): AbortSignal =>
  AbortSignal.timeout(Math.max(0, deadline - Date.now()))

/** For what follows an operation, which may have taken all the time until the deadline. */
export const soonAfter = (deadline: number): AbortSignal =>
  AbortSignal.timeout(Math.max(0, Math.min(SMALL_MS, deadline + AFTER_MS - Date.now())))
