/** GET with `id`: what is told about one of the caller's own jobs. */
import { perform } from '../condor/gate.ts'
import { findJob } from '../condor/jobs.ts'
import { badRequest, notFound } from '../problem.ts'
import type { Answer, Request } from '../reply/answer.ts'
import { jobDetails } from '../reply/job-table.ts'
import { write } from '../reply/table.ts'
import { detailsWriterOf } from '../reply/writers.ts'
import { readFormat } from '../request/format.ts'
import { header } from '../request/header.ts'
import { readJobId } from '../request/job-id.ts'
import type { Parameters } from '../request/parameters.ts'
import { store, submitHost } from '../services.ts'
import { deliver } from '../staging/delivery.ts'

/** The parameters that go with `id`, in lower case. */
const OWN = new Set(['id', 'responseformat'])

/** Details of the job that `id` names. Throws Problems: 400, 404 for a job that is not the account's. */
export async function jobView(
  request: Request,
  account: string,
  parameters: Parameters,
): Promise<Answer> {
  for (const name of parameters.keys()) {
    if (!OWN.has(name)) throw badRequest(`${name} and id exclude each other`)
  }
  const id = parameters.get('id') ?? ''
  const format = readFormat(parameters.get('responseformat'), header(request.event, 'accept'))
  const question = perform(submitHost(), findJob(account, readJobId(id)), request.deadline)
  const ad = await request.measure('schedd', question)
  if (ad === undefined) throw notFound(`you have no job ${id}, queued or lately finished`)
  const pieces = write(detailsWriterOf(format), jobDetails, [[ad]])
  return deliver(store, request, pieces, format.contentType)
}
