/** One hostile submit description, and the words that stand for the canary's things in its text. */

export interface Hostile {
  /** Its family and number. */
  readonly id: string
  /** The id, and how the text begins. */
  readonly name: string
  readonly bytes: Buffer
  /** It would keep condor_submit for ever: an answer that it took too long is right too. */
  readonly endless: boolean
}

export type Text = string | Buffer | { readonly endless: string }

/** For a text that has no end of its own. */
export const endless = (text: string): Text => ({ endless: text })

/** Each of them before a queue statement. */
export const jobs = (...texts: readonly string[]): string[] =>
  texts.map((text) => `${text}\nqueue\n`)

/** What the canary puts on the submit host. */
export const CANARY = '/canary'
export const HOLD = 'hold = true'
export const PROGRAM = `${CANARY}/mark`
/** Files that alice may not read. The last is HTCondor's own. */
export const SECRETS = {
  bob: '/home/bob/secret',
  root: '/root/secret',
  service: '/var/lib/condor-gate/secret',
  pool: '/etc/condor/passwords.d/POOL',
} as const

/**
 * Gives a family of descriptions their names. `@MARK@` becomes the program that leaves a mark, with the
 * description's id behind it; `@PROGRAM@` is the program alone, and `@ID@` the id.
 */
export function family(title: string, texts: readonly Text[]): Hostile[] {
  return texts.map((given, index) => {
    const id = `${title}-${index + 1}`
    const text = typeof given === 'string' || Buffer.isBuffer(given) ? given : given.endless
    const written = (part: string) =>
      part
        .replaceAll('@MARK@', `${PROGRAM} ${id}`)
        .replaceAll('@PROGRAM@', PROGRAM)
        .replaceAll('@ID@', id)
    const bytes = Buffer.isBuffer(text) ? text : Buffer.from(written(text))
    const beginning = JSON.stringify(bytes.toString('latin1', 0, 100)).slice(0, 90)
    return { id, name: `${id} ${beginning}`, bytes, endless: text !== given }
  })
}
