/** The documents of a transfer negotiation (VOSpace 2.1, section 3.6; UWS 1.0). */
import { BadDocument, childrenNamed, escaped, readXml } from './xml.ts'

const CORE = 'ivo://ivoa.net/vospace/core'
const HTTPS_GET = `${CORE}#httpsget`
const HTTP_GET = `${CORE}#httpget`

export type Endpoint = {
  readonly url: URL
  /** An id of `ivo://ivoa.net/sso#...`; '' where the URL itself is the permission. */
  readonly securityMethod: string
}

/**
 * A request to pull `target`. Without a security method a service answers with a pre-authorised
 * URL; `securityMethod`, if not '', is offered besides. The namespace of 2.1 is that of 2.0.
 */
export function writeTransfer(target: string, securityMethod: string): string {
  const secured =
    securityMethod === ''
      ? ''
      : `
  <vos:protocol uri="${HTTPS_GET}"><vos:securityMethod uri="${escaped(securityMethod)}"/></vos:protocol>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<vos:transfer xmlns:vos="http://www.ivoa.net/xml/VOSpace/v2.0" version="2.1">
  <vos:target>${escaped(target)}</vos:target>
  <vos:direction>pullFromVoSpace</vos:direction>
  <vos:view uri="${CORE}#defaultview"/>
  <vos:protocol uri="${HTTPS_GET}"/>${secured}
</vos:transfer>
`
}

/** The same request in the short form of section 3.6.4: the answer redirects to the bytes. */
export const writeShortForm = (target: string) =>
  new URLSearchParams({
    TARGET: target,
    DIRECTION: 'pullFromVoSpace',
    PROTOCOL: HTTPS_GET,
    REQUEST: 'redirect',
  }).toString()

/** The endpoints of a transfer document in their order; none means that the transfer failed. */
export function readTransfer(source: string): readonly Endpoint[] {
  const root = readXml(source)
  if (root.name !== 'transfer') throw new BadDocument(`transfer expected, not ${root.name}`)
  return childrenNamed(root, 'protocol')
    .filter((protocol) => [HTTPS_GET, HTTP_GET].includes(protocol.attributes.get('uri') ?? ''))
    .flatMap((protocol) => {
      const method = childrenNamed(protocol, 'securityMethod')[0]?.attributes.get('uri') ?? ''
      return childrenNamed(protocol, 'endpoint')
        .filter((endpoint) => URL.canParse(endpoint.text))
        .map((endpoint) => ({
          url: new URL(endpoint.text),
          securityMethod: method.endsWith('#anon') ? '' : method.toLowerCase(),
        }))
    })
}

/** What a UWS job says about its failure, or undefined where it says nothing. */
export function readJobError(source: string): string | undefined {
  const root = readXml(source)
  if (root.name !== 'job') throw new BadDocument(`job expected, not ${root.name}`)
  const summary = childrenNamed(root, 'errorSummary')[0]
  const message = summary && childrenNamed(summary, 'message')[0]?.text
  return message === '' ? undefined : message
}

/**
 * The job of a negotiation, from the URLs it led through: `.../transfers/J1/results/transferDetails`
 * or `.../xfer/J1`.
 */
export function jobUrl(visited: readonly URL[]): URL | undefined {
  for (const { href } of visited) {
    const [, details] = /^([^?#]*)\/results\/transferDetails$/.exec(href) ?? []
    if (details !== undefined) return new URL(details)
    const [, base, id] = /^([^?#]*)\/xfer\/([^/?#]+)$/.exec(href) ?? []
    if (base !== undefined && id !== undefined) return new URL(`${base}/transfers/${id}`)
  }
  return undefined
}
