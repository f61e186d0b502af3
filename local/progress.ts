/** What the terminal shows while a start is under way: one line that changes, or a line now and then. */

export interface Progress {
  /** A step that is done; stays on the terminal. */
  done(step: string): void
  /** How far the step under way is; overwrites itself on a terminal, and is rare elsewhere. */
  now(step: string): void
  /** Wipes what `now` left, before something else is written. */
  clear(): void
}

const EVERY = 5000 // ms between two lines where the output is not a terminal

/** Shows progress on standard error's terminal, or as plain lines in a log. */
export function terminalProgress(stream: NodeJS.WriteStream = process.stdout): Progress {
  let shown = 0
  const wipe = () => {
    if (stream.isTTY) stream.write('\r\x1b[K')
  }
  return {
    clear: wipe,
    done(step) {
      wipe()
      stream.write(`${step}\n`)
      shown = Date.now()
    },
    now(step) {
      if (stream.isTTY) {
        wipe()
        stream.write(step.slice(0, Math.max(20, stream.columns - 1)))
      } else if (Date.now() - shown >= EVERY) {
        stream.write(`${step}\n`)
        shown = Date.now()
      }
    },
  }
}

/** For tests: says nothing. */
export const silent: Progress = { done() {}, now() {}, clear() {} }
