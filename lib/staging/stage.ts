/** Putting a submission's files where the submit host gets them: into its request, or into object storage. */
import { createHash, randomUUID } from 'node:crypto'
import { Transform } from 'node:stream'
import type { CarriedFile, JobFile, StagedFile } from '../condor/submit.ts'
import { DESCRIPTION_BYTES } from '../limits.ts'
import { declined, tooLarge } from '../problem.ts'
import { checkDescription } from '../request/description.ts'
import type { Source, Submission } from '../request/submission.ts'
import { ownFiles } from '../request/written-file.ts'
import type { ObjectStore } from './object-store.ts'
import { soonAfter } from './patience.ts'
import { openVosFile, type VosFile, type VospaceSettings } from './vospace.ts'

/** Longer than any submission can take, shorter than a leaked URL is worth. */
const URL_SECONDS = 300
/** What is left for the submit host to fetch the files and to submit: of a short time, half of it. */
const SUBMIT_MS = 8_000

/** Of all files of a submission: the request line of condor-gate holds 256 KiB, and base64 is a third longer. */
const CARRIED_BYTES = 64 * 1024

export interface StagedSubmission {
  readonly description: JobFile
  readonly executable: JobFile | { readonly path: string }
  /** Takes the staged objects away again; for a submission that failed. */
  readonly discard: () => Promise<void>
}

export interface Stager {
  readonly store: ObjectStore
  /** Undefined where the operator configured no VOSpace: `vos:` is then 503. */
  readonly vospace: (() => Promise<VospaceSettings>) | undefined
}

/**
 * Small files of the request itself are carried in the submit host's request line: the store is not
 * asked, and the submit host need not fetch, which is a quarter of what a submission costs.
 * All others are staged under `submissions/<account>/<request id>/`, in a folder of this attempt's own.
 * `deadline` in epoch milliseconds. Throws Problems: 400 for a description that cannot be one or a
 * file that is not there, 403, 413, 503 when the store or VOSpace does not answer.
 */
export async function stage(
  { store, vospace }: Stager,
  submission: Submission,
  request: { readonly account: string; readonly id: string; readonly deadline: number },
): Promise<StagedSubmission> {
  const { job, exec } = submission
  const carried = carry(submission)
  if (carried) return carried
  // Each attempt has files of its own: one that fails must not take away what another still needs.
  const folder = `submissions/${request.account}/${request.id}/${randomUUID()}`
  const ending = new AbortController()
  const all = request.deadline - Date.now()
  const left = Math.max(0, all - SUBMIT_MS, all / 2)
  const timer = setTimeout(() => ending.abort(), left)

  async function open(uri: string): Promise<VosFile> {
    if (vospace === undefined) {
      throw declined(
        `this site reads no VOSpace files; send the file in the request with param: (${uri})`,
      )
    }
    return openVosFile(uri, await vospace(), ending)
  }

  async function describe(source: Submission['job']['source']): Promise<StagedFile> {
    const bytes =
      source.kind === 'vos' ? await whole(source.uri, await open(source.uri)) : source.bytes
    checkDescription(bytes, ownFiles({ job, exec }))
    await store.put(`${folder}/description`, bytes, ending)
    return staged(store, `${folder}/description`, job.name, digested(bytes))
  }

  async function executable(source: Source) {
    if (source.kind === 'vm') return { path: source.path }
    const key = `${folder}/executable`
    if (source.kind === 'param') {
      await store.put(key, source.bytes, ending)
      return staged(store, key, exec.name, digested(source.bytes))
    }
    const count = new Counted()
    const { body, length } = await open(source.uri)
    body.on('error', (error) => count.destroy(error)).pipe(count)
    await store.putStream(key, count, { length, signal: ending.signal })
    return staged(store, key, exec.name, count)
  }

  const keys = [`${folder}/description`, `${folder}/executable`]
  const discard = () => store.remove(keys, soonAfter(request.deadline)).catch(() => {}) // the bucket's lifecycle takes what is left
  try {
    // All of them settle before anything is discarded: an upload still under way would stay.
    const [first, second] = await Promise.allSettled([
      describe(job.source),
      executable(exec.source),
    ])
    if (first.status === 'rejected') throw first.reason
    if (second.status === 'rejected') throw second.reason
    return { description: first.value, executable: second.value, discard }
  } catch (error) {
    await discard()
    throw error
  } finally {
    clearTimeout(timer)
    ending.abort()
  }
}

/** The submission with its files' bytes; undefined where they are large, or not in the request. */
function carry({ job, exec }: Submission): StagedSubmission | undefined {
  if (job.source.kind !== 'param' || exec.source.kind === 'vos') return undefined
  const { bytes } = job.source
  const program = exec.source.kind === 'param' ? exec.source.bytes : undefined
  if (bytes.length + (program?.length ?? 0) > CARRIED_BYTES) return undefined
  checkDescription(bytes, ownFiles({ job, exec }))
  return {
    description: carriedFile(job.name, bytes),
    executable:
      exec.source.kind === 'vm'
        ? { path: exec.source.path }
        : carriedFile(exec.name, exec.source.bytes),
    discard: async () => {},
  }
}

const carriedFile = (name: string, bytes: Buffer): CarriedFile => ({
  name,
  content: bytes.toString('base64'),
  ...digested(bytes),
})

/** SHA-256 (hex) of everything that was asked: tells a retry from another request of the same key. */
export function digestOf(submission: Submission): string {
  const source = (of: Source) => {
    if (of.kind === 'vos') return of.uri
    if (of.kind === 'vm') return `vm:${of.path}`
    return digested(of.bytes).sha256
  }
  const { job, exec, image, flavor } = submission
  const asked = [job.name, source(job.source), exec.name, source(exec.source), image, flavor]
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex')
}

const digested = (bytes: Buffer) => ({
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

async function staged(
  store: ObjectStore,
  key: string,
  name: string,
  { size, sha256 }: { readonly size: number; readonly sha256: string },
): Promise<StagedFile> {
  return { name, url: await store.presign(key, URL_SECONDS), size, sha256 }
}

/** A submit description is read whole, to be checked. */
async function whole(uri: string, { body }: VosFile): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > DESCRIPTION_BYTES) {
      throw tooLarge(`larger than a submit description can be: ${uri}`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Of a large file that passes, V8 collects the buffers late, for they lie outside its heap: up to 100 MB of them were
 * seen waiting. So it is asked to, where it can be (`--expose-gc`): 25 to 54 MB then.
 */
const COLLECTED_BYTES = 32 * 1024 * 1024

/** Passes bytes on, and knows afterwards how many there were and their SHA-256. */
class Counted extends Transform {
  size = 0
  #collected = 0
  readonly #hash = createHash('sha256')

  override _transform(chunk: Buffer, _: string, done: (error: null, chunk: Buffer) => void): void {
    this.size += chunk.length
    this.#hash.update(chunk)
    if (this.size - this.#collected > COLLECTED_BYTES) {
      this.#collected = this.size
      globalThis.gc?.()
    }
    done(null, chunk)
  }

  get sha256(): string {
    return this.#hash.copy().digest('hex')
  }
}
