/** What the service may show of itself to a VOSpace service, and to which hosts. */

export type Credential = {
  /** `host` or `host:port` as in the service's URLs; the operator names them, not the registry. */
  readonly hosts: readonly string[]
} & (
  | { readonly token: string; readonly certificate?: never }
  /** PEM: certificate, chain and key in one text. */
  | { readonly certificate: string; readonly token?: never }
)

/** True where the credential was made for this URL: https, a named host, no pre-authorised URL. */
export function covers(credential: Credential, url: URL): boolean {
  if (url.protocol !== 'https:' || /\/preauth(:|%3a)/i.test(url.pathname)) return false
  const host = url.hostname
  const port = url.port || '443'
  return credential.hosts
    .map((named) => named.toLowerCase())
    .some((named) => named === `${host}:${port}` || (named === host && port === '443'))
}

/** The IVOA security method that stands for a credential; '' is anonymous. */
export function securityMethod(credential: Credential | undefined): string {
  if (!credential) return ''
  return `ivo://ivoa.net/sso#${credential.token === undefined ? 'tls-with-certificate' : 'token'}`
}
