/** DELETE: removes all jobs of the caller, and nothing of anybody else. */
import { perform } from '../lib/condor/gate.ts'
import { removeJobs } from '../lib/condor/jobs.ts'
import { accountOf } from '../lib/identity/account.ts'
import { answers, plainText } from '../lib/reply/answer.ts'
import { readParameters } from '../lib/request/parameters.ts'
import { store, submitHost } from '../lib/services.ts'
import { noteWrite } from '../lib/snapshot/written.ts'

export const handler = answers('delete', async function remove(request) {
  const account = accountOf(request.event)
  readParameters(request.event.multiValueQueryStringParameters, [])
  const noted = noteWrite(store(), account)
  const removal = perform(submitHost(), removeJobs(account), request.deadline)
  const removed = await request.measure('schedd', removal)
  await noted
  request.audit = { action: 'remove', jobs: removed }
  return plainText(`${removed} ${removed === 1 ? 'job' : 'jobs'} marked for removal\n`)
})
