/** One submission: what the gate is asked to fetch, append and submit, and its three answers. */
import { conflictingKey, inProgress } from '../problem.ts'
import type { Operation } from './gate.ts'

/** A file waiting in object storage for the submit host. */
export interface StagedFile {
  /** The name it is saved under in the job's directory. */
  readonly name: string
  /** A presigned URL, good for minutes. */
  readonly url: string
  readonly size: number
  /** Hex. */
  readonly sha256: string
}

export interface SubmitRequest {
  readonly account: string
  /** Names the job directory and every job's ProcRequestId; a retry sends the same one. */
  readonly request: string
  /** SHA-256 (hex) of what was asked: the same request id with another digest is a conflict. */
  readonly digest: string
  readonly description: StagedFile
  readonly executable: StagedFile | { readonly path: string }
  /** Submit commands that win over the user's own at every queue statement. */
  readonly append: readonly string[]
}

export interface Submitted {
  readonly cluster: number
  /** True when an earlier attempt with the same request id had submitted it. */
  readonly replayed: boolean
}

export const submitJobs = (submit: SubmitRequest): Operation<Submitted> => {
  const { account, request, digest, description, executable, append } = submit
  const staged = 'url' in executable
  return {
    request: {
      op: 'submit',
      account,
      request,
      digest,
      files: staged ? [description, executable] : [description],
      description: description.name,
      executable: staged ? { file: executable.name } : { path: executable.path },
      append,
    },
    read(stdout) {
      const answer = JSON.parse(stdout)
      if (answer.outcome === 'in-progress') {
        throw inProgress('a request with this Idempotency-Key is still being worked on')
      }
      if (answer.outcome === 'conflict') {
        throw conflictingKey('this Idempotency-Key was used for a different request')
      }
      if (answer.outcome !== 'submitted' || !Number.isSafeInteger(answer.cluster)) {
        throw new Error('the submit host gave no cluster')
      }
      return { cluster: answer.cluster, replayed: answer.replayed === true }
    },
  }
}
