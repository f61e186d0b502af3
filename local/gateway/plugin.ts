/**
 * A plugin of serverless-offline: our functions behind an API Gateway that keeps the contract.
 *
 * serverless-offline runs the functions; what it answers over HTTP by itself is not what a REST API
 * answers (bodies mangled by type, HEAD run as GET, its own 404 and 502, no client certificates, a
 * request header that sets the authorizer's answer). So its listener gets our handler instead, and
 * an https listener with an optional client certificate stands beside it.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type Lambda from 'serverless-offline/lambda'
import { isProxy, PROXY_REFUSED } from '../../lib/identity/proxy-certificate.ts'
import { clientCertificate } from './client-certificate.ts'
import { endUnread, exchange } from './exchange.ts'
import { invoker } from './functions.ts'
import { gatewayResponses } from './gateway-response.ts'
import { type FunctionDefinition, routeTable } from './routes.ts'

interface Serverless {
  service: {
    functions: Record<string, FunctionDefinition>
    resources?: { Resources?: Record<string, unknown> }
    custom: { gateway: { httpsPort: string; certificate: string; truststore: string } }
  }
  pluginManager: { getPlugins(): object[] }
}

/**
 * An idle connection: with Node's 5 s, who asks again every few seconds meets one that closes at that moment, and
 * gets ECONNRESET.
 */
const KEPT_OPEN_MS = 65_000

type Handler = ReturnType<typeof exchange>

export default class LocalGateway {
  readonly hooks: Record<string, () => Promise<void>>
  readonly #serverless: Serverless
  #lambda: Lambda | undefined
  #https: Server | undefined

  constructor(serverless: Serverless) {
    this.#serverless = serverless
    if (process.env.PROC_LOCAL_CHILD) endWithParent()
    this.hooks = {
      'before:offline:start:init': () => this.#takeFunctions(),
      'after:offline:start:init': () => this.#listen(),
      'before:offline:start:end': async () => {
        this.#https?.close()
        this.#https?.closeAllConnections()
      },
    }
  }

  /**
   * The Lambda server's `start` would open a port where anyone on this machine could invoke any
   * function as any user, so it is never called; only the object is kept.
   */
  async #takeFunctions(): Promise<void> {
    const { default: OfflineLambda } = await import('serverless-offline/lambda')
    const take = (lambda: Lambda) => {
      this.#lambda = lambda
    }
    OfflineLambda.prototype.start = async function start(this: Lambda) {
      take(this)
    }
  }

  async #listen(): Promise<void> {
    if (!this.#lambda) throw new Error('serverless-offline has not started its functions')
    const { functions, resources, custom } = this.#serverless.service
    const handle = exchange({
      route: routeTable(functions),
      invoke: invoker(this.#lambda),
      gatewayResponse: gatewayResponses(resources?.Resources ?? {}),
    })

    const { default: ServerlessOffline } = await import('serverless-offline')
    const offline = this.#serverless.pluginManager
      .getPlugins()
      .find((plugin) => plugin instanceof ServerlessOffline)
    if (!offline) throw new Error('The local gateway needs the plugin serverless-offline before it')
    const http = offline.internals().getApiGatewayServer().listener
    http.keepAliveTimeout = KEPT_OPEN_MS
    for (const event of ['request', 'checkContinue']) {
      http.removeAllListeners(event).on(event, answering(handle))
    }

    const pem = readFileSync(custom.gateway.certificate)
    this.#https = createServer({
      cert: pem,
      key: pem,
      ca: readFileSync(custom.gateway.truststore),
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    })
    this.#https.keepAliveTimeout = KEPT_OPEN_MS
    for (const event of ['request', 'checkContinue']) this.#https.on(event, withPeer(handle))
    await listening(this.#https, Number(custom.gateway.httpsPort))
    process.send?.('ready')
  }
}

/** local/offline.ts started us, over a channel that closes when it ends, in whatever way. */
function endWithParent() {
  if (!process.connected) process.exit(1)
  process.once('disconnect', () => process.exit(1))
}

const answering = (handle: Handler) => (request: IncomingMessage, response: ServerResponse) =>
  void handle(request, response).catch((error) => failed(error, response))

/**
 * A certificate is optional at TLS; one that does not verify is 403, as on a domain with mutual TLS.
 * The certificate decides first: a resumed session without one may call itself authorized.
 */
const withPeer = (handle: Handler) => (request: IncomingMessage, response: ServerResponse) => {
  const socket = request.socket as TLSSocket
  const { raw } = socket.getPeerCertificate()
  if (raw && !socket.authorized) return refused(response, request, isProxy(raw))
  handle(request, response, raw && clientCertificate(raw)).catch((error) => failed(error, response))
}

const UNVERIFIED =
  'the client certificate does not verify: it is expired, or its issuer is not trusted here\n'

function refused(response: ServerResponse, request: IncomingMessage, proxy: boolean) {
  endUnread(request, response)
  response.writeHead(403, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Request-Id': randomUUID(),
  })
  response.end(proxy ? `${PROXY_REFUSED}\n` : UNVERIFIED)
}

/** The client has gone away, or this gateway has a bug; a connection is all there is left to close. */
function failed(error: unknown, response: ServerResponse) {
  if (!response.socket?.destroyed) console.error(error)
  response.destroy()
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}
