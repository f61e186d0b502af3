/** Which jobs of the queue are asked for, and how many. */
import { ACCOUNT } from '../identity/account-name.ts'
import { badRequest } from '../problem.ts'
import { type JobId, readJobId } from './job-name.ts'
import { readStates } from './job-state.ts'
import type { Parameters } from './parameters.ts'
import { quoted } from './quotation.ts'

export const NARROWING = ['user', 'state', 'cluster', 'after', 'MAXREC', 'snapshot'] as const

export interface Narrowing {
  readonly users?: ReadonlySet<string>
  /** Words of the column Status. */
  readonly states?: ReadonlySet<string>
  readonly clusters?: ReadonlySet<number>
  /** Only jobs whose id is higher. */
  readonly after?: JobId
  /** The most rows (DALI 1.1, section 3.4.4); 0 asks for the columns alone. */
  readonly most?: number
  /** The snapshot that the earlier pages came from. */
  readonly snapshot?: string
}

const readers: Record<string, (text: string, account: string) => Narrowing> = {
  user: (text, account) => ({ users: readUsers(text, account) }),
  state: (text) => ({ states: readStates(text) }),
  cluster: (text) => ({
    clusters: new Set(text.split(',').map((word) => readWhole('cluster', word.trim()))),
  }),
  after: (text) => ({ after: readJobId(text, 'after') }),
  maxrec: (text) => ({ most: readWhole('MAXREC', text) }),
  snapshot(text) {
    if (/^[0-9a-z]{1,20}-[0-9a-z]{1,20}$/.test(text)) return { snapshot: text }
    throw badRequest('snapshot must be as in the Link header of the page before')
  },
}

/** Reads these parameters; undefined when none is given: the whole queue. Throws Problem 400. */
export function readNarrowing(parameters: Parameters, account: string): Narrowing | undefined {
  let narrowing: Narrowing | undefined
  for (const [name, read] of Object.entries(readers)) {
    const text = parameters.get(name)
    if (text !== undefined) narrowing = { ...narrowing, ...read(text, account) }
  }
  return narrowing
}

/** What cannot be an account is a mistake, and no user without jobs. */
function readUsers(text: string, account: string): ReadonlySet<string> {
  return new Set(
    text.split(',').map((word) => {
      const name = word.trim()
      if (name === 'me') return account
      if (ACCOUNT.test(name)) return name
      throw badRequest(
        `user must be one or more names of accounts, or me, with commas between, not ${quoted(name)}`,
      )
    }),
  )
}

function readWhole(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw badRequest(`${name} must be a whole number, 0 or more, not ${quoted(text)}`)
}
