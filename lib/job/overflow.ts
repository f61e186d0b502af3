/** A cluster of more jobs than one answer tells. */
import { JOBS_OF_CLUSTER } from '../limits.ts'
import { badRequest } from '../problem.ts'
import type { Format } from '../request/format.ts'

/** Problem 400 where a list that was cut would look like a whole one: only some forms say OVERFLOW. */
export function refuseCut({ kind }: Format, cluster: number): void {
  if (kind === 'votable' || kind === 'html') return
  throw badRequest(
    `cluster ${cluster} has more than ${JOBS_OF_CLUSTER} jobs; ask for those in the queue with ` +
      `user=me&cluster=${cluster}, or for one with id=${cluster}.<proc>`,
  )
}
