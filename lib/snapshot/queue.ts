/** The queue of all users as everybody reads it: asked of the schedd once for all readers of some seconds. */
import { randomBytes } from 'node:crypto'
import { pipeline } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import type { ClassAd } from '../condor/classad.ts'
import { suspect } from '../health/suspicion.ts'
import { PAGES_SECONDS } from '../limits.ts'
import { Problem, unavailable } from '../problem.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { readLines, rowOf } from './job-row.ts'
import { Shelf } from './shelf.ts'
import {
  FIRST,
  folderOf,
  parseSnapshotState,
  rowsKey,
  type Snapshot,
  type SnapshotState,
  STATE_KEY,
  turnKey,
} from './state.ts'
import { soonOr, type Taking } from './taking.ts'
import { Turn } from './turn.ts'
import { writtenAt } from './written.ts'

/** Links to replies are good for 5 minutes, and a reader may take a while from page to page. */
const KEPT_MS = PAGES_SECONDS * 1000
/** Turns are known by number: a reader with an old state must find that its turn was taken. */
const KEPT_TURNS = 100
const LOOK_MS = 150
const WATCH_MS = 2_000
/**
 * A reader waits so long, and then takes the snapshot that there is, if it is no older than this: while the schedd takes
 * a large submission it answers nobody, for some ten seconds.
 */
const PATIENCE_MS = 5_000
const OLDEST_MS = 60_000

export class SharedQueue {
  readonly #store: () => ObjectStore
  readonly #jobs: (deadline: number) => AsyncIterable<ClassAd[]>
  readonly #periodMs: number
  #state: SnapshotState = FIRST
  /** The turn that another reader has, of this instance or not, and when that was last seen. */
  #watched = { turn: -1, at: 0 }
  #reading: Promise<SnapshotState> | undefined

  /**
   * `jobs` asks the schedd; `periodMs` is for how long its answer is given to others. One that took
   * the schedd longer is given for as long as it took.
   */
  constructor(
    store: () => ObjectStore,
    jobs: (deadline: number) => AsyncIterable<ClassAd[]>,
    periodMs: number,
  ) {
    this.#store = store
    this.#jobs = jobs
    this.#periodMs = periodMs
  }

