/** What availability says of the objects that an operator edits. */
import { expect, test } from 'vitest'
import { configurationNotes } from '../../lib/health/configuration.ts'
import type { ObjectStore } from '../../lib/staging/object-store.ts'

const host = { host: 'submit.example.org', port: 22, user: 'condorweb' }
const good: Record<string, string> = {
  'grid-mapfile': '"/C=CA/CN=alice" alice',
  htpasswd: `alice:$2y$10$${'a'.repeat(53)}`,
  known_hosts: 'submit.example.org ssh-ed25519 AAAA',
}

const notes = (objects: Record<string, string | undefined>) =>
  configurationNotes(
    {
      configuration: async (name: string) => {
        const text = objects[name]
        return text === undefined ? null : { text, etag: 'e' }
      },
    } as unknown as ObjectStore,
    host,
  )

test('all that is needed is there: nothing to say, with a maintenance window or without', async () => {
  expect(await notes(good)).toEqual([])
  expect(await notes({ ...good, 'maintenance.json': '{"note":"new disks"}' })).toEqual([])
})

test.each([
  ['known_hosts', 'other.example.org ssh-ed25519 AAAA', 'cannot be used'],
  ['known_hosts', '', 'cannot be used'],
  ['known_hosts', undefined, 'is missing'],
  ['grid-mapfile', 'nonsense', 'cannot be used'],
  ['htpasswd', undefined, 'is missing'],
])('%s that is %j is told', async (name, text, says) => {
  const told = `${name} ${says}; the last good one stays in use`
  expect(await notes({ ...good, [name]: text })).toEqual([told])
})

test.each(['{"downAt": tomorrow}', '{"downAt": "tomorrow"}'])(
  'a maintenance.json that is %j is told',
  async (text) => {
    const told = 'maintenance.json cannot be used; the last good one, if any, stays in use'
    expect(await notes({ ...good, 'maintenance.json': text })).toEqual([told])
  },
)

test('lines that cannot be used are counted', async () => {
  const two = { ...good, 'grid-mapfile': `${good['grid-mapfile']}\nnonsense\n` }
  expect(await notes(two)).toEqual(['grid-mapfile: 1 of its lines cannot be used'])
})

test('a list of users that lets nobody in is told', async () => {
  for (const [name, text] of [
    ['grid-mapfile', '"/C=CA/CN=alice alice'],
    ['htpasswd', 'alice:$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00'],
  ] as const) {
    const told = `${name}: none of its lines can be used; it lets nobody in`
    expect(await notes({ ...good, [name]: text })).toEqual([told])
  }
})
