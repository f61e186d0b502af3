/** Whether the gateway says "busy" before the functions are all taken. */
import { routeOf } from './gateway.ts'
import { at, listOf, type Members, named, ofType, type Template, whenTrue } from './template.ts'

/** Seconds that a call takes where the service is loaded and well, on average over all its callers. */
const SECONDS: Record<string, number> = {
  AuthorizeLambdaFunction: 0.4, // bcrypt
  GetLambdaFunction: 10, // a short list 1, one of 300,000 jobs 10, WAIT up to 25
  PostLambdaFunction: 2,
  DeleteLambdaFunction: 2,
  AvailabilityLambdaFunction: 2,
  DocumentLambdaFunction: 0.1,
  UnsupportedLambdaFunction: 0.1,
}
/** What a method must let through at least: a thousand clients that ask for their jobs once a minute. */
const LEAST: Record<string, number> = { 'GET /proc/job': 17, 'GET /proc/auth/job': 17 }
/** The scheduled check runs beside the gateway's calls. */
const SCHEDULED: Record<string, number> = { AvailabilityLambdaFunction: 1 }
/** Of an account's 1000, at least 100 must stay unreserved. */
const ACCOUNT = 900

export function capacityFindings(template: Template): string[] {
  const settings = listOf(at(template.Resources.Stage?.Properties, 'MethodSettings')) as Members[]
  const found: string[] = []
  const needed = new Map(Object.entries(SCHEDULED))
  for (const [, method] of ofType(template, 'AWS::ApiGateway::Method')) {
    const route = routeOf(template, method)
    const { rate, burst } = throttle(settings, route)
    if (rate < (LEAST[route] ?? 0)) found.push(`${route}: only ${rate} a second`)
    const called = named(at(method.Properties, 'Integration', 'Uri'))
    if (method.Properties?.AuthorizerId !== undefined) called.push('AuthorizeLambdaFunction')
    for (const name of called) {
      const share = burst + rate * (SECONDS[name] ?? 0)
      if (SECONDS[name] !== undefined) needed.set(name, (needed.get(name) ?? 0) + share)
    }
  }
  let total = 0
  for (const [name, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
    const reserved = Number(whenTrue(Properties?.ReservedConcurrentExecutions))
    const most = needed.get(name) ?? 0
    if (!(reserved >= most)) {
      found.push(`${name}: ${reserved} at once, where the gateway lets ${most} through`)
    }
    total += reserved
  }
  if (total > ACCOUNT) found.push(`functions reserve ${total}, more than an account has`)
  for (const { DataTraceEnabled } of settings) {
    if (DataTraceEnabled !== false) found.push('Stage: whole requests would be logged')
  }
  return found
}

/** The setting for this method, or the one for all; without one a method is not throttled at all. */
function throttle(settings: Members[], route: string): { rate: number; burst: number } {
  const [method, path = ''] = route.split(' ')
  const encoded = `/${path.replaceAll('/', '~1')}`
  const setting =
    settings.find((one) => one.HttpMethod === method && one.ResourcePath === encoded) ??
    settings.find((one) => one.HttpMethod === '*' && one.ResourcePath === '/*')
  return {
    rate: Number(setting?.ThrottlingRateLimit ?? Number.POSITIVE_INFINITY),
    burst: Number(setting?.ThrottlingBurstLimit ?? Number.POSITIVE_INFINITY),
  }
}
