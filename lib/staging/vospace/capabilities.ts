/** VOSI capabilities: where a VOSpace service takes which kind of request, and from whom. */
import { BadDocument, childrenNamed, readXml, type XmlElement } from './xml.ts'

export type Interface = {
  readonly standardId: string
  readonly url: URL
  /** Ids of `ivo://ivoa.net/sso#...`; '' stands for anonymous. */
  readonly securityMethods: readonly string[]
}

export const FILES = ['ivo://ivoa.net/std/VOSpace#files-proto']
export const NODES = ['ivo://ivoa.net/std/VOSpace/v2.0#nodes', 'ivo://ivoa.net/std/VOSpace#nodes']
export const SYNC = [
  'ivo://ivoa.net/std/VOSpace#sync-2.1',
  'ivo://ivoa.net/std/VOSpace/v2.0#sync-2.1',
  'ivo://ivoa.net/std/VOSpace/v2.0#sync',
]

/** Reads a capabilities document. Interfaces without a usable URL are left out. */
export function readCapabilities(source: string): readonly Interface[] {
  const root = readXml(source)
  if (root.name !== 'capabilities') throw new BadDocument(`capabilities expected, not ${root.name}`)
  return childrenNamed(root, 'capability').flatMap((capability) =>
    childrenNamed(capability, 'interface').flatMap((element) =>
      readInterface(capability.attributes.get('standardID') ?? '', element),
    ),
  )
}

/**
 * The interface for one of `standardIds` (the first that the service has) that fits the way we
 * present ourselves: `method` is a security method, '' anonymous. Where none fits it is the first
 * one: the service itself then says what it wants.
 */
export function interfaceFor(
  interfaces: readonly Interface[],
  standardIds: readonly string[],
  method: string,
): Interface | undefined {
  for (const id of standardIds) {
    const offered = interfaces.filter((each) => each.standardId === id.toLowerCase())
    const fits = (wanted: string) => offered.find((each) => each.securityMethods.includes(wanted))
    const chosen = fits(method.toLowerCase()) ?? fits('') ?? offered[0]
    if (chosen) return chosen
  }
  return undefined
}

function readInterface(standardId: string, element: XmlElement): Interface[] {
  const type = element.attributes.get('type') ?? 'ParamHTTP'
  if (!/(^|:)ParamHTTP$/.test(type)) return []
  // An empty <securityMethod/> means anonymous, and so does having none at all.
  const methods = childrenNamed(element, 'securityMethod').map((each) =>
    (each.attributes.get('standardID') ?? '').toLowerCase(),
  )
  return childrenNamed(element, 'accessURL')
    .filter((each) => /^https?:\/\//i.test(each.text) && URL.canParse(each.text))
    .slice(0, 1)
    .map((each) => ({
      standardId: standardId.toLowerCase(),
      url: new URL(each.text),
      securityMethods: methods.length === 0 ? [''] : methods,
    }))
}
