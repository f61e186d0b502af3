/** Who the authorizer found the caller to be. */
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { forbidden, unavailable } from '../problem.ts'
import { header } from '../request/header.ts'
import { ACCOUNT } from './account-name.ts'

/**
 * The caller's account. Without one this fails closed, so that a function called past the authorizer
 * does nothing: 403, or 503 where the authorizer could not find out.
 */
export function accountOf(event: APIGatewayProxyEvent): string {
  refuseOtherSites(event)
  const found: unknown = event.requestContext?.authorizer
  const context = (found ?? {}) as Record<string, unknown>
  if (typeof context.account === 'string' && ACCOUNT.test(context.account)) return context.account
  if (typeof context.unavailable === 'string') throw unavailable(context.unavailable)
  throw forbidden('no credentials that this service accepts')
}

/**
 * A browser sends its user's certificate or password with whatever a page of another site asks for, and
 * says so (W3C Fetch Metadata). A link may lead to what is read; nothing is done for such a page.
 */
function refuseOtherSites(event: APIGatewayProxyEvent): void {
  if (event.httpMethod === 'GET' || event.httpMethod === 'HEAD') return
  const site = header(event, 'sec-fetch-site')
  if (site === 'cross-site' || site === 'same-site') {
    throw forbidden('a page of another site may not do this in your name')
  }
}