  /**
   * A snapshot that is fresh and shows what the account itself did, or the turn to take one. Where
   * the store does not work everybody asks the schedd. Throws a Problem (503) where another
   * instance's turn failed while we waited for it.
   */
  async look(account: string, deadline: number): Promise<Snapshot | Taking> {
    const asked = Date.now()
    try {
      const needed = await writtenAt(this.#store(), account)
      // One that was taken in the millisecond of the question may have been taken before it.
      const good = (snapshot: Snapshot | undefined) =>
        snapshot !== undefined &&
        (snapshot.taken > asked || (snapshot.taken >= needed && this.freshUntil(snapshot) > asked))
      for (;;) {
        if (good(this.#state.snapshot)) return this.#state.snapshot as Snapshot
        const { turn, snapshot, failure } = await this.#read()
        if (good(snapshot)) return snapshot as Snapshot
        if (failure && failure.at > asked) throw new Failed(failure.message)
        const waited = Date.now() > asked + PATIENCE_MS
        if (waited && isUsable(snapshot, asked) && snapshot.taken >= needed) {
          await suspect(this.#store())
          return snapshot
        }
        if (Date.now() > deadline) throw new Failed('the list of jobs takes too long')
        if (this.#watched.turn !== turn) {
          this.#watched = { turn, at: Date.now() }
          const ours = await Turn.take(this.#store(), turn)
          if (ours) {
            const taking = this.#take(deadline, ours)
            const old = snapshot !== undefined && snapshot.taken >= needed && snapshot
            return old && isUsable(old, asked)
              ? soonOr(taking, old, PATIENCE_MS, () => suspect(this.#store()))
              : taking
          }
        } else if (Date.now() - this.#watched.at > WATCH_MS) {
          this.#watched.at = Date.now()
          if (!(await Turn.isHeld(this.#store(), turn))) {
            await this.#write({ ...this.#state, turn: turn + 1 })
          }
        }
        await sleep(LOOK_MS)
      }
    } catch (error) {
      if (error instanceof Failed) throw unavailable(error.message)
      if (error instanceof Problem) return this.#take(deadline)
      throw error
    }
  }

  /** Epoch milliseconds. Readers alone never keep the schedd busy for more than half of its time. */
  freshUntil({ taken, published }: Snapshot): number {
    return published + Math.max(this.#periodMs, published - taken)
  }

  /** The lines of a snapshot; null when it is not there any more. */
  async open(id: string): Promise<AsyncIterable<string[]> | null> {
    const bytes = await this.#store().open(rowsKey(id))
    // An error is thrown to whoever reads the lines.
    return bytes && readLines(pipeline(bytes, createGunzip(), () => {}))
  }

  #take(deadline: number, turn?: Turn): Taking {
    const queue = this
    const taken = Date.now()
    const id = `${taken.toString(36)}-${randomBytes(6).toString('hex')}`
    return {
      id,
      taken,
      snapshot: undefined,
      async *rows() {
        if (!turn) {
          for await (const ads of queue.#jobs(deadline)) yield ads.map(rowOf)
          return
        }
        turn.hold()
        const shelf = new Shelf(queue.#store(), id, deadline)
        let failure: SnapshotState['failure']
        try {
          for await (const ads of queue.#jobs(deadline)) {
            const rows = ads.map(rowOf)
            await shelf.add(rows)
            yield rows
          }
          const digest = await shelf.close().catch(() => undefined)
          if (digest !== undefined) this.snapshot = { id, taken, published: Date.now(), digest }
        } catch (error) {
          if (error instanceof Problem) failure = { at: Date.now(), message: error.message }
          throw error
        } finally {
          if (!this.snapshot) await shelf.abandon()
          if (turn.isOurs) await queue.#end(turn, this.snapshot, failure)
          await turn.end()
        }
      },
    }
  }

  /** Ends a turn, with a snapshot for everybody or with the reason why there is none. */
  async #end(turn: Turn, made: Snapshot | undefined, failure: SnapshotState['failure']) {
    const { snapshot, earlier } = this.#state
    const outdated = Date.now() - KEPT_MS
    const kept = made && snapshot ? [...earlier, snapshot] : earlier
    const current = made ?? snapshot
    await this.#write({
      turn: turn.number + 1,
      ...(current ? { snapshot: current } : {}),
      ...(failure ? { failure } : {}),
      earlier: kept
        .filter(({ published }) => published > outdated)
        .map(({ id, published }) => ({ id, published })),
    }).catch(() => {})
    const gone = kept.filter(({ published }) => published <= outdated)
    await Promise.all([
      ...gone.map(({ id }) => this.#store().removeFolder(folderOf(id))),
      this.#store().remove([turnKey(turn.number - KEPT_TURNS)]),
    ]).catch(() => {}) // the bucket's lifecycle removes what is left
  }

  async #write(state: SnapshotState): Promise<void> {
    await this.#store().put(STATE_KEY, Buffer.from(JSON.stringify(state)), {
      contentType: 'application/json',
    })
    this.#state = state
  }

  #read(): Promise<SnapshotState> {
    this.#reading ??= this.#store()
      .get(STATE_KEY)
      .then((text) => {
        this.#state = text === null ? FIRST : parseSnapshotState(text)
        return this.#state
      })
      .finally(() => {
        this.#reading = undefined
      })
    return this.#reading
  }
}

/** Old, as its Age header says, and not too old to be shown to those who would get none. */
const isUsable = (snapshot: Snapshot | undefined, asked: number): snapshot is Snapshot =>
  snapshot !== undefined && snapshot.published > asked - OLDEST_MS

/** Not the store's fault: asking the schedd ourselves would not help. */
class Failed extends Error {}
