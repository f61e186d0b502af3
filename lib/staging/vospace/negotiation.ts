/** Transfer negotiation (synctrans): how a file is had from a service that has no files endpoint. */
import { type Interface, interfaceFor, NODES, SYNC } from './capabilities.ts'
import { type Credential, securityMethod } from './credential.ts'
import { type Fault, isNamed, isTemporary, readFault } from './fault.ts'
import type { Guard } from './guard.ts'
import { type Answer, ask, readText, redirectTarget } from './guarded-request.ts'
import {
  type Endpoint,
  jobUrl,
  readJobError,
  readTransfer,
  writeShortForm,
  writeTransfer,
} from './transfer.ts'
import { encodedPath, targetUri } from './vos-uri.ts'
import { BadDocument } from './xml.ts'

/** One file at one service, and how we present ourselves there. */
export type Wanted = {
  readonly guard: Guard
  readonly interfaces: readonly Interface[]
  readonly resourceId: string
  readonly path: readonly string[]
  readonly credential: Credential | undefined
  readonly signal: AbortSignal
}

export type Outcome = { readonly file: Answer } | { readonly fault: Fault }

const MAX_DOCUMENT = 256 * 1024
const MAX_ENDPOINTS = 5
const XML = 'text/xml, application/xml;q=0.9'

/** Path segments appended to an accessURL of use "base". */
export function below(base: URL, path: readonly string[]): URL {
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/$/, '')}/${encodedPath(path)}`
  return url
}

/** Opens a URL that holds the bytes. Where it redirects, it is to a pre-authorised URL. */
export async function openUrl(
  wanted: Wanted,
  url: URL,
  credential: Credential | undefined,
): Promise<Outcome> {
  const answer = await ask(wanted.guard, url, { signal: wanted.signal, credential })
  if (answer.status === 200 || answer.status === 204) return { file: answer }
  return { fault: await readFault(answer) }
}

/**
 * Negotiates and opens the file. Services tell of a failure in three ways: as the status of the POST
 * (short form), as a status of the results document, and as a document without endpoints, whose job
 * then has the reason.
 */
export async function negotiate(wanted: Wanted): Promise<Outcome> {
  const { guard, credential, signal } = wanted
  const method = securityMethod(credential)
  const sync = interfaceFor(wanted.interfaces, SYNC, method)
  if (!sync) throw new BadDocument(`neither files nor synctrans at ${wanted.resourceId}`)
  const target = targetUri(wanted.resourceId, wanted.path)
  const answer = await ask(guard, sync.url, {
    signal,
    accept: XML,
    form: { type: 'text/xml', body: writeTransfer(target, method) },
    credential,
    keepCredential: true,
  })
  if (answer.status === 200) {
    const endpoints = readTransfer(await readText(answer.body, MAX_DOCUMENT))
    if (endpoints.length > 0) return openEndpoint(wanted, endpoints)
    return { fault: await explained(wanted, answer, { status: 0, text: '' }) }
  }
  const fault = await readFault(answer)
  const direct = answer.visited.length === 1
  if (direct && [400, 405, 415, 501].includes(fault.status) && !isNamed(fault)) {
    return shortForm(wanted, sync.url, target)
  }
  return { fault: await explained(wanted, answer, fault) }
}

/** For services that take parameters only: the answer redirects straight to the bytes. */
async function shortForm(wanted: Wanted, sync: URL, target: string): Promise<Outcome> {
  const answer = await ask(wanted.guard, sync, {
    signal: wanted.signal,
    form: { type: 'application/x-www-form-urlencoded', body: writeShortForm(target) },
    credential: wanted.credential,
    follow: false,
  })
  if (answer.status >= 300 && answer.status < 400) {
    answer.body.destroy()
    return openUrl(wanted, redirectTarget(answer, sync), undefined)
  }
  if (answer.status === 200) {
    const endpoints = readTransfer(await readText(answer.body, MAX_DOCUMENT))
    return openEndpoint(wanted, endpoints)
  }
  return { fault: await readFault(answer) }
}

/** Tries the endpoints in order: a service may list one that does not work from where we are. */
async function openEndpoint(wanted: Wanted, endpoints: readonly Endpoint[]): Promise<Outcome> {
  const method = securityMethod(wanted.credential)
  const usable = endpoints.filter(
    (each) => each.securityMethod === '' || each.securityMethod === method,
  )
  let failure: Fault | undefined
  let thrown: unknown
  for (const endpoint of usable.slice(0, MAX_ENDPOINTS)) {
    const credential = endpoint.securityMethod === '' ? undefined : wanted.credential
    try {
      const outcome = await openUrl(wanted, endpoint.url, credential)
      if ('file' in outcome) return outcome
      // Of several failures the one that may pass is told: the file may well be there.
      if (!failure || isTemporary(outcome.fault)) failure = outcome.fault
    } catch (error) {
      if (wanted.signal.aborted) throw error
      thrown ??= error
    }
  }
  if (thrown) throw thrown
  return { fault: failure ?? { status: 401, text: 'no endpoint for our security method' } }
}

/** Looks for the reason of a failure that does not speak for itself: in the job, then in the node. */
async function explained(wanted: Wanted, answer: Answer, fault: Fault): Promise<Fault> {
  if (isNamed(fault) || ![0, 400, 500].includes(fault.status)) return fault
  const job = jobUrl(answer.visited)
  const message = job && (await jobError(wanted, job))
  if (message !== undefined) {
    const told = { status: 0, text: message }
    if (isNamed(told)) return told
  }
  // cavern answers 500 for a missing node, and its job is none the wiser.
  const nodes = interfaceFor(wanted.interfaces, NODES, securityMethod(wanted.credential))
  if (!nodes) return fault
  const node = below(nodes.url, wanted.path)
  node.searchParams.set('detail', 'min')
  node.searchParams.set('limit', '0')
  const { guard, signal, credential } = wanted
  const answered = await ask(guard, node, { signal, accept: XML, credential })
  if (answered.status === 200) {
    answered.body.destroy()
    return fault
  }
  const told = await readFault(answered)
  return isNamed(told) || [401, 403, 404, 410, 423].includes(told.status) ? told : fault
}

/** The job's own words: from its document, or from the text at `{job}/error`. */
async function jobError(wanted: Wanted, job: URL): Promise<string | undefined> {
  const { guard, signal, credential } = wanted
  // A job whose host is another than the one we trust gets no credential: `ask` sees to that.
  const read = async (url: URL, accept: string) => {
    const answer = await ask(guard, url, { signal, accept, credential, keepCredential: true })
    const text = await readText(answer.body, MAX_DOCUMENT)
    return answer.status === 200 ? text : undefined
  }
  try {
    const document = await read(job, XML)
    const message = document === undefined ? undefined : readJobError(document)
    if (message !== undefined) return message
  } catch (error) {
    if (!(error instanceof BadDocument)) throw error
  }
  return read(new URL(`${job.href}/error`), 'text/plain')
}
