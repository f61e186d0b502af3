/** One request through the gateway: route, authorizer, function, and what comes back. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { APIGatewayEventClientCertificate, APIGatewayProxyResult } from 'aws-lambda'
import { decide } from './authorizer.ts'
import { authorizerEvent, type Call, methodArn, proxyEvent } from './event.ts'
import type { invoker, Outcome } from './functions.ts'
import type { gatewayResponses, ResponseType } from './gateway-response.ts'
import type { routeTable } from './routes.ts'

/** Largest request body that API Gateway takes (quotas page), in bytes. */
const LARGEST_BODY = 10 * 1024 * 1024

export interface Parts {
  route: ReturnType<typeof routeTable>
  invoke: ReturnType<typeof invoker>
  gatewayResponse: ReturnType<typeof gatewayResponses>
}

/** Handles requests of both listeners; `clientCert` is that of a connection whose certificate verified. */
export function exchange({ route, invoke, gatewayResponse }: Parts) {
  return async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    clientCert?: APIGatewayEventClientCertificate,
  ): Promise<void> {
    const requestId = randomUUID()
    const refuse = (type: ResponseType, authorizer?: Record<string, string>) => {
      const { status, headers, body } = gatewayResponse(type, requestId, authorizer)
      send(request, response, status, Object.entries(headers), Buffer.from(body))
    }
    response.setHeader('x-amzn-RequestId', requestId)

    const [path = '/', search] = (request.url ?? '/').split(/\?(.*)/s)
    const found = route(request.method ?? 'GET', path)
    if (!found) return refuse('MISSING_AUTHENTICATION_TOKEN')
    const body = await bodyOf(request, response)
    if (body === undefined) return refuse('REQUEST_TOO_LARGE')
    const call: Call = {
      request,
      requestId,
      path,
      query: new URLSearchParams(search),
      clientCert,
      time: Date.now(),
    }

    let authorizer: Record<string, string> | undefined
    if (found.authorizer) {
      const outcome = await invoke(found.authorizer, authorizerEvent(call, found))
      if ('failure' in outcome) {
        return refuse(isUnauthorized(outcome) ? 'UNAUTHORIZED' : 'AUTHORIZER_FAILURE')
      }
      const decision = decide(outcome.result, methodArn(call, found))
      if (!decision.allowed) return refuse(decision.failure, decision.context)
      authorizer = decision.context
    }

    // A function that fails or runs into its own time limit is a 502 of no type of its own (Lambda's guide,
    // "Handling Lambda errors with API Gateway"): INTEGRATION_TIMEOUT is the gateway's limit, which is longer.
    const outcome = await invoke(found.function, proxyEvent(call, found, body, authorizer))
    if ('failure' in outcome) {
      if (outcome.failure === 'too large') return refuse('REQUEST_TOO_LARGE')
      return refuse('DEFAULT_5XX')
    }
    if (!isProxyResult(outcome.result)) return refuse('DEFAULT_5XX')
    const { statusCode, body: text, isBase64Encoded } = outcome.result
    const bytes = Buffer.from(text ?? '', isBase64Encoded ? 'base64' : 'utf8')
    send(request, response, statusCode, headersOf(outcome.result), bytes)
  }
}

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

/** multiValueHeaders win over headers of the same name; API Gateway renames the challenge of a 401. */
function headersOf({ headers = {}, multiValueHeaders = {} }: APIGatewayProxyResult) {
  const all = new Map<string, [name: string, value: string | string[]]>()
  for (const [name, value] of Object.entries({ ...headers, ...multiValueHeaders })) {
    const values = Array.isArray(value) ? value.map(String) : String(value)
    const sent = /^www-authenticate$/i.test(name) ? `x-amzn-Remapped-${name}` : name
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
