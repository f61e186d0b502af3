/** One submission: what the gate is asked to fetch, append and submit, and its three answers. */
import { conflictingKey, inProgress } from '../problem.ts'
import type { Operation } from './gate.ts'

/** A file of a submission: it waits in object storage, or is here itself. All of one submission do the same. */
export type JobFile = StagedFile | CarriedFile

interface File {
  /** The name it is saved under in the job's directory. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Hex. */
  readonly sha256: string
}

export interface StagedFile extends File {
  /** A presigned URL, good for minutes. */
  readonly url: string
}

export interface CarriedFile extends File {
  /** Its bytes in base64. */
  readonly content: string
}

export interface SubmitRequest {
  readonly account: string
  /** Names the job directory and every job's ProcRequestId; a retry sends the same one. */
  readonly request: string
  /** SHA-256 (hex) of what was asked: the same request id with another digest is a conflict. */
  readonly digest: string
  readonly description: JobFile
  readonly executable: JobFile | { readonly path: string }
  /** What the gate sets in each job, whatever the user's description says. */
  readonly append: readonly string[]
  /** What the service thinks odd: kept with what condor_submit does. */
  readonly warnings?: readonly string[]
}

export interface Submitted {
  readonly cluster: number
  /** True when an earlier attempt with the same request id had submitted it. */
  readonly replayed: boolean
  /** How many; undefined where an earlier release of the submit host kept no record of it. */
  readonly jobs: number | undefined
  /** What condor_submit thought odd, a line each. */
  readonly warnings: readonly string[]
}

export const submitJobs = (submit: SubmitRequest): Operation<Submitted> => {
  const { account, request, digest, description, executable, append, warnings = [] } = submit
  const sent = 'name' in executable
  return {
    request: {
      op: 'submit',
      account,
      request,
      digest,
      files: sent ? [description, executable] : [description],
      description: description.name,
      executable: sent ? { file: executable.name } : { path: executable.path },
      append,
      ...(warnings.length > 0 && { warnings }),
    },
    read(stdout) {
      const answer = JSON.parse(stdout)
      if (answer.outcome === 'in-progress') {
        throw inProgress(
          'a request with this Idempotency-Key is still being worked on; ask again in 2 seconds',
        )
      }
      if (answer.outcome === 'conflict') {
        throw conflictingKey('this Idempotency-Key was used for a different request; use a new key')
      }
      if (answer.outcome !== 'submitted' || !Number.isSafeInteger(answer.cluster)) {
        throw new Error('the submit host gave no cluster')
      }
      const { jobs, warnings = [] } = answer.told ?? {}
      return {
        cluster: answer.cluster,
        replayed: answer.replayed === true,
        jobs: Number.isSafeInteger(jobs) ? jobs : undefined,
        warnings: warnings.map(String),
      }
    },
  }
}
