/** The state of the stand-in, and the files it gives out: /files and the storage behind vault. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { fail, plain, redirect, sendFile } from './stand-in-answers.ts'
import { SERVICES } from './stand-in-documents.ts'
import { type Fault, Faults, type FaultWord } from './stand-in-faults.ts'
import type { Tree } from './stand-in-files.ts'

export class Space {
  readonly faults = new Faults()
  /** Origins that stand in the URLs; known when the server listens. */
  base = ''
  storage = ''
  readonly tree: Tree
  readonly #private: readonly string[]
  readonly #token: string | undefined
  /** Pre-authorised tokens and the path that each opens. */
  readonly #tokens = new Map<string, string>()

  constructor(tree: Tree, privatePaths: readonly string[], token: string | undefined) {
    this.tree = tree
    this.#private = privatePaths
    this.#token = token
  }

  uri(service: string, path: string): string {
    return `vos://cadc.nrc.ca~${service}${path}`
  }

  isPrivate(path: string): boolean {
    return this.#private.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
  }

  /** A pre-authorised token for one path. */
  permit(path: string): string {
    const token = randomUUID()
    this.#tokens.set(token, path)
    return token
  }

  /** Why a node is not to be had, as a word. */
  async objection(path: string, request: IncomingMessage): Promise<Fault | undefined> {
    const fault = this.faults.of(path)
    if (fault && 'word' in fault) return fault
    const word = this.#denied(path, request)
    if (word) return { word }
    return (await this.tree.node(path)) ? undefined : { word: 'NodeNotFound' }
  }

  async files(response: ServerResponse, service: string, path: string): Promise<void> {
    const [, token, rest] = /^\/preauth:([^/]+)(\/.*)$/.exec(path) ?? []
    if (token !== undefined && rest !== undefined) {
      if (this.#tokens.get(token) === rest) return this.#bytes(response, service, rest)
      return fail(response, { word: 'PermissionDenied' }, this.uri(service, rest))
    }
    const kind = SERVICES[service]?.files
    if (!kind) return plain(response, 404, 'Not Found\n')
    const fault = await this.objection(path, response.req)
    if (fault) return fail(response, fault, this.uri(service, path))
    if (kind === 'bytes') return this.#bytes(response, service, path)
    const node = await this.tree.node(path)
    if (node?.kind !== 'file') return plain(response, 400, 'not a data node\n')
    // vault knows an empty file from its metadata, and sends the reader of another to storage.
    if (node.size === 0) return sendFile(response, '', node)
    redirect(response, `${this.storage}/minoc/files/${this.permit(path)}${escapedPath(path)}`)
  }

  /** The storage of vault: what is asked is opened by the token alone. */
  async stored(response: ServerResponse, path: string): Promise<void> {
    const [, token = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(path) ?? []
    if (this.#tokens.get(token) === rest) return this.#bytes(response, 'vault', rest)
    plain(response, 403, 'permission denied\n')
  }

  /** The bytes themselves, or a fault on their way. */
  async #bytes(response: ServerResponse, service: string, path: string): Promise<void> {
    const fault = this.faults.of(path)
    if (fault && !('wire' in fault)) return fail(response, fault, this.uri(service, path))
    const node = await this.tree.node(path)
    if (!node) return fail(response, { word: 'NodeNotFound' }, this.uri(service, path))
    if (node.kind === 'directory') {
      return plain(response, 400, 'GET for directories not supported\n')
    }
    await sendFile(response, path.split('/').at(-1) ?? '', node, fault?.wire)
  }

  #denied(path: string, request: IncomingMessage): FaultWord | undefined {
    if (!this.isPrivate(path)) return undefined
    const { authorization } = request.headers
    if (authorization !== undefined && authorization === `Bearer ${this.#token}`) return undefined
    if ((request.socket as Partial<TLSSocket>).authorized === true) return undefined
    return authorization === undefined ? 'PermissionDenied' : 'NotAuthenticated'
  }
}

export const escapedPath = (path: string) => path.split('/').map(encodeURIComponent).join('/')
