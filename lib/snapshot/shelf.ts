/** Where the rows of a snapshot are put while the schedd still sends them. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createGzip, type Gzip } from 'node:zlib'
import type { ObjectStore } from '../staging/object-store.ts'
import { until } from '../staging/patience.ts'
import { comparable, type JobRow, lineOf } from './job-row.ts'
import { rowsKey } from './state.ts'

export class Shelf {
  readonly #hash = createHash('sha256')
  readonly #gzip: Gzip = createGzip({ level: 1 })
  readonly #stored: Promise<unknown>
  #broken = false

  /** `deadline` in epoch milliseconds: what is not stored by then is not. */
  constructor(store: ObjectStore, id: string, deadline: number) {
    // What fails to be stored is told by `close`; the rows go on to whoever reads them.
    this.#stored = store.putStream(rowsKey(id), this.#gzip, {
      encoding: 'gzip',
      signal: until(deadline),
    })
    this.#stored.catch(() => {
      this.#broken = true
      this.#gzip.destroy()
    })
    this.#gzip.on('error', () => {})
  }

  async add(rows: readonly JobRow[]): Promise<void> {
    if (this.#broken) return
    let lines = ''
    let compared = ''
    for (const row of rows) {
      const line = lineOf(row)
      lines += line
      compared += comparable(row, line)
    }
    this.#hash.update(compared)
    if (this.#gzip.write(lines)) return
    await Promise.race([once(this.#gzip, 'drain'), this.#stored]).catch(() => {})
  }

  /** The digest of all rows but their running times, when they are stored. */
  async close(): Promise<string> {
    this.#gzip.end()
    await this.#stored
    return this.#hash.digest('base64url').slice(0, 27)
  }

  /** Leaves nothing in the store. */
  async abandon(): Promise<void> {
    this.#gzip.destroy(new Error('the snapshot was not completed'))
    await this.#stored.catch(() => {})
  }
}
