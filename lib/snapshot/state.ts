/** What all function instances know of the queue's snapshots: one small object in the store. */

export interface Snapshot {
  readonly id: string
  /** When the schedd was asked, and when all of its answer lay in the store: epoch milliseconds. */
  readonly taken: number
  readonly published: number
  /** Of the rows: equal for two snapshots between which nothing happened but that jobs ran on. */
  readonly digest: string
}

export interface SnapshotState {
  /** Whose turn it is to ask the schedd next is decided by number, see turn.ts. */
  readonly turn: number
  readonly snapshot?: Snapshot
  /** Why the last turn made no snapshot. */
  readonly failure?: { readonly at: number; readonly message: string }
  /** Earlier snapshots whose objects are still there: pages and links may lead to them. */
  readonly earlier: readonly { readonly id: string; readonly published: number }[]
}

export const FIRST: SnapshotState = { turn: 0, earlier: [] }

const FOLDER = 'snapshots'
export const STATE_KEY = `${FOLDER}/state`
export const turnKey = (turn: number) => `${FOLDER}/turns/${turn}`
export const writtenKey = (account: string) => `${FOLDER}/written/${account}`
/** All objects of a snapshot: its rows, and large replies made from it. */
export const folderOf = (id: string) => `${FOLDER}/${id}/`
export const rowsKey = (id: string) => `${folderOf(id)}rows`

/** Anything else than a state is as good as none: then a snapshot is taken. */
export function parseSnapshotState(text: string): SnapshotState {
  try {
    const { turn, snapshot, failure, earlier } = JSON.parse(text)
    if (!Number.isSafeInteger(turn) || !Array.isArray(earlier)) return FIRST
    return { turn, earlier, ...(snapshot ? { snapshot } : {}), ...(failure ? { failure } : {}) }
  } catch {
    return FIRST
  }
}
