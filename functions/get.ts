/** GET: the queue, one job's details, or the state of the scheduler. */
import { perform } from '../lib/condor/gate.ts'
import { listJobs } from '../lib/condor/jobs.ts'
import { schedulerState } from '../lib/condor/scheduler.ts'
import { accountOf } from '../lib/identity/account.ts'
import { jobView } from '../lib/job/view.ts'
import { badRequest } from '../lib/problem.ts'
import { answers } from '../lib/reply/answer.ts'
import { jobTable } from '../lib/reply/job-table.ts'
import { schedulerRows, schedulerTable } from '../lib/reply/scheduler-table.ts'
import { attributesOf, write } from '../lib/reply/table.ts'
import { writerOf } from '../lib/reply/writers.ts'
import { readFormat } from '../lib/request/format.ts'
import { header } from '../lib/request/header.ts'
import { NARROWING, readNarrowing } from '../lib/request/narrowing.ts'
import { readParameters } from '../lib/request/parameters.ts'
import { outages, preload, store, submitHost } from '../lib/services.ts'
import { readSnapshotMs } from '../lib/settings.ts'
import { JobList } from '../lib/snapshot/job-list.ts'
import { SharedQueue } from '../lib/snapshot/queue.ts'
import { deliver } from '../lib/staging/delivery.ts'

const attributes = attributesOf(jobTable)
const queue = new SharedQueue(
  store,
  (deadline) => listJobs(submitHost(), attributes, deadline),
  readSnapshotMs(),
)
const jobs = new JobList(store, queue)

preload()

export const handler = answers(
  'get',
  async function get(request) {
    const account = accountOf(request.event)
    const parameters = readParameters(
      request.event.multiValueQueryStringParameters,
      ['id', 'view', 'WAIT', 'status', 'RESPONSEFORMAT', ...NARROWING],
      ['id', 'cluster'],
    )
    if (parameters.has('id')) return jobView(request, account, parameters, queue)
    for (const name of ['view', 'WAIT']) {
      if (parameters.has(name.toLowerCase())) throw badRequest(`${name} needs id=<cluster>.<proc>`)
    }
    const status = readStatus(parameters.get('status'))
    const narrowing = readNarrowing(parameters, account)
    if (status && narrowing) throw badRequest('status=true goes with RESPONSEFORMAT alone')
    const format = readFormat(parameters.get('responseformat'), header(request.event, 'accept'))
    const writer = writerOf(format)
    const { contentType } = format
    if (!status) return jobs.answer(request, { account, writer, contentType, narrowing })

    const operation = perform(submitHost(), schedulerState, request.deadline)
    const rows = schedulerRows(await request.measure('schedd', operation))
    return deliver(store, request, write(writer, schedulerTable, [rows]), contentType)
  },
  outages,
)

/** `status=true` asks for the scheduler; `false` is as if it were not there. */
function readStatus(value: string | undefined): boolean {
  if (value === undefined || value.toLowerCase() === 'false') return false
  if (value.toLowerCase() === 'true') return true
  throw badRequest('status must be true or false')
}
