/** The rows of a snapshot that were asked for, in the order of job ids, in memory that does not grow with the queue. */
import type { JobId } from '../request/job-name.ts'
import type { Narrowing } from '../request/narrowing.ts'
import { idOf, type JobRow, parseRow, statusOf, userOf } from './job-row.ts'

/**
 * So many rows are sorted at a time; a longer reply reads the snapshot again for each further part.
 * The schedd sends its queue in the order of a hash table.
 */
const PART = 50_000

interface Found extends JobId {
  readonly line: string
}

const inOrder = (a: JobId, b: JobId) => a.cluster - b.cluster || a.proc - b.proc

export class Page {
  /** Whether MAXREC cut it; known when `rows` has ended. */
  overflow = false
  /** The last job that it holds. */
  last: JobId | undefined
  /** Those of the users asked for who have a job in the queue, in any state. */
  readonly present = new Set<string>()
  readonly #open: () => AsyncIterable<string[]>
  readonly #wanted: Narrowing

  /** `open` gives the lines of the snapshot anew each time. */
  constructor(open: () => AsyncIterable<string[]>, wanted: Narrowing) {
    this.#open = open
    this.#wanted = wanted
  }

  async *rows(): AsyncGenerator<JobRow[]> {
    let left = this.#wanted.most ?? Number.POSITIVE_INFINITY
    let after = this.#wanted.after
    for (;;) {
      const room = Math.min(PART, left)
      // One more than there is room for shows that there are more.
      const found = await this.#first(room + 1, after)
      const part = found.slice(0, room)
      after = part.at(-1) ?? after
      this.last = after
      left -= part.length
      yield part.map(({ line }) => parseRow(line))
      if (found.length <= room) return
      if (left > 0) continue
      this.overflow = true
      return
    }
  }

  /** The `count` lowest of the jobs wanted that come after the one given. */
  async #first(count: number, after: JobId | undefined): Promise<Found[]> {
    let found: Found[] = []
    let highest: Found | undefined
    const cut = () => {
      found = found.sort(inOrder).slice(0, count)
      highest = found.length === count ? found.at(-1) : undefined
    }
    for await (const lines of this.#open()) {
      for (const line of lines) {
        const row = parseRow(line)
        const id = idOf(row)
        if (this.#wanted.users?.has(userOf(row))) this.present.add(userOf(row))
        if (after && inOrder(id, after) <= 0) continue
        if (highest && inOrder(id, highest) >= 0) continue
        if (!matches(row, id, this.#wanted)) continue
        found.push({ ...id, line })
        if (found.length > count + PART) cut()
      }
    }
    cut()
    return found
  }
}

function matches(row: JobRow, id: JobId, { users, states, clusters }: Narrowing): boolean {
  return (
    (users === undefined || users.has(userOf(row))) &&
    (states === undefined || states.has(statusOf(row))) &&
    (clusters === undefined || clusters.has(id.cluster))
  )
}
