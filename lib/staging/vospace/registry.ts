/** The registry's `resource-caps`: which service stands behind an `ivo://` resource id. */
import { BadDocument } from './xml.ts'

/**
 * Reads `resourceID = capabilitiesURL`, one a line, `#` before a comment. An id that stands there
 * twice counts as absent, as in opencadc's RegistryClient. Ids are compared without case.
 */
export function readResourceCaps(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const repeated = new Set<string>()
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, id, url] = /^\s*([^#\s=]+)\s*=\s*(\S+)\s*$/.exec(line) ?? []
    if (id === undefined || url === undefined) continue
    const key = id.toLowerCase()
    if (found.has(key)) repeated.add(key)
    found.set(key, url)
  }
  for (const key of repeated) found.delete(key)
  return found
}

/** The capabilities URL of a resource. BadDocument if the registry has none. */
export function capabilitiesUrl(caps: ReadonlyMap<string, string>, resourceId: string): URL {
  const url = caps.get(resourceId.toLowerCase())
  if (url === undefined || !URL.canParse(url)) {
    throw new BadDocument(`the registry has no capabilities URL for ${resourceId}`)
  }
  return new URL(url)
}
