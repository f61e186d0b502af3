/** Who gets in where, and who answers. */
import {
  at,
  isObject,
  listOf,
  named,
  ofType,
  type Resource,
  type Template,
  whenTrue,
} from './template.ts'

/** What every route must be: its function, and whether the authorizer comes first. */
const ROUTES: Record<string, { function: string; authorized: boolean }> = {}
for (const path of ['/proc/job', '/proc/auth/job']) {
  ROUTES[`GET ${path}`] = { function: 'GetLambdaFunction', authorized: true }
  ROUTES[`HEAD ${path}`] = { function: 'GetLambdaFunction', authorized: true }
  ROUTES[`POST ${path}`] = { function: 'PostLambdaFunction', authorized: true }
  ROUTES[`DELETE ${path}`] = { function: 'DeleteLambdaFunction', authorized: true }
}
/** What anyone may read. */
const OPEN = {
  '/proc/availability': 'AvailabilityLambdaFunction',
  '/proc': 'DocumentLambdaFunction',
  '/proc/capabilities': 'DocumentLambdaFunction',
  '/proc/openapi.json': 'DocumentLambdaFunction',
}
for (const [path, name] of Object.entries(OPEN)) {
  for (const method of ['GET', 'HEAD']) {
    ROUTES[`${method} ${path}`] = { function: name, authorized: false }
  }
}
for (const path of ['/proc/job', '/proc/auth/job', ...Object.keys(OPEN), '/{proxy+}', '/']) {
  ROUTES[`ANY ${path}`] = { function: 'UnsupportedLambdaFunction', authorized: false }
}

/** Seconds that API Gateway waits for a function. */
const GATEWAY_SECONDS = 29

export function gatewayFindings(template: Template): string[] {
  return [
    ...routes(template),
    ...authorizer(template),
    ...doors(template),
    ...ownAnswers(template),
    ...accessLog(template),
    ...schedule(template),
    ...functions(template),
  ]
}

/** `GET /proc/job` of a method resource. */
export function routeOf(template: Template, { Properties }: Resource): string {
  let path = ''
  for (let id = named(Properties?.ResourceId)[0]; id !== undefined; ) {
    const properties = template.Resources[id]?.Properties
    if (properties?.PathPart === undefined) break
    path = `/${properties.PathPart}${path}`
    id = named(properties.ParentId)[0]
  }
  return `${Properties?.HttpMethod} ${path || '/'}`
}

function routes(template: Template): string[] {
  const missing = new Set(Object.keys(ROUTES))
  const wrong = ofType(template, 'AWS::ApiGateway::Method').flatMap(([, method]) => {
    const route = routeOf(template, method)
    const wanted = ROUTES[route]
    missing.delete(route)
    if (!wanted) return [`${route}: not a route of the contract`]
    const authorized = method.Properties?.AuthorizationType === 'CUSTOM'
    const by = named(method.Properties?.AuthorizerId)[0]
    return [
      ...(named(at(method.Properties, 'Integration', 'Uri')).includes(wanted.function)
        ? []
        : [`${route}: not answered by ${wanted.function}`]),
      ...(authorized === wanted.authorized ? [] : [`${route}: authorizer ${authorized}`]),
      ...(authorized && by !== 'AuthorizeApiGatewayAuthorizer'
        ? [`${route}: authorized by ${by}`]
        : []),
    ]
  })
  return [...wrong, ...[...missing].map((route) => `${route}: no such route`)]
}

function authorizer(template: Template): string[] {
  const all = ofType(template, 'AWS::ApiGateway::Authorizer')
  const wrong = all.filter(
    ([, { Properties }]) =>
      Properties?.Type !== 'REQUEST' ||
      Properties.AuthorizerResultTtlInSeconds !== 0 ||
      Properties.IdentitySource !== undefined ||
      !named(Properties.AuthorizerUri).includes('AuthorizeLambdaFunction'),
  )
  return wrong.map(([name]) => `${name}: remembers callers, or is not asked about all of them`)
}

/** The domains, and nothing beside them. */
function doors(template: Template): string[] {
  const api = template.Resources.ApiGatewayRestApi?.Properties
  const found: string[] = []
  if (api?.DisableExecuteApiEndpoint !== true) {
    found.push('ApiGatewayRestApi: reachable without the domains')
  }
  for (const [name, { Properties }] of ofType(template, 'AWS::ApiGateway::DomainName')) {
    const trusted = at(Properties, 'MutualTlsAuthentication', 'TruststoreUri') !== undefined
    if (trusted !== (name === 'CertificateDomainName')) {
      found.push(`${name}: client certificates ${trusted ? '' : 'not '}asked for`)
    }
    if (Properties?.SecurityPolicy !== 'TLS_1_2') found.push(`${name}: old TLS is let in`)
  }
  for (const [name, { Properties }] of ofType(template, 'AWS::ApiGateway::BasePathMapping')) {
    if (named(Properties?.Stage)[0] !== 'Stage') found.push(`${name}: not to our stage`)
  }
  for (const [name, { Properties }] of ofType(template, 'AWS::ApiGateway::Deployment')) {
    if (Properties?.StageName) found.push(`${name}: makes a stage that is not throttled`)
  }
  return found
}

