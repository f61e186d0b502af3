/** Where this service is reached: its base URLs, which end in `/proc`. */
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { baseOf } from '../request/base-url.ts'
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
