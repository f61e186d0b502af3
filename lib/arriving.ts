/** Text that comes in pieces, until an end of something has come. */

/**
 * Each piece is looked through once, however many come before the end: looked through and copied together
 * with all that came before it, a long line in small pieces would take the square of its length.
 */
export class Arriving {
  readonly #end: string
  #pieces: string[] = []
  /** The last of what is held, where an end can have begun. */
  #seam = ''

  constructor(end: string) {
    this.#end = end
  }

  /** All that is held, once an end is in it; then nothing is held any more. */
  add(piece: string): string | undefined {
    const looked = this.#seam + piece
    this.#pieces.push(piece)
    this.#seam = this.#end.length > 1 ? looked.slice(1 - this.#end.length) : ''
    return looked.includes(this.#end) ? this.rest() : undefined
  }

  /** What is left behind the last end; it must hold none. */
  keep(rest: string): void {
    this.#pieces = [rest]
    this.#seam = this.#end.length > 1 ? rest.slice(1 - this.#end.length) : ''
  }

  /** All that is held; then nothing is. */
  rest(): string {
    const text = this.#pieces.join('')
    this.#pieces = []
    this.#seam = ''
    return text
  }
}
