/** What the service itself shows to the VOSpaces that it reads. */
import type { Credential, VospaceSettings } from './vospace.ts'

/**
 * The settings with the credentials of `json`: for an authority the `hosts` that may see it, and a
 * `token` or a `certificate` (PEM, with its key). Throws where it is for none of the authorities.
 */
export function withCredentials(settings: VospaceSettings, json: string): VospaceSettings {
  const credentials = new Map(Object.entries<Credential>(JSON.parse(json)))
  const authorities = Object.entries(settings.authorities).map(([name, authority]) => {
    const credential = credentials.get(name)
    credentials.delete(name)
    return [name, credential ? { ...authority, credential } : authority] as const
  })
  if (credentials.size > 0) {
    throw new Error(
      `credentials for what is not in PROC_VOS_AUTHORITIES: ${[...credentials.keys()]}`,
    )
  }
  return { ...settings, authorities: Object.fromEntries(authorities) }
}
