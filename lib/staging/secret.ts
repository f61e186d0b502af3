/** Secrets: the text of a file on a machine of one's own, a secret of AWS Secrets Manager in a deployment. */
import { readFile } from 'node:fs/promises'
import { unavailable } from '../problem.ts'

export type SecretSource = { readonly file: string } | { readonly secretId: string }

/** How long a secret is used before it is read again: the time a rotation needs at most. */
const FRESH_MS = 300_000

export class Secret {
  readonly #source: SecretSource
  #value: { readonly text: string; readonly read: number } | undefined

  constructor(source: SecretSource) {
    this.#source = source
  }

  /**
   * The secret's text. `refused` says that the one given last was not accepted: it is read anew, so
   * that a rotated secret works at once. Rejects with a Problem (503) when it cannot be read.
   */
  async text(refused = false): Promise<string> {
    if (this.#value && !refused && Date.now() - this.#value.read < FRESH_MS) return this.#value.text
    try {
      const text = await read(this.#source)
      this.#value = { text, read: Date.now() }
      return text
    } catch (cause) {
      // An old secret is better than none: most of the time it is still the right one.
      if (this.#value && !refused) return this.#value.text
      throw unavailable('the service cannot read its own credentials at the moment', cause)
    }
  }
}

async function read(source: SecretSource): Promise<string> {
  if ('file' in source) return readFile(source.file, 'utf8')
  const { readSecret } = await import('./aws.ts')
  return readSecret(source.secretId)
}
