/** Whether the objects that an operator edits are there and can be used, in a sentence where not. */
import { GRID_MAPFILE, HTPASSWD, readGridMapfile, readHtpasswd } from '../identity/user-list.ts'
import type { ObjectStore } from '../staging/object-store.ts'

type Read = (text: string) => { readonly problems: readonly unknown[] }

const OBJECTS: readonly (readonly [name: string, read: Read])[] = [
  [GRID_MAPFILE, readGridMapfile],
  [HTPASSWD, readHtpasswd],
  ['known_hosts', () => ({ problems: [] })],
]

/**
 * A note for each object that is missing, broken or has lines that are not used. The service goes on
 * with the last good one meanwhile, so that none of it makes the service unavailable by itself.
 */
export async function configurationNotes(store: ObjectStore): Promise<string[]> {
  const notes = await Promise.all(
    OBJECTS.map(async ([name, read]) => {
      try {
        const object = await store.configuration(name)
        if (!object) return `${name} is missing; the last good one stays in use`
        const { length } = read(object.text).problems
        return length > 0 ? `${name}: ${length} of its lines cannot be used` : undefined
      } catch {
        return `${name} cannot be used; the last good one stays in use`
      }
    }),
  )
  return notes.filter((note) => note !== undefined)
}
