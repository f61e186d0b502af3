/** States of jobs as users write them: the words of the column Status, `transferring` for short. */
import { badRequest } from '../problem.ts'
import { quoted } from './quotation.ts'

const STATES = new Map(
  ['Idle', 'Running', 'Removed', 'Completed', 'Held', 'Transferring Output', 'Suspended'].map(
    (state) => [state.toLowerCase().replace(' output', ''), state],
  ),
)

/** Reads `held` or `idle,held`, in any case, into the words of the column Status. Throws Problem 400. */
export function readStates(text: string): ReadonlySet<string> {
  return new Set(
    text.split(',').map((word) => {
      const state = STATES.get(word.trim().toLowerCase())
      if (state !== undefined) return state
      throw badRequest(
        `state must be one or more of ${[...STATES.keys()].join(', ')}, not ${quoted(word)}`,
      )
    }),
  )
}
