/** Whether the objects that an operator edits are there and can be used, in a sentence where not. */
import type { Host } from '../condor/handshake.ts'
import { KNOWN_HOSTS, readKnownHosts } from '../condor/known-hosts.ts'
import { GRID_MAPFILE, HTPASSWD, readGridMapfile, readHtpasswd } from '../identity/user-list.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { MAINTENANCE, parseMaintenance } from './maintenance.ts'

interface Configuration {
  readonly name: string
  /** Reads it as it is read for use: throws, or tells how many of its lines cannot be used. */
  readonly read: (text: string) => number
  /** Without it there is nothing to say. */
  readonly optional?: true
}

/**
 * A note for each object that is missing, broken or has lines that are not used. The service goes on
 * with the last good one meanwhile, so that none of it makes the service unavailable by itself.
 */
export async function configurationNotes(store: ObjectStore, submitHost: Host): Promise<string[]> {
  const objects: Configuration[] = [
    { name: GRID_MAPFILE, read: (text) => readGridMapfile(text).problems.length },
    { name: HTPASSWD, read: (text) => readHtpasswd(text).problems.length },
    { name: KNOWN_HOSTS, read: whole((text) => readKnownHosts(text, submitHost)) },
    { name: MAINTENANCE, read: whole(parseMaintenance), optional: true },
  ]
  const notes = await Promise.all(objects.map((object) => noteOf(store, object)))
  return notes.filter((note) => note !== undefined)
}

/** For what is usable as a whole, or not. */
function whole(read: (text: string) => unknown): Configuration['read'] {
  return (text) => {
    read(text)
    return 0
  }
}

async function noteOf(
  store: ObjectStore,
  { name, read, optional }: Configuration,
): Promise<string | undefined> {
  try {
    const object = await store.configuration(name)
    if (!object) return optional ? undefined : `${name} is missing; the last good one stays in use`
    const lines = read(object.text)
    return lines > 0 ? `${name}: ${lines} of its lines cannot be used` : undefined
  } catch {
    return `${name} cannot be used; the last good one stays in use`
  }
}
