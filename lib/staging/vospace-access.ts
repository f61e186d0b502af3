/** VOSpace as the operator set it up, with what the service itself shows there. */
import { incomplete } from './configuration.ts'
import type { Secret } from './secret.ts'
import { checkVospaceSettings, type VospaceSettings } from './vospace.ts'
import { withCredentials } from './vospace-credentials.ts'

/**
 * The settings as they are, checked at once, or with the credentials of a secret, which is read when a
 * submission first needs it: no other one has to wait for it. That one rejects with a Problem (503)
 * where the secret cannot be read, or is none for these authorities. Undefined without settings.
 */
export function vospaceAccess(
  settings: VospaceSettings | undefined,
  secret: Secret | undefined,
): (() => Promise<VospaceSettings>) | undefined {
  if (settings === undefined) return undefined
  checkVospaceSettings(settings)
  // The same object as long as the secret is the same: what its client remembers belongs to it.
  let last = { json: '{}', settings }
  return async () => {
    const json = (await secret?.text()) ?? last.json
    if (json !== last.json) last = { json, settings: checked(settings, json) }
    return last.settings
  }
}

function checked(settings: VospaceSettings, json: string): VospaceSettings {
  try {
    const all = withCredentials(settings, json)
    checkVospaceSettings(all)
    return all
  } catch (error) {
    throw incomplete(error)
  }
}
