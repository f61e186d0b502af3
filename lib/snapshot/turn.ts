/**
 * One instance's turn to ask the schedd for its queue. The turn is taken by being the first to create
 * an object with its number, and is held while that object says so: who dies or freezes loses it.
 */
import { randomBytes } from 'node:crypto'
import type { ObjectStore } from '../staging/object-store.ts'
import { turnKey } from './state.ts'

/** A holder that has not renewed its turn for this long is considered dead. */
const HELD_MS = 10_000
const RENEW_MS = 3_000

export class Turn {
  readonly number: number
  readonly #store: ObjectStore
  /** Tells our own object from another instance's. */
  readonly #name = randomBytes(9).toString('base64url')
  #until: number
  #renewing: NodeJS.Timeout | undefined

  private constructor(store: ObjectStore, number: number) {
    this.#store = store
    this.number = number
    this.#until = Date.now() + HELD_MS
  }

  /** The turn, or undefined when another instance has it. */
  static async take(store: ObjectStore, number: number): Promise<Turn | undefined> {
    const turn = new Turn(store, number)
    const ours = await store.putIfAbsent(turnKey(number), turn.#text(turn.#until))
    return ours ? turn : undefined
  }

  /** Whether an instance that took this turn still is at work on it. */
  static async isHeld(store: ObjectStore, number: number): Promise<boolean> {
    return Number.parseInt((await store.get(turnKey(number))) ?? '0', 10) > Date.now()
  }

  /** Keeps the turn from here until `end`. */
  hold(): void {
    this.#renewing = setInterval(() => void this.#renew(), RENEW_MS)
  }

  /** Gives it up. The object stays: its number is not taken again. */
  async end(): Promise<void> {
    clearInterval(this.#renewing)
    if (this.isOurs) await this.#write(0).catch(() => {})
  }

  /** False for one that was frozen too long: another may be at work meanwhile. */
  get isOurs(): boolean {
    return Date.now() < this.#until
  }

  async #renew(): Promise<void> {
    if (!this.isOurs) return clearInterval(this.#renewing)
    const until = Date.now() + HELD_MS
    try {
      await this.#write(until)
      this.#until = until
    } catch {
      // The next time, or the turn is lost.
    }
  }

  #write(until: number): Promise<unknown> {
    return this.#store.put(turnKey(this.number), Buffer.from(this.#text(until)))
  }

  #text(until: number): string {
    return `${until} ${this.#name}`
  }
}
