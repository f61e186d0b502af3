/** The answers that API Gateway gives by itself, as the GatewayResponse resources of serverless.yml shape them. */

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

interface GatewayResponse {
  Type: string
  Properties: {
    ResponseType: string
    StatusCode?: string | number
    ResponseParameters?: Record<string, string>
    ResponseTemplates?: Record<string, string>
  }
}

/** Status and message of the types that can happen here, where no resource changes them. */
const DEFAULTS = {
  ACCESS_DENIED: [403, 'User is not authorized to access this resource'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, 'Internal server error'],
  AUTHORIZER_FAILURE: [500, 'Internal server error'],
  BAD_REQUEST_BODY: [400, 'Invalid request body'],
  DEFAULT_4XX: [400, 'Bad Request'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error'],
  INTEGRATION_FAILURE: [502, 'Internal server error'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token'],
  REQUEST_TOO_LARGE: [413, 'Request Too Long'],
  THROTTLED: [429, 'Too Many Requests'],
  UNAUTHORIZED: [401, 'Unauthorized'],
} as const

export type ResponseType = keyof typeof DEFAULTS

/** Reads `resources.Resources` of the service; gives a function that renders one answer. */
export function gatewayResponses(resources: Readonly<Record<string, unknown>>) {
  const configured = new Map<string, GatewayResponse['Properties']>()
  for (const resource of Object.values(resources) as GatewayResponse[]) {
    if (resource?.Type === 'AWS::ApiGateway::GatewayResponse') {
      configured.set(resource.Properties.ResponseType, resource.Properties)
    }
  }
  return function gatewayResponse(
    type: ResponseType,
    requestId: string,
    authorizer: Record<string, string> = {},
    defaultStatus: number = DEFAULTS[type][0],
  ): Answer {
    const message = DEFAULTS[type][1]
    const status = defaultStatus
    const group = status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'
    const properties = configured.get(type) ?? configured.get(group)
    const values: Record<string, string> = {
      requestId,
      'error.message': message,
      'error.messageString': JSON.stringify(message),
      'error.responseType': type,
    }
    for (const [name, value] of Object.entries(authorizer)) values[`authorizer.${name}`] = value
    const [contentType, template] = Object.entries(properties?.ResponseTemplates ?? {})[0] ?? [
      'application/json',
      '{"message":$context.error.messageString}',
    ]
    return {
      status: Number(properties?.StatusCode ?? status),
      headers: {
        'Content-Type': contentType,
        ...headersOf(properties?.ResponseParameters ?? {}, values),
      },
      body: fill(template, values),
    }
  }
}

/** `gatewayresponse.header.Name` is `'a literal'` or `context.a.variable`. */
function headersOf(parameters: Record<string, string>, values: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(parameters).map(([parameter, value]) => [
      parameter.replace('gatewayresponse.header.', ''),
      /^'.*'$/.test(value) ? value.slice(1, -1) : (values[value.replace('context.', '')] ?? ''),
    ]),
  )
}

/** Simple substitution only: gateway responses have no template language. */
const fill = (template: string, values: Record<string, string>) =>
  template.replace(/\$context\.([\w.]*\w)/g, (_, name: string) => values[name] ?? '')