/** What it answers itself where it cannot get an answer: the type, and the status of the contract. */
const OWN_ANSWERS: Record<string, string> = {
  ACCESS_DENIED: '403',
  UNAUTHORIZED: '413',
  MISSING_AUTHENTICATION_TOKEN: '404',
  RESOURCE_NOT_FOUND: '404',
  REQUEST_TOO_LARGE: '413',
  API_CONFIGURATION_ERROR: '500',
  THROTTLED: '503',
  INTEGRATION_FAILURE: '503',
  INTEGRATION_TIMEOUT: '503',
  AUTHORIZER_FAILURE: '503',
  AUTHORIZER_CONFIGURATION_ERROR: '503',
  DEFAULT_5XX: '503',
}

function ownAnswers(template: Template): string[] {
  const all = ofType(template, 'AWS::ApiGateway::GatewayResponse')
  const of = (type: string) => all.find(([, one]) => one.Properties?.ResponseType === type)?.[1]
  const wrong = Object.entries(OWN_ANSWERS).filter(([type, status]) => {
    const { StatusCode, ResponseParameters } = of(type)?.Properties ?? {}
    const later = at(ResponseParameters, 'gatewayresponse.header.Retry-After') !== undefined
    return StatusCode !== status || later !== (status === '503')
  })
  const texts = all.flatMap(([name, { Properties }]) => {
    const { ResponseTemplates, ResponseParameters } = Properties ?? {}
    const [key, ...more] = Object.keys(isObject(ResponseTemplates) ? ResponseTemplates : {})
    const type = at(ResponseParameters, 'gatewayresponse.header.Content-Type')
    return [
      ...(key === 'application/json' && more.length === 0
        ? []
        : [`${name}: its template may not be the one that is taken`]),
      ...(type === "'text/plain; charset=utf-8'" ? [] : [`${name}: does not say that it is text`]),
      ...(at(ResponseTemplates, key ?? '') === '$context.error.message\n'
        ? [`${name}: says nothing where the gateway has no message`]
        : []),
    ]
  })
  const old = ofType(template, 'AWS::ApiGateway::Deployment').flatMap(([name, { DependsOn }]) =>
    all
      .filter(([response]) => !listOf(DependsOn).includes(response))
      .map(([response]) => `${name}: may be made before ${response} has changed`),
  )
  return [
    ...wrong.map(([type, status]) => `${type}: is not ${status} as in the contract`),
    ...texts,
    ...old,
  ]
}

/**
 * What the gateway may log of a request ("Variables for access logging"). Not its own message: it quotes an Authorization
 * header that it cannot read; nor the name of a certificate, which could hold quotation marks.
 */
const LOGGED = [
  ...['requestTimeEpoch', 'requestId', 'extendedRequestId', 'httpMethod', 'resourcePath', 'status'],
  ...['error.responseType', 'authorizer.status', 'integration.status', 'integration.error'],
  ...['responseLatency', 'identity.sourceIp'],
]

function accessLog(template: Template): string[] {
  const stage = template.Resources.Stage?.Properties
  const setting = whenTrue(stage?.AccessLogSetting)
  const format = String(at(setting, 'Format') ?? '')
  const variables = Array.from(format.matchAll(/\$context\.([\w.]+)/g), ([, name = '']) => name)
  const others = variables.filter((name) => !LOGGED.includes(name))
  const lacking = ['requestId', 'extendedRequestId', 'error.responseType'].filter(
    (name) => !variables.includes(name),
  )
  const destination = String(at(setting, 'DestinationArn', 'Fn::Sub') ?? '')
  return [
    ...others.map((name) => `Stage: logs ${name}, which may hold a secret`),
    ...lacking.map((name) => `Stage: its log lacks ${name}`),
    ...(isJson(format.replace(/\$context\.[\w.]+/g, '0')) ? [] : ['Stage: its log is no JSON']),
    // An ARN of a log group that ends in :* is refused ("Set up CloudWatch logging for REST APIs").
    ...(destination.endsWith(':log-group:${GatewayLogGroup}') ? [] : ['Stage: logs to nowhere']),
    // Both need the CloudWatch role of the account, without which the first deployment would fail.
    ...(at(stage?.AccessLogSetting, 'Fn::If', 0) === 'GatewayLogging' &&
    template.Parameters?.GatewayLogs?.Default === 'no'
      ? []
      : ['Stage: logs before the account has a role for it']),
  ]
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

/** Checks that failed must not pile up: EventBridge would keep and repeat them for hours. */
function schedule(template: Template): string[] {
  const all = ofType(template, 'AWS::Lambda::EventInvokeConfig').map(([, one]) => one.Properties)
  const ours = all.find((one) => named(one?.FunctionName).includes('AvailabilityLambdaFunction'))
  return ours?.MaximumRetryAttempts === 0 &&
    Number(ours.MaximumEventAgeInSeconds) === 60 &&
    ours.Qualifier === '$LATEST'
    ? []
    : ['availability: a check that failed is repeated']
}

function functions(template: Template): string[] {
  return ofType(template, 'AWS::Lambda::Function').flatMap(([name, { Properties }]) => [
    ...(Number(Properties?.Timeout) < GATEWAY_SECONDS
      ? []
      : [`${name}: its time limit is not below the gateway's`]),
    ...(Properties?.Runtime === 'nodejs24.x' ? [] : [`${name}: runtime ${Properties?.Runtime}`]),
  ])
}
