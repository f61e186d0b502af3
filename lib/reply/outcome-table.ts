/** What became of each job that a request acted on. */
import type { Action, ActionResult, Outcome, Selection } from '../condor/action.ts'
import { printJobName } from '../request/job-name.ts'
import type { Table } from './table.ts'

export interface OutcomeRow {
  /** As the request named it; undefined stands for all that were selected. */
  readonly id: string | undefined
  readonly outcome: string
  readonly jobs: number
}

export const outcomeTable: Table<OutcomeRow> = {
  name: 'outcomes',
  description: 'What became of each job that was named',
  columns: [
    {
      name: 'Job ID',
      type: 'text',
      ucd: 'meta.id;meta.main',
      description: 'job or cluster, as the request named it',
      attributes: [],
      value: ({ id }) => id,
    },
    {
      name: 'Outcome',
      type: 'text',
      ucd: 'meta.code.status',
      description: 'what was done, or why not',
      attributes: [],
      value: ({ outcome }) => outcome,
    },
    {
      name: 'Jobs',
      type: 'int',
      ucd: 'meta.number',
      description: 'to how many jobs of this id it was done',
      attributes: [],
      value: ({ jobs }) => jobs,
    },
  ],
}

/** What everybody may know anyway: the list of jobs shows whose a queued job is. */
const WORDS: Readonly<Record<Outcome, string>> = {
  done: '',
  already: '',
  state: 'not in a state for it',
  failed: 'refused by the scheduler',
  other: 'not yours',
  finished: 'already finished',
  unknown: 'not found',
  unsettled: 'not done, and not looked for: the scheduler did not answer',
}

const ACTIONS: Readonly<Record<Action, Partial<Record<Outcome, string>>>> = {
  remove: { done: 'removed', already: 'already removed', state: 'already removed' },
  hold: { done: 'held', already: 'already held' },
  release: { done: 'released', already: 'already released', state: 'not held' },
  prio: { done: 'priority set', state: 'priority not set' },
}

/** Behind a count that is less than what was done, for all that anybody knows. */
export const REPEATED = '; a first attempt, whose answer was lost, may have done it to more'

export function outcomeRows(
  action: Action,
  { jobs, states }: Selection,
  result: ActionResult,
): OutcomeRow[] {
  const words = { ...WORDS, ...ACTIONS[action], ...(states && { state: 'in another state' }) }
  if (!jobs) {
    const outcome = words.done + (result.repeated ? REPEATED : '')
    return [{ id: undefined, outcome, jobs: result.jobs }]
  }
  return result.outcomes.map(({ outcome, jobs: count }, at) => ({
    id: jobs[at] && printJobName(jobs[at]),
    outcome: words[outcome],
    jobs: count,
  }))
}
