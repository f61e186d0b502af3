/** POST: submits jobs, and answers the digits of their cluster; with `action` it acts on jobs. */
import { cloudCommands } from '../lib/condor/cloud.ts'
import { submitJobs } from '../lib/condor/submit.ts'
import { refuseWhenBusy } from '../lib/health/load.ts'
import { refuseInMaintenance } from '../lib/health/maintenance.ts'
import { accountOf } from '../lib/identity/account.ts'
import * as job from '../lib/job/action.ts'
import { change } from '../lib/job/change.ts'
import { badRequest, repeatable, tooLarge } from '../lib/problem.ts'
import { answers, type Request } from '../lib/reply/answer.ts'
import { submittedAnswer } from '../lib/reply/submitted.ts'
import { urlOf } from '../lib/request/base-url.ts'
import { readForm } from '../lib/request/form.ts'
import { type Format, readReplyFormat } from '../lib/request/format.ts'
import { header } from '../lib/request/header.ts'
import { requestId } from '../lib/request/idempotency-key.ts'
import { readParameters } from '../lib/request/parameters.ts'
import { checkProgram } from '../lib/request/program.ts'
import { quoted } from '../lib/request/quotation.ts'
import { readSubmission, type Submission } from '../lib/request/submission.ts'
import { load, maintenance, outages, preload, store } from '../lib/services.ts'
import { readCloud, readLimits, readMaxBody, readVospace, readVosSecret } from '../lib/settings.ts'
import { Secret } from '../lib/staging/secret.ts'
import { digestOf, stage } from '../lib/staging/stage.ts'
import { vospaceAccess } from '../lib/staging/vospace-access.ts'

const cloud = readCloud()
const maxBody = readMaxBody()
const limits = readLimits()
const vosSecret = readVosSecret()
const vospace = vospaceAccess(readVospace(), vosSecret && new Secret(vosSecret))

preload()

export const handler = answers(
  'post',
  async function post(request) {
    const account = accountOf(request.event)
    if (job.namesAction(request)) return job.post(request, account)
    request.id = requestId(account, header(request.event, 'idempotency-key'))
    await refuseInMaintenance(maintenance())
    refuseWhenBusy(await load(), account, limits)
    const { submission, format, warnings } = await request.measure('form', read(request))
    const { id, deadline } = request
    const staged = await request.measure(
      'staging',
      stage({ store: store(), vospace }, submission, { account, id, deadline }),
    )
    try {
      const { discard: _, ...files } = staged
      const operation = submitJobs({
        account,
        request: id,
        digest: digestOf(submission),
        ...files,
        append: cloudCommands(cloud, submission.image, submission.flavor),
        warnings,
      })
      const submitted = await change(request, account, operation)
      const { cluster, replayed } = submitted
      request.audit = { action: 'submit', cluster, replayed }
      const url = urlOf(request.event)
      const links = { details: `${url}?id=${cluster}`, queue: `${url}?user=me&cluster=${cluster}` }
      return submittedAnswer(submitted, id, format, links)
    } catch (error) {
      await staged.discard()
      throw header(request.event, 'idempotency-key') === undefined ? error : repeatable(error)
    }
  },
  outages,
)

const misplaced = () =>
  badRequest('action belongs in the URL, with id: ?action=hold&id=<cluster>.<proc>')

async function read({
  event,
}: Request): Promise<{ submission: Submission; format: Format; warnings: string[] }> {
  const parameters = readParameters(event.multiValueQueryStringParameters, [
    'job',
    'exec',
    'image',
    'flavor',
    'RESPONSEFORMAT',
  ])
  const wanted = parameters.get('responseformat')
  const format = readReplyFormat(wanted, header(event, 'accept'))
  if (wanted !== undefined && format.kind !== 'json' && format.kind !== 'text') {
    throw badRequest('RESPONSEFORMAT of a submission must be text or json')
  }
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (body.length > maxBody) {
    throw tooLarge(`the body is larger than ${maxBody} bytes; put the file into VOSpace, use vos:`)
  }
  // Without a body the gateway itself puts application/json: the client sent no type.
  const type = body.length === 0 ? undefined : header(event, 'content-type')
  const encoding = (header(event, 'content-encoding') ?? '').trim()
  if (!/^(?:identity)?$/i.test(encoding)) {
    throw badRequest(`the body has Content-Encoding ${quoted(encoding)}; send it as it is`)
  }
  const isUrlEncoded = /^application\/x-www-form-urlencoded\b/i.test(type ?? '')
  if (isUrlEncoded && new URLSearchParams(body.toString('latin1')).has('action')) throw misplaced()
  const form = await readForm(type, body)
  if (!parameters.has('job') && form.has('action')) throw misplaced()
  const submission = readSubmission(parameters, form)
  return { submission, format, warnings: checkProgram(submission.exec.source) }
}
