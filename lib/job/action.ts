/** DELETE, and POST with `action`: what a user does to jobs of their own. */
import {
  type Action,
  type ActionResult,
  actOnJobs,
  removeJobs,
  type Selection,
} from '../condor/action.ts'
import type { Operation } from '../condor/gate.ts'
import { badRequest } from '../problem.ts'
import { type Answer, plainText, type Request } from '../reply/answer.ts'
import { outcomeRows, outcomeTable, REPEATED } from '../reply/outcome-table.ts'
import { write } from '../reply/table.ts'
import { writerOf } from '../reply/writers.ts'
import { type Format, readReplyFormat } from '../request/format.ts'
import { header } from '../request/header.ts'
import { printJobName, readJobNames } from '../request/job-name.ts'
import { readStates } from '../request/job-state.ts'
import { type Parameters, readParameters } from '../request/parameters.ts'
import { quoted } from '../request/quotation.ts'
import { change } from './change.ts'

interface Order {
  readonly action: Action
  readonly selection: Selection
  readonly priority?: number
}

const DONE = {
  remove: 'marked for removal',
  hold: 'held',
  release: 'released',
  prio: 'given the priority',
} as const

/** Whether a POST acts on jobs instead of submitting some. */
export const namesAction = ({ event }: Request): boolean =>
  Object.keys(event.multiValueQueryStringParameters ?? {}).some((name) => /^action$/i.test(name))

/** DELETE: the jobs that `id` and `state` select, or all of the account's. Throws Problems. */
export async function remove(request: Request, account: string): Promise<Answer> {
  refuseBody(request, 'DELETE', '')
  const parameters = read(request, ['id', 'cluster', 'state', 'RESPONSEFORMAT'])
  const order: Order = { action: 'remove', selection: readSelection(parameters) }
  return act(request, account, order, replyFormat(request, parameters))
}

/** POST with `action`. Throws Problems. */
export async function post(request: Request, account: string): Promise<Answer> {
  refuseBody(request, 'POST with action', 'action=...&')
  const parameters = read(request, ['action', 'id', 'cluster', 'state', 'prio', 'RESPONSEFORMAT'])
  return act(request, account, readOrder(parameters), replyFormat(request, parameters))
}

/** Every change of an account's jobs in the queue, but a submission, is made here. */
async function act(request: Request, account: string, order: Order, format: Format) {
  const { action, selection, priority } = order
  const result = await change(request, account, operationOf(account, order))
  const { jobs, repeated } = result
  request.audit = {
    action,
    jobs,
    ...(repeated && { repeated }),
    ...(selection.jobs && { ids: selection.jobs.map(printJobName).join(',') }),
    ...(priority !== undefined && { priority }),
  }
  if (!selection.jobs && format.kind === 'text') {
    const count = `${jobs} ${jobs === 1 ? 'job' : 'jobs'} ${DONE[action]}`
    return plainText(`${count}${repeated ? REPEATED : ''}\n`)
  }
  const rows = outcomeRows(action, selection, result)
  let body = ''
  for await (const piece of write(writerOf(format), outcomeTable, [rows])) body += piece
  const strangers = result.outcomes.every(
    ({ outcome }) => outcome === 'unknown' || outcome === 'other',
  )
  return { status: selection.jobs && strangers ? 404 : 200, contentType: format.contentType, body }
}

/** All that an account has is an operation of its own: the gate wants jobs named or described otherwise. */
function operationOf(
  account: string,
  { action, selection, priority }: Order,
): Operation<ActionResult> {
  if (selection.jobs || selection.states) return actOnJobs(account, action, selection, priority)
  return removeJobs(account)
}

/** An id that is in the body would not be seen, and without one it is about all jobs. Throws Problem 400. */
function refuseBody({ event }: Request, call: string, action: string): void {
  if (!event.body) return
  throw badRequest(`${call} takes no body; put id into the URL: ?${action}id=<cluster>.<proc>`)
}

const replyFormat = ({ event }: Request, parameters: Parameters): Format =>
  readReplyFormat(parameters.get('responseformat'), header(event, 'accept'))

const read = ({ event }: Request, known: readonly string[]): Parameters =>
  readParameters(event.multiValueQueryStringParameters, known, ['id', 'cluster'])

function readSelection(parameters: Parameters): Selection {
  const cluster = parameters.get('cluster')
  if (cluster !== undefined && !/^[\d,\s]*$/.test(cluster)) {
    throw badRequest(`cluster must be a whole number, not ${quoted(cluster)}`)
  }
  const named = [parameters.get('id'), cluster].filter((one) => one !== undefined)
  const id = named.length > 0 ? named.join(',') : undefined
  const state = parameters.get('state')
  return {
    ...(id !== undefined && { jobs: readJobNames(id) }),
    ...(state !== undefined && { states: readStates(state) }),
  }
}

function readOrder(parameters: Parameters): Order {
  const selection = readSelection(parameters)
  const action = parameters.get('action')?.toLowerCase()
  const prio = parameters.get('prio')
  if (action !== 'hold' && action !== 'release' && action !== 'prio') {
    throw badRequest(`action must be hold, release or prio, not ${quoted(action ?? '')}`)
  }
  if (action !== 'prio') {
    if (prio !== undefined) throw badRequest(`prio does not go with action=${action}`)
    if (selection.jobs || selection.states) return { action, selection }
    throw badRequest(`action=${action} needs id, or state`)
  }
  if (!selection.jobs || selection.states) throw badRequest('action=prio needs id, and no state')
  if (prio === undefined) throw badRequest('action=prio needs prio=<whole number>')
  if (!/^[+-]?\d{1,9}$/.test(prio.trim())) {
    throw badRequest(`prio must be a whole number of at most nine digits, not ${quoted(prio)}`)
  }
  return { action, selection, priority: Number(prio) }
}
