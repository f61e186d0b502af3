/** Where this service is reached: its base URLs, which end in `/proc`. */
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { header } from '../request/header.ts'
import type { Domains } from '../settings.ts'

export interface Addresses {
  /** Where anyone reads the documents. */
  readonly open: string
  /** Where client certificates are asked for; undefined where the site takes none. */
  readonly certificate: string | undefined
  /** Where user names and passwords are taken. */
  readonly password: string | undefined
}

/** The domains of the settings; where none is set, all is where the request came to. */
export function addressesOf(
  event: APIGatewayProxyEvent,
  { certificate, password }: Domains,
): Addresses {
  const base = (domain: string | undefined) => domain && `https://${domain}/proc`
  const set = base(password ?? certificate)
  if (set !== undefined)
    return { open: set, certificate: base(certificate), password: base(password) }
  const asked = baseOf(event)
  return { open: asked, certificate: asked, password: asked }
}

/** The request's own: with the port of its Host, and with the stage where the path has one. */
function baseOf(event: APIGatewayProxyEvent): string {
  const { domainName = 'localhost', path = '/proc' } = event.requestContext
  const host = header(event, 'host')
  const named = host !== undefined && /^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(host)
  const scheme = header(event, 'x-forwarded-proto') === 'http' ? 'http' : 'https'
  return `${scheme}://${named ? host : domainName}${path.replace(/\/proc(\/.*)?$/, '')}/proc`
}
