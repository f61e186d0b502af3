/** One request through the gateway: route, authorizer, function, and what comes back. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { APIGatewayEventClientCertificate, APIGatewayProxyResult } from 'aws-lambda'
import type { accessLog } from './access-log.ts'
import { decide } from './authorizer.ts'
import { authorizerEvent, type Call, methodArn, proxyEvent } from './event.ts'
import type { Failure, invoker, Outcome } from './functions.ts'
import type { gatewayResponses, ResponseType } from './gateway-response.ts'
import type { routeTable } from './routes.ts'

/** Largest request body that API Gateway takes (quotas page), in bytes. */
const LARGEST_BODY = 10 * 1024 * 1024

/** Characters of a URL, and bytes of all header values together ("Amazon API Gateway quotas", REST APIs). */
const LONGEST_URL = 10_240
const LARGEST_HEADERS = 10_240
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export interface Parts {
  route: ReturnType<typeof routeTable>
  invoke: ReturnType<typeof invoker>
  gatewayResponse: ReturnType<typeof gatewayResponses>
  accessLog: ReturnType<typeof accessLog>
}

/** Handles requests of both listeners; `clientCert` is that of a connection whose certificate verified. */
export function exchange({ route, invoke, gatewayResponse, accessLog }: Parts) {
  return async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    clientCert?: APIGatewayEventClientCertificate,
  ): Promise<void> {
    const time = Date.now()
    // A client may name its request ("Set up CloudWatch logging for REST APIs": x-amzn-RequestId), a UUID alone.
    const own = String(request.headers['x-amzn-requestid'] ?? '')
    const requestId = UUID.test(own) ? own : randomUUID()
    const extendedRequestId = `${randomBytes(11).toString('base64url')}=`
    const method = request.method ?? 'GET'
    const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s)
    const found = route(method, path)
    const seen: Record<string, string | number | undefined> = {
      requestTimeEpoch: time,
      requestId,
      extendedRequestId,
      httpMethod: method,
      resourcePath: found?.resource,
      'identity.sourceIp': request.socket.remoteAddress,
    }
    response.setHeader('x-amzn-RequestId', requestId)

    const answer = (
      status: number,
      headers: [name: string, value: string | string[]][],
      body: Buffer,
    ) => {
      send(request, response, status, headers, body)
      const responseLatency = Date.now() - time
      process.stdout.write(`${accessLog({ ...seen, status, responseLatency })}\n`)
    }
    const refuse = (
      type: ResponseType,
      authorizer?: Record<string, string>,
      defaultStatus?: number,
    ) => {
      seen['error.responseType'] = type
      const made = gatewayResponse(type, requestId, authorizer, defaultStatus)
      answer(made.status, Object.entries(made.headers), Buffer.from(made.body))
    }

    const headerBytes = Object.values(request.headers).flat().join('').length
    if ((request.url ?? '').length > LONGEST_URL) return refuse('DEFAULT_4XX', {}, 414)
    if (headerBytes > LARGEST_HEADERS) return refuse('DEFAULT_4XX', {}, 431)
    // "Amazon API Gateway important notes": these must be encoded in a query.
    if (/[|{}]/.test(search)) return refuse('DEFAULT_4XX')
    if (!found) return refuse('MISSING_AUTHENTICATION_TOKEN')
    const body = await bodyOf(request, response)
    if (body === undefined) return refuse('REQUEST_TOO_LARGE')
    const call: Call = {
      request,
      requestId,
      extendedRequestId,
      path,
      // The same notes: a semicolon splits a query.
      query: new URLSearchParams(search.replaceAll(';', '&')),
      clientCert,
      time,
    }

    let authorizer: Record<string, string> | undefined
    if (found.authorizer) {
      const outcome = await invoke(found.authorizer, authorizerEvent(call, found))
      seen['authorizer.status'] = 'failure' in outcome ? 500 : 200
      if ('failure' in outcome) {
        return refuse(isUnauthorized(outcome) ? 'UNAUTHORIZED' : 'AUTHORIZER_FAILURE')
      }
      const decision = decide(outcome.result, methodArn(call, found))
      if (!decision.allowed) return refuse(decision.failure, decision.context)
      authorizer = decision.context
    }

    const outcome = await invoke(found.function, proxyEvent(call, found, body, authorizer))
    seen['integration.status'] = 'failure' in outcome ? undefined : 200
    if ('failure' in outcome) {
      seen['integration.error'] = outcome.failure
      const [type, status] = FAILURES[outcome.failure]
      return refuse(type, {}, status)
    }
    // What type this has is not documented; of those that fit it is the one that says least ("Gateway response types").
    if (!isProxyResult(outcome.result)) return refuse('API_CONFIGURATION_ERROR', {}, 502)
    const { statusCode, body: text, isBase64Encoded } = outcome.result
    const isDecoded = isBase64Encoded && takesBinary(request)
    const bytes = Buffer.from(text ?? '', isDecoded ? 'base64' : 'utf8')
    answer(statusCode, headersOf(outcome.result), bytes)
  }
}

