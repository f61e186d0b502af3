/** States of jobs as users write them: the words of the column Status, `transferring` for short. */
import { JOB_STATES } from '../condor/classad.ts'
import { badRequest } from '../problem.ts'
import { quoted } from './quotation.ts'

/** The word of the column by the user's; the first state is of no job that anybody sees. */
export const STATE_WORDS: ReadonlyMap<string, string> = new Map(
  JOB_STATES.slice(1).map((state) => [state.toLowerCase().replace(' output', ''), state]),
)

/** Reads `held` or `idle,held`, in any case, into the words of the column Status. Throws Problem 400. */
export function readStates(text: string): ReadonlySet<string> {
  return new Set(
    text.split(',').map((word) => {
      const state = STATE_WORDS.get(word.trim().toLowerCase())
      if (state !== undefined) return state
      throw badRequest(
        `state must be one or more of ${[...STATE_WORDS.keys()].join(', ')}, not ${quoted(word)}`,
      )
    }),
  )
}
