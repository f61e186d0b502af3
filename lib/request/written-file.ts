/** The files of a submission that its own job would write over: HTCondor then holds it, "Text file busy". */
import { badRequest } from '../problem.ts'
import { quoted } from './quotation.ts'
import type { Submission } from './submission.ts'

const WRITTEN = ['output', 'error', 'log']
/** Then the names are those of files in another directory. */
const ELSEWHERE = new Set(['initialdir', 'initial_dir', 'job_iwd'])

/** The names of a submission's files by the parameter that gives them. */
export type OwnFiles = Readonly<Partial<Record<'job' | 'exec', string>>>

/** What is on the VM is not the submission's own. */
export const ownFiles = ({ job, exec }: Pick<Submission, 'job' | 'exec'>): OwnFiles => ({
  job: job.name,
  ...(exec.source.kind !== 'vm' && { exec: exec.name }),
})

/** What a description has said so far of the files that the job writes. A name with macros is that of no own file. */
export class WrittenFiles {
  readonly #own: OwnFiles
  readonly #values = new Map<string, string>()
  #elsewhere = false

  constructor(own: OwnFiles) {
    this.#own = own
  }

  /** `value` in Latin-1; undefined where it is not known. */
  assign(command: string, value: string | undefined): void {
    if (ELSEWHERE.has(command)) this.#elsewhere = true
    if (WRITTEN.includes(command)) this.#values.set(command, value ?? '')
  }

  /** At each queue statement the last values count. Throws Problem 400. */
  check(queue: string): void {
    if (this.#elsewhere) return
    for (const [command, value] of this.#values) {
      // `queue output from ...` gives it other values.
      if (queue.toLowerCase().includes(command)) continue
      for (const [parameter, name = ''] of Object.entries(this.#own)) {
        if (value !== Buffer.from(name).toString('latin1')) continue
        throw badRequest(
          `${parameter} and the description's ${command} are both named ${quoted(name)}: the job would write over ` +
            'its own file; give one of them another name',
        )
      }
    }
  }
}
