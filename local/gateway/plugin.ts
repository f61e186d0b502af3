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
import { accessLog } from './access-log.ts'
import { clientCertificate } from './client-certificate.ts'
import { endUnread, exchange } from './exchange.ts'
import { invoker } from './functions.ts'
import { gatewayResponses } from './gateway-response.ts'
import { type FunctionDefinition, routeTable } from './routes.ts'

/** What deploy/capacity.yml adds to a function. */
interface Extension {
  Properties?: { ReservedConcurrentExecutions?: { 'Fn::If'?: unknown[] } }
}

interface Serverless {
  service: {
    functions: Record<string, FunctionDefinition>
    resources?: { Resources?: Record<string, unknown>; extensions?: Record<string, Extension> }
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
    const all = resources?.Resources ?? {}
    const handle = exchange({
      route: routeTable(functions),
      invoke: invoker(this.#lambda, reservedOf(resources?.extensions ?? {})),
      gatewayResponse: gatewayResponses(all),
      accessLog: accessLog(all),
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
  if (raw && !socket.authorized) return refused(response, request)
  handle(request, response, raw && clientCertificate(raw)).catch((error) => failed(error, response))
}

/**
 * As a domain with mutual TLS refuses a certificate: before the API, so without its gateway responses and its request id
 * (knowledge center, "403 Forbidden error with mutual TLS"; the body as other refusals of a domain have it).
 */
function refused(response: ServerResponse, request: IncomingMessage) {
  endUnread(request, response)
  response.writeHead(403, {
    'Content-Type': 'application/json',
    'x-amzn-ErrorType': 'ForbiddenException',
    'x-amzn-RequestId': randomUUID(),
  })
  response.end('{"message":"Forbidden"}')
}

/** How many instances of a function there can be at once, by its key in serverless.yml. */
function reservedOf(extensions: Readonly<Record<string, Extension>>) {
  return (key: string): number => {
    const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}LambdaFunction`
    const reserved = extensions[name]?.Properties?.ReservedConcurrentExecutions?.['Fn::If']?.[1]
    return typeof reserved === 'number' ? reserved : Number.POSITIVE_INFINITY
  }
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
