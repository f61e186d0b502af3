/** The stand-in's documents, in the shapes of opencadc/vos and opencadc/reg. */

const VOS = 'xmlns:vos="http://www.ivoa.net/xml/VOSpace/v2.0"'
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** What a service of the stand-in can do. */
export type ServiceKind = {
  /** 'bytes' as cavern, 'redirect' to storage as vault. */
  readonly files?: 'bytes' | 'redirect'
  /** 'job' with a results document, 'direct' with 200 on the POST, 'parameters' only. */
  readonly sync?: 'job' | 'direct' | 'parameters'
  readonly syncId: string
  /** How a missing node is told by transfer negotiation: the job's error, or cavern's own 500. */
  readonly missing: 'job' | 'internal error'
}

const SYNC_21 = 'ivo://ivoa.net/std/VOSpace#sync-2.1'

/** By the name after `ivo://cadc.nrc.ca/`. */
export const SERVICES: Readonly<Record<string, ServiceKind>> = {
  arc: { files: 'bytes', sync: 'job', syncId: SYNC_21, missing: 'internal error' },
  vault: { files: 'redirect', sync: 'direct', syncId: SYNC_21, missing: 'job' },
  vospace: { sync: 'job', syncId: 'ivo://ivoa.net/std/VOSpace/v2.0#sync', missing: 'job' },
  // arc and vault as they are met by a client that finds no files endpoint.
  'arc-sync': { sync: 'job', syncId: SYNC_21, missing: 'internal error' },
  'vault-sync': { sync: 'direct', syncId: SYNC_21, missing: 'job' },
  parameters: { sync: 'parameters', syncId: SYNC_21, missing: 'job' },
}

export function resourceCaps(base: string): string {
  const lines = Object.keys(SERVICES).map(
    (name) => `ivo://cadc.nrc.ca/${name} = ${base}/${name}/capabilities`,
  )
  return [
    '# resource capabilities',
    `ivo://cadc.nrc.ca/reg = ${base}/reg/capabilities`,
    ...lines,
    '',
  ].join('\n')
}

export function capabilities(base: string, name: string, kind: ServiceKind): string {
  const of = (id: string, use: string, path: string, methods: string) => `
  <capability standardID="${id}"><interface xsi:type="vs:ParamHTTP" role="std">
    <accessURL use="${use}">${base}/${name}/${path}</accessURL>${methods}</interface></capability>`
  const methods = `
    <securityMethod/><securityMethod standardID="ivo://ivoa.net/sso#cookie"/>
    <securityMethod standardID="ivo://ivoa.net/sso#tls-with-certificate"/><securityMethod standardID="ivo://ivoa.net/sso#token"/>`
  return `${DECLARATION}<vosi:capabilities xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0" ${XSI} xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1">${[
    of('ivo://ivoa.net/std/VOSI#capabilities', 'full', 'capabilities', ''),
    of('ivo://ivoa.net/std/VOSpace/v2.0#nodes', 'base', 'nodes', methods),
    kind.sync && of(kind.syncId, 'full', 'synctrans', methods),
    kind.sync && of('ivo://ivoa.net/std/VOSpace/v2.0#transfers', 'full', 'transfers', methods),
    kind.files && of('ivo://ivoa.net/std/VOSpace#files-proto', 'base', 'files', methods),
  ]
    .filter(Boolean)
    .join('')}
</vosi:capabilities>
`
}

export type Protocol = { uri: string; securityMethod?: string; endpoint?: string }

export function transfer(target: string, protocols: readonly Protocol[]): string {
  const each = protocols.map(
    ({ uri, securityMethod, endpoint }) => `
  <vos:protocol uri="${xml(uri)}">
    <vos:endpoint>${xml(endpoint ?? '')}</vos:endpoint>${
      securityMethod ? `\n    <vos:securityMethod uri="${xml(securityMethod)}" />` : ''
    }</vos:protocol>`,
  )
  return `${DECLARATION}<vos:transfer ${VOS} version="2.1">
  <vos:target>${xml(target)}</vos:target>
  <vos:direction>pullFromVoSpace</vos:direction>${each.join('')}
  <vos:keepBytes>true</vos:keepBytes>
</vos:transfer>
`
}

export function job(id: string, phase: string, error?: string): string {
  const summary = error
    ? `
  <uws:errorSummary type="fatal" hasDetail="false"><uws:message>${xml(error)}</uws:message></uws:errorSummary>`
    : ''
  return `${DECLARATION}<uws:job xmlns:uws="http://www.ivoa.net/xml/UWS/v1.0"><uws:jobId>${id}</uws:jobId><uws:phase>${phase}</uws:phase>${summary}</uws:job>
`
}

export type NodeDocument = {
  uri: string
  type: 'ContainerNode' | 'DataNode'
  properties: readonly (readonly [string, string])[]
  children?: readonly NodeDocument[]
}

export const node = (document: NodeDocument, min: boolean) =>
  `${DECLARATION}${nodeElement(document, min, `${VOS} ${XSI} `)}\n`

function nodeElement(of: NodeDocument, min: boolean, namespaces = ''): string {
  const busy = of.type === 'DataNode' && !min ? ' busy="false"' : ''
  const properties = of.properties.map(
    ([uri, value]) => `<vos:property uri="${xml(uri)}">${xml(value)}</vos:property>`,
  )
  const body =
    of.type === 'DataNode'
      ? '<vos:accepts /><vos:provides />'
      : `<vos:nodes>${(of.children ?? []).map((each) => nodeElement(each, min)).join('')}</vos:nodes>`
  return `<vos:node ${namespaces}uri="${xml(of.uri)}" xsi:type="vos:${of.type}"${busy}>${
    min ? '' : `<vos:properties>${properties.join('')}</vos:properties>`
  }${body}</vos:node>`
}

const xml = (text: string) =>
  text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
