/** A description whose jobs must be the same, whether the gate submits them or condor_submit alone. */

export interface Benign {
  /** What it is about. */
  readonly name: string
  readonly bytes: Buffer
  /** A path on the machine where the job runs; without it the executable comes along. */
  readonly executable?: string
}

/** Held jobs cost nothing; a character is a byte, so that any byte can be written. */
export function benign(name: string, lines: string, queue = 'queue'): Benign {
  return { name, bytes: Buffer.from(`hold = true\n${lines}\n${queue}\n`, 'latin1') }
}

/** `text` in UTF-8, with a character for each byte. */
export const utf8 = (text: string): string => Buffer.from(text).toString('latin1')

/** The sign that stands on both sides of the cluster's own number, so that it can be told from other digits. */
export const CLUSTER = 'c$(Cluster)c'
