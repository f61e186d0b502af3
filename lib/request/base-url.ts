/** Where a request came to. */
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { header } from './header.ts'

/** The base URL, which ends in `/proc`: with the port of Host, and with the stage where the path has one. */
export function baseOf(event: APIGatewayProxyEvent): string {
  const { domainName = 'localhost', path = '/proc' } = event.requestContext
  const host = header(event, 'host')
  const named = host !== undefined && /^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(host)
  const scheme = header(event, 'x-forwarded-proto') === 'http' ? 'http' : 'https'
  return `${scheme}://${named ? host : domainName}${stageOf(path)}/proc`
}

/** What stands in front of the first `/proc` that is a whole name. */
function stageOf(path: string): string {
  const at = `${path}/`.indexOf('/proc/')
  return at === -1 ? path : path.slice(0, at)
}

/** The whole URL, without the query. */
export const urlOf = (event: APIGatewayProxyEvent): string =>
  baseOf(event) + event.resource.replace(/^\/proc/, '')
