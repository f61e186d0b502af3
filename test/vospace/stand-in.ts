/**
 * A VOSpace of its own on loopback: registry, capabilities, nodes, files, synctrans, transfers and
 * xfer, in the shapes of opencadc's services, with a switch for each of their faults.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { answer, fail, plain } from './stand-in-answers.ts'
import { capabilities, resourceCaps, SERVICES } from './stand-in-documents.ts'
import type { Faults, Stage } from './stand-in-faults.ts'
import { type StandInFile, Tree } from './stand-in-files.ts'
import { nodes } from './stand-in-nodes.ts'
import { Space } from './stand-in-space.ts'
import { Transfers } from './stand-in-transfers.ts'

export { documentationFiles } from './stand-in-files.ts'

export type VospaceOptions = {
  /** 0 or absent: any free port. */
  port?: number
  /** The name that stands in the URLs; the server listens on 127.0.0.1 whatever it is. */
  hostname?: string
  /** The name in the URLs of vault's storage, where it is another one. */
  storageHostname?: string
  /** PEM. With `ca` a client may show a certificate of that authority. */
  tls?: { key: string; cert: string; ca?: string }
  files: Readonly<Record<string, StandInFile>>
  /** A directory whose files are served too. */
  directory?: string
  /** Path prefixes that only the bearer of `token`, or of a certificate, may read. */
  private?: readonly string[]
  token?: string
}

/** A request as it arrived; a test reads here what the client showed of itself. */
export type Seen = {
  method: string
  url: string
  host: string
  authorization: string | undefined
  certificate: string | undefined
  acceptEncoding: string | undefined
}

export type Vospace = {
  /** `https://127.0.0.1:9443`; the registry is at `{url}/reg`. */
  url: string
  port: number
  faults: Faults
  requests: Seen[]
  stop: () => Promise<void>
}

/** Starts the stand-in; an error of listening (a taken port) is thrown. */
export async function startVospace(options: VospaceOptions): Promise<Vospace> {
  const tree = new Tree(options.files, options.directory)
  const space = new Space(tree, options.private ?? [], options.token)
  const transfers = new Transfers(space)
  const requests: Seen[] = []

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(seen(request))
    route(space, transfers, request, response).catch((error) => {
      if (!response.headersSent) plain(response, 500, `stand-in: ${error}\n`)
      else response.destroy()
    })
  }
  const { tls } = options
  const server = tls
    ? https.createServer({ ...tls, requestCert: !!tls.ca, rejectUnauthorized: false }, handle)
    : http.createServer(handle)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const origin = (name: string) => `${tls ? 'https' : 'http'}://${name}:${port}`
  const hostname = options.hostname ?? '127.0.0.1'
  space.base = origin(hostname)
  space.storage = origin(options.storageHostname ?? hostname)
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: space.base, port, faults: space.faults, requests, stop }
}

async function route(
  space: Space,
  transfers: Transfers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', space.base)
  const [, service = '', resource = '', rest = ''] =
    /^\/([^/]+)\/([^/]+)(.*)$/.exec(url.pathname) ?? []
  const path = decodeURIComponent(rest)
  const document = (stage: Stage, type: string, text: () => string) => {
    const fault = space.faults.at(stage)
    return fault ? fail(response, fault) : answer(response, 200, type, text())
  }
  if (service === 'reg' && resource === 'resource-caps') {
    return document('registry', 'text/plain', () => resourceCaps(space.base))
  }
  if (service === 'minoc' && resource === 'files') return space.stored(response, path)
  const kind = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined
  if (!kind) return plain(response, 404, 'Not Found\n')
  switch (resource) {
    case 'capabilities':
      return document('capabilities', 'text/xml', () => capabilities(space.base, service, kind))
    case 'nodes':
      return nodes(space, response, service, path || '/', url.searchParams)
    case 'files':
      return space.files(response, service, path)
    case 'synctrans':
      return transfers.negotiate(response, service, url.search)
    case 'transfers':
      return transfers.job(response, service, rest)
    case 'xfer':
      return transfers.details(response, rest.slice(1))
    default:
      return plain(response, 404, 'Not Found\n')
  }
}

function seen(request: IncomingMessage): Seen {
  const certificate = (request.socket as Partial<TLSSocket>).getPeerCertificate?.()
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    host: request.headers.host ?? '',
    authorization: request.headers.authorization,
    certificate: certificate?.subject?.CN?.toString(),
    acceptEncoding: request.headers['accept-encoding']?.toString(),
  }
}
