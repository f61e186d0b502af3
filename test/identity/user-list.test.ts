/** A list that was changed is used as it is; a file that is no list is not. */
import { beforeEach, expect, test, vi } from 'vitest'
import {
  GRID_MAPFILE,
  HTPASSWD,
  readGridMapfile,
  readHtpasswd,
} from '../../lib/identity/user-list.ts'
import { watched } from '../../lib/staging/configuration.ts'
import type { ObjectStore } from '../../lib/staging/object-store.ts'

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})

const alice = `alice:$2y$10$${'a'.repeat(53)}`
const lists = {
  [GRID_MAPFILE]: {
    good: '"/C=CA/CN=alice" alice',
    users: (text: string) => readGridMapfile(text).accounts.size,
  },
  [HTPASSWD]: { good: alice, users: (text: string) => readHtpasswd(text).hashes.size },
}

/** How many users a list has that was good, and then became `text`. */
async function usersAfter(name: keyof typeof lists, text: string | null): Promise<number> {
  const { good, users } = lists[name]
  let stored: string | null = good
  const store = {
    configuration: async () => (stored === null ? null : { text: stored, etag: stored }),
  }
  const list = watched(store as unknown as ObjectStore, name, users)
  expect(await list()).toBe(1)
  stored = text
  return list(true)
}

test.each([
  [HTPASSWD, 'dave:$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00\n'],
  [HTPASSWD, '# those of the workshop\r\n  Dave:$2y$10$short  \r\n'],
  [HTPASSWD, ''],
  [GRID_MAPFILE, '"/C=CA/CN=dave dave\n'],
  [GRID_MAPFILE, '# those of the workshop\n"C=CA,,CN=dave" dave\n'],
  [GRID_MAPFILE, ''],
] as const)(
  '%s: who was taken out is out, also where the rest cannot be used: %j',
  async (name, text) => {
    expect(await usersAfter(name, text)).toBe(0)
  },
)

test.each([
  [HTPASSWD, '<html>\n<p>Error: no such key</p>\n</html>\n'],
  [HTPASSWD, '{"nonsense": "x"}'],
  [HTPASSWD, null],
  [GRID_MAPFILE, '<html lang="en">\n<p class="error">no such key</p>\n</html>\n'],
  [GRID_MAPFILE, '\u0000 nonsense'],
  [GRID_MAPFILE, alice],
  [GRID_MAPFILE, null],
] as const)('%s: what is no list locks nobody out: %j', async (name, text) => {
  expect(await usersAfter(name, text)).toBe(1)
})
