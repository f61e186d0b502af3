/** What an account changes in the queue, and that its next list shows it. */
import { type Operation, perform } from '../condor/gate.ts'
import type { Request } from '../reply/answer.ts'
import { store, submitHost } from '../services.ts'
import { noteWrite } from '../snapshot/written.ts'

/** Throws the Problems of `perform`. */
export async function change<Reply>(
  request: Request,
  account: string,
  operation: Operation<Reply>,
): Promise<Reply> {
  try {
    return await request.measure('schedd', perform(submitHost(), operation, request.deadline))
  } finally {
    // What failed may have been done all the same, and its sentence sends the user to the list.
    await noteWrite(store(), account, request.deadline)
  }
}
