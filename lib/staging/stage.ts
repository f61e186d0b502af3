/** Putting a submission's files where the submit host can fetch them. */
import { createHash } from 'node:crypto'
import type { StagedFile } from '../condor/submit.ts'
import { unavailable } from '../problem.ts'
import { checkDescription } from '../request/description.ts'
import type { Source, Submission } from '../request/submission.ts'
import type { ObjectStore } from './object-store.ts'

/** Longer than any submission can take, shorter than a leaked URL is worth. */
const URL_SECONDS = 300

export interface StagedSubmission {
  readonly description: StagedFile
  readonly executable: StagedFile | { readonly path: string }
  /** Takes the staged objects away again; for a submission that failed. */
  readonly discard: () => Promise<void>
}

/**
 * Stages the submit description and the executable under `submissions/<account>/<request id>/`.
 * Throws Problems: 400 for a description that cannot be one, 503 when the store does not answer.
 */
export async function stage(
  store: ObjectStore,
  submission: Submission,
  account: string,
  request: string,
): Promise<StagedSubmission> {
  const { job, exec } = submission
  const folder = `submissions/${account}/${request}`
  const keys: string[] = []

  async function put(name: string, source: Exclude<Source, { kind: 'vm' }>, key: string) {
    if (source.kind === 'vos') throw unavailable(`${source.uri}: vos: is not available yet`)
    keys.push(key)
    await store.put(key, source.bytes)
    return {
      name,
      url: await store.presign(key, URL_SECONDS),
      size: source.bytes.length,
      sha256: createHash('sha256').update(source.bytes).digest('hex'),
    }
  }
  const discard = () => store.remove(keys).catch(() => {}) // the bucket's lifecycle takes the rest

  if (job.source.kind === 'param') checkDescription(job.source.bytes)
  try {
    const [description, executable] = await Promise.all([
      put(job.name, job.source, `${folder}/description`),
      exec.source.kind === 'vm'
        ? { path: exec.source.path }
        : put(exec.name, exec.source, `${folder}/executable`),
    ])
    return { description, executable, discard }
  } catch (error) {
    await discard()
    throw error
  }
}

/** SHA-256 (hex) of everything that was asked: tells a retry from another request of the same key. */
export function digestOf(submission: Submission): string {
  const source = (of: Source) => {
    if (of.kind === 'vos') return of.uri
    if (of.kind === 'vm') return `vm:${of.path}`
    return createHash('sha256').update(of.bytes).digest('hex')
  }
  const { job, exec, image, flavor } = submission
  const asked = [job.name, source(job.source), exec.name, source(exec.source), image, flavor]
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex')
}
