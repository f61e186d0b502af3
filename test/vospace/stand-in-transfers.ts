/** Transfer negotiation of the stand-in: synctrans, transfers and xfer. */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { answer, fail, plain, redirect } from './stand-in-answers.ts'
import { job as jobDocument, type Protocol, SERVICES, transfer } from './stand-in-documents.ts'
import type { FaultWord } from './stand-in-faults.ts'
import { escapedPath, type Space } from './stand-in-space.ts'

type Job = {
  service: string
  target: string
  path: string
  protocols: Protocol[]
  error?: FaultWord
}

const PROTOCOL =
  /<vos:protocol uri="([^"]+)"\s*(?:\/>|>\s*<vos:securityMethod uri="([^"]+)"\s*\/>\s*<\/vos:protocol>)/g

export class Transfers {
  readonly #space: Space
  readonly #jobs = new Map<string, Job>()

  constructor(space: Space) {
    this.#space = space
  }

  /** POST of a transfer document or of parameters; GET of parameters. */
  async negotiate(response: ServerResponse, service: string, query: string): Promise<void> {
    const space = this.#space
    const staged = space.faults.at('synctrans')
    if (staged) return fail(response, staged)
    const request = response.req
    const body = request.method === 'POST' ? await text(request) : ''
    if (body.length > 32 * 1024) return plain(response, 400, 'document too long\n')
    const isXml = /^(text|application)\/xml\b/.test(request.headers['content-type'] ?? '')
    if (!isXml) return this.#shortForm(response, service, new URLSearchParams(body || query))
    const kind = SERVICES[service]
    if (kind?.sync === 'parameters') return plain(response, 415, 'parameters expected\n')

    const target = unescaped(/<vos:target>([^<]*)<\/vos:target>/.exec(body)?.[1] ?? '')
    const path = this.#path(service, target)
    if (path === undefined) return plain(response, 400, `InvalidURI: ${target}\n`)
    const protocols = [...body.matchAll(PROTOCOL)].map(([, uri = '', securityMethod]) => ({
      uri,
      ...(securityMethod && { securityMethod }),
    }))
    const objection = await space.objection(path, request)
    const node = await space.tree.node(path)
    if (kind?.sync === 'direct') {
      if (objection) return fail(response, objection)
      if (node?.kind !== 'file') return plain(response, 400, 'target is not a data node\n')
      const job = { service, target, path, protocols }
      return answer(response, 200, 'text/xml', transfer(target, this.#endpoints(job)))
    }
    const job: Job = { service, target, path, protocols }
    if (objection && 'word' in objection && !objection.details) {
      // cavern does not look for the node before the results are asked for.
      const unseen = kind?.missing === 'internal error' && !space.faults.of(path)
      if (objection.word !== 'NodeNotFound' || !unseen) job.error = objection.word
    }
    const id = randomUUID()
    this.#jobs.set(id, job)
    redirect(response, `${space.base}/${service}/transfers/${id}/results/transferDetails`)
  }

  /** The job, its phase and error as text, and the results, which lead to xfer. */
  async job(response: ServerResponse, service: string, rest: string): Promise<void> {
    const [, id = '', tail = ''] = /^\/([^/]+)(\/.*)?$/.exec(rest) ?? []
    const job = this.#jobs.get(id)
    if (!job) return plain(response, 404, `not found: ${id}\n`)
    const { faults, tree, base } = this.#space
    if (tail === '/results/transferDetails') {
      const fault = faults.at('details')
      return fault ? fail(response, fault) : redirect(response, `${base}/${service}/xfer/${id}`)
    }
    const fault = faults.at(tail === '/error' ? 'job error' : 'job')
    if (fault) return fail(response, fault)
    const node = await tree.node(job.path)
    const error =
      job.error ?? (node?.kind === 'directory' ? 'target is not a data node' : undefined)
    const phase = error ? 'ERROR' : 'COMPLETED'
    if (tail === '/phase') return plain(response, 200, `${phase}\n`)
    if (tail === '/error') return plain(response, error ? 200 : 404, error ? `${error}\n` : '')
    answer(response, 200, 'text/xml', jobDocument(id, phase, error))
  }

  /** The results document: without protocols where the job failed. */
  async details(response: ServerResponse, id: string): Promise<void> {
    const { faults, tree } = this.#space
    const staged = faults.at('xfer')
    if (staged) return fail(response, staged)
    const job = this.#jobs.get(id)
    if (!job) return plain(response, 404, `not found: ${id}\n`)
    const fault = faults.of(job.path)
    if (fault && 'word' in fault && fault.details) return detailsFault(response, fault.word)
    const node = await tree.node(job.path)
    if (!job.error && !node) {
      return plain(response, 500, `Internal Error: FileNotFoundException ${job.path}\n`)
    }
    const usable = !job.error && node?.kind === 'file'
    const protocols = usable ? this.#endpoints(job) : []
    answer(response, 200, 'text/xml', transfer(job.target, protocols))
  }

  /** TransferRunner: a redirect straight to the bytes, or the status and the bare word. */
  async #shortForm(response: ServerResponse, service: string, form: URLSearchParams) {
    const target = form.get('TARGET') ?? ''
    const path = this.#path(service, target)
    if (path === undefined) return plain(response, 400, 'InvalidURI\n')
    if (form.get('DIRECTION') !== 'pullFromVoSpace') {
      return plain(response, 400, 'invalid direction\n')
    }
    const fault = await this.#space.objection(path, response.req)
    if (fault) return fail(response, fault)
    const node = await this.#space.tree.node(path)
    if (node?.kind !== 'file') return plain(response, 400, 'target is not a data node\n')
    const protocols = [{ uri: form.get('PROTOCOL') ?? '' }]
    const [endpoint] = this.#endpoints({ service, target, path, protocols })
    if (!endpoint?.endpoint) return plain(response, 400, 'ProtocolNotSupported\n')
    redirect(response, endpoint.endpoint)
  }

  #path(service: string, target: string): string | undefined {
    const prefix = this.#space.uri(service, '')
    if (!target.startsWith(`${prefix}/`)) return undefined
    return decodeURIComponent(target.slice(prefix.length))
  }

  /** For anonymous a pre-authorised endpoint first, then the plain one, as cavern does. */
  #endpoints({ service, path, protocols }: Job): Protocol[] {
    const place = `${this.#space.base}/${service}/files`
    const plainly = SERVICES[service]?.sync === 'job' && SERVICES[service]?.files !== undefined
    return protocols.flatMap(({ uri, securityMethod }) => {
      if (!uri.endsWith('#httpsget')) return []
      const endpoint = `${place}${escapedPath(path)}`
      if (securityMethod) return plainly ? [{ uri, securityMethod, endpoint }] : []
      const preauth = `${place}/preauth:${this.#space.permit(path)}${escapedPath(path)}`
      return [{ uri, endpoint: preauth }, ...(plainly ? [{ uri, endpoint }] : [])]
    })
  }
}

/** TransferDetailsServlet: what it makes of an exception while it writes the results document. */
function detailsFault(response: ServerResponse, word: FaultWord): void {
  if (word === 'PermissionDenied' || word === 'NotAuthenticated') {
    plain(response, 401, `Unauthorized: ${word}\n`)
  } else if (word === 'TransientException') {
    plain(response, 503, `${word}\n`, { 'Retry-After': '60' })
  } else if (word === 'NodeNotFound') {
    plain(response, 500, `Internal Error: ${word}\n`)
  } else {
    plain(response, 400, `Bad request: ${word}\n`)
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}
const unescaped = (value: string) =>
  value.replace(/&(amp|lt|gt|quot|apos);/g, (_all, name) => ENTITIES[name] ?? '')
