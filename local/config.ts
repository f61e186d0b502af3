/** Who may use the local service, as the files that an operator keeps in the config bucket. */
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import bcrypt from 'bcryptjs'
import { clientName } from './authority.ts'
import { run } from './command.ts'
import type { Stack } from './host/stack.ts'

/** erin has an account and may not submit, dave has none on the submit host. */
const USERS = ['alice', 'bob', 'erin', 'dave']

export const passwordOf = (user: string) => `${user}-password`

/**
 * Makes `dir`/grid-mapfile and `dir`/htpasswd where they are missing: they are the user's to edit, and
 * every start puts them into the config bucket as they are.
 */
export async function prepareUsers(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  await unlessThere(join(dir, 'grid-mapfile'), async () =>
    USERS.map((user) => `"${clientName(user)}" ${user}\n`).join(''),
  )
  await unlessThere(join(dir, 'htpasswd'), async () => {
    const hashes = USERS.map(async (user) => `${user}:${await bcrypt.hash(passwordOf(user), 10)}\n`)
    return (await Promise.all(hashes)).join('')
  })
}

/** Makes the service's ssh key once: `path`, mode 600, and `path`.pub. */
export async function prepareKey(path: string): Promise<void> {
  if (await exists(path)) return
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'canfar-proc local', '-f', path])
}

/** The known_hosts line of the local submit host as it runs: its host key may have been rotated. */
export async function knownHosts(stack: Stack): Promise<string> {
  const { stdout: key } = await stack.run('cat', '/etc/ssh/ssh_host_ed25519_key.pub')
  return `[127.0.0.1]:${stack.ports.ssh} ${key.split(' ').slice(0, 2).join(' ')}\n`
}

async function unlessThere(path: string, content: () => Promise<string>) {
  if (!(await exists(path))) await writeFile(path, await content(), { mode: 0o600 })
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
