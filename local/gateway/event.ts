/** An HTTP request as the event of a REST API with Lambda proxy integration, payload version 1.0. */
import type { IncomingMessage } from 'node:http'
import type {
  APIGatewayEventClientCertificate,
  APIGatewayProxyEvent,
  APIGatewayRequestAuthorizerEvent,
} from 'aws-lambda'
import type { Route } from './routes.ts'

export interface Call {
  request: IncomingMessage
  /** May be the client's own, see exchange.ts. */
  requestId: string
  /** The gateway's own. */
  extendedRequestId: string
  path: string
  query: URLSearchParams
  clientCert: APIGatewayEventClientCertificate | undefined
  /** When the request arrived, ms since 1970. */
  time: number
}

const STAGE = 'local'
const ACCOUNT = '000000000000'
const API = 'local'

/** What both kinds of event share. */
function common(call: Call, route: Route) {
  const { request, path, query } = call
  const method = request.method ?? 'GET'
  const headers = headersOf(call)
  const parameters = valuesOf(query)
  return {
    httpMethod: method,
    path,
    resource: route.resource,
    headers: Object.fromEntries([...headers].map(([name, values]) => [name, values.at(-1) ?? ''])),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.size === 0 ? null : Object.fromEntries(query),
    multiValueQueryStringParameters: query.size === 0 ? null : Object.fromEntries(parameters),
    pathParameters: route.resource === '/{proxy+}' ? { proxy: path.slice(1) } : null,
    stageVariables: null,
    requestContext: {
      accountId: ACCOUNT,
      apiId: API,
      domainName: (request.headers.host ?? '').replace(/:\d+$/, ''),
      domainPrefix: API,
      extendedRequestId: call.extendedRequestId,
      httpMethod: method,
      identity: {
        ...NOBODY,
        clientCert: call.clientCert ?? null,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? null,
      },
      path,
      protocol: `HTTP/${request.httpVersion}`,
      requestId: call.requestId,
      requestTime: new Date(call.time).toUTCString(),
      requestTimeEpoch: call.time,
      resourceId: route.resource,
      resourcePath: route.resource,
      stage: STAGE,
      authorizer: undefined as Record<string, unknown> | undefined,
    },
  }
}

/** Identity fields of calls signed for AWS, which there are none of. */
const NOBODY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
}

/**
 * All values of each header. The names of an HTTP/1.1 client arrive as it wrote them, those of HTTP/2, which a domain of API
 * Gateway speaks too, in lower case (RFC 9113, section 8.2.1): here they always do.
 */
function headersOf({ request }: Call): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  const { rawHeaders } = request
  for (let n = 0; n + 1 < rawHeaders.length; n += 2) {
    valuesUnder(headers, (rawHeaders[n] ?? '').toLowerCase()).push(rawHeaders[n + 1] ?? '')
  }
  headers.set('X-Forwarded-Proto', ['encrypted' in request.socket ? 'https' : 'http'])
  return headers
}

/** All values of each parameter; `getAll` for each of many alike would look through all of them each time. */
function valuesOf(query: URLSearchParams): Map<string, string[]> {
  const parameters = new Map<string, string[]>()
  for (const [name, value] of query) valuesUnder(parameters, name).push(value)
  return parameters
}

function valuesUnder(all: Map<string, string[]>, name: string): string[] {
  const values = all.get(name) ?? []
  all.set(name, values)
  return values
}

/** The event of a REQUEST authorizer; it never holds the body. */
export const authorizerEvent = (call: Call, route: Route): APIGatewayRequestAuthorizerEvent =>
  ({
    type: 'REQUEST',
    methodArn: methodArn(call, route),
    ...common(call, route),
  }) as APIGatewayRequestAuthorizerEvent

/** Which call a policy is about. */
export const methodArn = (call: Call, route: Route) =>
  `arn:aws:execute-api:us-east-1:${ACCOUNT}:${API}/${STAGE}/${call.request.method}${route.resource}`

/**
 * The event of a function. Every media type is binary here, so every body arrives in base64; without
 * one there is no body. API Gateway takes a body without Content-Type for JSON and says so.
 */
export function proxyEvent(
  call: Call,
  route: Route,
  body: Buffer,
  authorizer: Record<string, unknown> | undefined,
): APIGatewayProxyEvent {
  const event = common(call, route)
  if (body.length > 0 && call.request.headers['content-type'] === undefined) {
    event.headers['Content-Type'] = 'application/json'
    event.multiValueHeaders['Content-Type'] = ['application/json']
  }
  event.requestContext.authorizer = authorizer
  return {
    ...event,
    body: body.length > 0 ? body.toString('base64') : null,
    isBase64Encoded: body.length > 0,
  } as APIGatewayProxyEvent
}
