/** What an account changes in the queue, and that its next list shows it. */
import { type Operation, perform } from '../condor/gate.ts'
import { unavailable } from '../problem.ts'
import type { Request } from '../reply/answer.ts'
import { store, submitHost } from '../services.ts'
import { noteWrite } from '../snapshot/written.ts'

/**
 * A change for which less is left is not begun: its answer might come when the gateway has given up, and the client would
 * repeat what was done. It takes less than half of this where all is well.
 */
const NEEDED_MS = 2_000

/** Throws the Problems of `perform`, and 503 where too little time is left to begin. */
export async function change<Reply>(
  request: Request,
  account: string,
  operation: Operation<Reply>,
): Promise<Reply> {
  if (request.deadline - Date.now() < NEEDED_MS) {
    throw unavailable('the service took too long to start, and nothing was done')
  }
  try {
    return await request.measure('schedd', perform(submitHost(), operation, request.deadline))
  } finally {
    // What failed may have been done all the same, and its sentence sends the user to the list.
    await noteWrite(store(), account, request.deadline)
  }
}