/**
 * What becomes of a function that does not answer: the type, and the status where no response is set. Access logs of real
 * accounts have INTEGRATION_FAILURE for a function that failed (502) and for one without an instance (500). How Lambda's
 * refusal of a large event is told is not documented: here it is the less helpful of the two.
 */
const FAILURES: Readonly<Record<Failure, [ResponseType, number]>> = {
  failed: ['INTEGRATION_FAILURE', 502],
  'timed out': ['INTEGRATION_FAILURE', 502],
  'too large': ['INTEGRATION_FAILURE', 502],
  'no instance': ['INTEGRATION_FAILURE', 500],
  'not waited for': ['INTEGRATION_TIMEOUT', 504],
}

/**
 * Base64 is decoded where the first type of Accept is among the binary ones, which here are all ("Content type conversions in
 * API Gateway"). What is done without an Accept is not documented: here nothing is.
 */
const takesBinary = ({ headers }: IncomingMessage) => Boolean(headers.accept)

/** The one error of an authorizer that is not a fault: `throw new Error('Unauthorized')`. */
const isUnauthorized = (outcome: Outcome) =>
  'failure' in outcome && outcome.cause instanceof Error && outcome.cause.message === 'Unauthorized'

/** The bytes of the body; undefined where there are more than API Gateway takes. */
async function bodyOf(request: IncomingMessage, response: ServerResponse) {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > LARGEST_BODY) return undefined
  if (request.headers.expect) response.writeContinue()
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length
    if (length > LARGEST_BODY) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function isProxyResult(result: unknown): result is APIGatewayProxyResult {
  const { statusCode, body } = (result ?? {}) as Partial<APIGatewayProxyResult>
  const status = Number(statusCode)
  return status >= 100 && status <= 599 && (body === undefined || typeof body === 'string')
}

/**
 * "Amazon API Gateway important notes" has these among the headers that may come back renamed. Age is in older lists alone, and
 * is left as it is: docs/first-hour.md looks at it.
 */
const REMAPPED =
  /^(authorization|content-md5|date|host|max-forwards|pragma|proxy-authenticate|server|te|trailer|upgrade|user-agent|via|warn|www-authenticate)$/i

/** multiValueHeaders win over headers of the same name. */
function headersOf({ headers = {}, multiValueHeaders = {} }: APIGatewayProxyResult) {
  const all = new Map<string, [name: string, value: string | string[]]>()
  for (const [name, value] of Object.entries({ ...headers, ...multiValueHeaders })) {
    const values = Array.isArray(value) ? value.map(String) : String(value)
    const sent = REMAPPED.test(name) ? `x-amzn-Remapped-${name}` : name
    if (!/^(content-length|transfer-encoding|connection)$/i.test(name)) {
      all.set(name.toLowerCase(), [sent, values])
    }
  }
  if (!all.has('content-type')) all.set('content-type', ['Content-Type', 'application/json'])
  return [...all.values()]
}

/** HEAD answers carry the length of the body and not the body. */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: [name: string, value: string | string[]][],
  body: Buffer,
) {
  for (const [name, value] of headers) response.setHeader(name, value)
  // That of a 304 would be the length of the 200 (RFC 9110, section 8.6).
  if (status !== 304) response.setHeader('Content-Length', body.length)
  endUnread(request, response)
  response.writeHead(status).end(request.method === 'HEAD' ? undefined : body)
}

/**
 * For an answer that does not wait for the body. Who is still sending it does not read an answer before its end, and
 * a connection that is closed meanwhile loses the answer: python-requests would report an SSLError. So the rest is
 * read and dropped, unless the client itself waits to be asked for it.
 */
export function endUnread(request: IncomingMessage, response: ServerResponse) {
  if (!request.complete && request.headers.expect) response.setHeader('Connection', 'close')
  request.resume()
}
