/** GET: the queue, one job's details, or the state of the scheduler. */
import { type Operation, perform } from '../lib/condor/gate.ts'
import { listJobs } from '../lib/condor/jobs.ts'
import { schedulerState } from '../lib/condor/scheduler.ts'
import { accountOf } from '../lib/identity/account.ts'
import { jobView } from '../lib/job/view.ts'
import { badRequest } from '../lib/problem.ts'
import { answers } from '../lib/reply/answer.ts'
import { jobTable } from '../lib/reply/job-table.ts'
import { schedulerRows, schedulerTable } from '../lib/reply/scheduler-table.ts'
import { attributesOf, type Table, write } from '../lib/reply/table.ts'
import { tabSeparated } from '../lib/reply/text.ts'
import { votable } from '../lib/reply/votable.ts'
import { readFormat } from '../lib/request/format.ts'
import { header } from '../lib/request/header.ts'
import { readParameters } from '../lib/request/parameters.ts'
import { store, submitHost } from '../lib/services.ts'
import { deliver } from '../lib/staging/delivery.ts'

export const handler = answers('get', async function get(request) {
  const account = accountOf(request.event)
  const parameters = readParameters(request.event.multiValueQueryStringParameters, [
    'id',
    'status',
    'RESPONSEFORMAT',
  ])
  if (parameters.has('id')) return jobView(request, account, parameters)
  const status = readStatus(parameters.get('status'))
  const format = readFormat(parameters.get('responseformat'), header(request.event, 'accept'))
  const writer = format.kind === 'votable' ? votable : tabSeparated
  const reply = <Row>(table: Table<Row>, batches: AsyncIterable<Row[]> | Iterable<Row[]>) =>
    deliver(store, request, write(writer, table, batches), format.contentType)

  const ask = <Reply>(operation: Operation<Reply>) =>
    request.measure('schedd', perform(submitHost(), operation, request.deadline))

  if (status) {
    const state = await ask(schedulerState)
    return reply(schedulerTable, [schedulerRows(state)])
  }
  const jobs = listJobs(submitHost(), attributesOf(jobTable), request.deadline)
  return request.measure('schedd', reply(jobTable, jobs))
})

/** `status=true` asks for the scheduler; `false` is as if it were not there. */
function readStatus(value: string | undefined): boolean {
  if (value === undefined || value.toLowerCase() === 'false') return false
  if (value.toLowerCase() === 'true') return true
  throw badRequest('status must be true or false')
}
