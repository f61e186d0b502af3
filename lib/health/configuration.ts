/** Whether the objects that an operator edits are there and can be used, in a sentence where not. */
import type { Host } from '../condor/handshake.ts'
import { KNOWN_HOSTS, readKnownHosts } from '../condor/known-hosts.ts'
import { GRID_MAPFILE, HTPASSWD, readGridMapfile, readHtpasswd } from '../identity/user-list.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { MAINTENANCE, parseMaintenance } from './maintenance.ts'
import { endingSoon, TRUSTSTORE } from './truststore.ts'

interface Configuration {
  readonly name: string
  /** Reads it as it is read for use: throws, or tells what is wrong with it. */
  readonly read: (text: string) => string | undefined
  /** Without it there is nothing to say. */
  readonly optional?: true
}

/**
 * A note for each object that is missing, broken or has lines that are not used. The service goes on
 * with the last good one meanwhile, so that none of it makes the service unavailable by itself.
 */
export async function configurationNotes(store: ObjectStore, submitHost: Host): Promise<string[]> {
  const objects: Configuration[] = [
    {
      name: GRID_MAPFILE,
      read(text) {
        const { accounts, problems } = readGridMapfile(text)
        return unused(problems.length, accounts.size)
      },
    },
    {
      name: HTPASSWD,
      read(text) {
        const { hashes, problems } = readHtpasswd(text)
        return unused(problems.length, hashes.size)
      },
    },
    { name: KNOWN_HOSTS, read: whole((text) => readKnownHosts(text, submitHost)) },
    { name: MAINTENANCE, read: whole(parseMaintenance), optional: true },
    // A site may have no certificates.
    { name: TRUSTSTORE, read: (text) => endingSoon(text, Date.now()), optional: true },
  ]
  const notes = await Promise.all(objects.map((object) => noteOf(store, object)))
  return notes.filter((note) => note !== undefined)
}

/** For what is usable as a whole, or not. */
function whole(read: (text: string) => unknown): Configuration['read'] {
  return (text) => {
    read(text)
    return undefined
  }
}

function unused(lines: number, users: number): string | undefined {
  if (lines === 0) return undefined
  return users === 0
    ? 'none of its lines can be used; it lets nobody in'
    : `${lines} of its lines cannot be used`
}

async function noteOf(
  store: ObjectStore,
  { name, read, optional }: Configuration,
): Promise<string | undefined> {
  try {
    const object = await store.configuration(name)
    if (!object) return optional ? undefined : `${name} is missing; the last good one stays in use`
    const fault = read(object.text)
    return fault && `${name}: ${fault}`
  } catch {
    return `${name} cannot be used; the last good one${optional ? ', if any,' : ''} stays in use`
  }
}
