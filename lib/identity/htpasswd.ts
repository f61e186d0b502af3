/** The htpasswd file: users' passwords as bcrypt hashes, made by `htpasswd -B`. */
import { createHmac, randomBytes } from 'node:crypto'
import { compare, getRounds } from 'bcryptjs'
import { ACCOUNT } from './account-name.ts'
import { type LineProblem, linesOf } from './grid-mapfile.ts'

export interface Htpasswd {
  readonly hashes: ReadonlyMap<string, string>
  /** Verified for users who are not in the file, so that they cost as much as those who are. */
  readonly dummy: string
  readonly problems: readonly LineProblem[]
}

const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/
/** `htpasswd -B` writes 5 unless told; each step doubles the time, and 14 takes a second. */
const COSTS = { least: 4, most: 14, usual: 10 }

/** bcrypt reads 72 bytes and ignores what follows. */
const PASSWORD_BYTES = 72

const FRESH_MS = 60_000
const REMEMBERED = 1_000

/** Never throws: a line that cannot be used is left out and reported, without its hash. */
export function parseHtpasswd(text: string): Htpasswd {
  const hashes = new Map<string, string>()
  const problems: LineProblem[] = []
  for (const [index, raw] of linesOf(text).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const reason = fault(line, hashes)
    if (reason !== undefined) problems.push({ line: index + 1, reason })
    else hashes.set(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1))
  }
  // A file with several costs tells its cheap entries apart from unknown users, whatever the dummy.
  const costs = [...hashes.values()].map(getRounds)
  const cost = costs.length > 0 ? Math.max(...costs) : COSTS.usual
  return { hashes, dummy: dummyOf(cost), problems }
}

/** What keeps a line from being used. */
function fault(line: string, earlier: ReadonlyMap<string, string>): string | undefined {
  const colon = line.indexOf(':')
  if (colon < 0) return 'there is no colon'
  const hash = line.slice(colon + 1)
  if (!ACCOUNT.test(line.slice(0, colon))) return 'not an account name'
  if (!BCRYPT.test(hash)) return 'not a bcrypt hash; make the entry with htpasswd -B'
  const cost = getRounds(hash)
  if (cost < COSTS.least || cost > COSTS.most) {
    return `a cost of ${cost}; make the entry with htpasswd -B -C 10`
  }
  // Apache takes the first one too.
  if (earlier.has(line.slice(0, colon))) return 'an earlier line has the same user'
  return undefined
}

/** A well-formed hash of nothing: no password is known to give it, and none is accepted for it. */
function dummyOf(cost: number): string {
  // The last character of salt and digest have unused bits; `.` and `u` leave those clear.
  const letters = randomBytes(51).toString('base64').replaceAll('+', '.').slice(0, 51)
  const rounds = String(cost).padStart(2, '0')
  return `$2b$${rounds}$${letters.slice(0, 21)}.${letters.slice(21)}u`
}

/**
 * Whether this is the user's password. Unknown users take the time of known ones. A password that
 * verified is remembered for 60 seconds, so that a client that polls does not pay each time.
 *
 * Passwords over 72 bytes are refused: bcrypt would accept any other one with the same beginning.
 * Those with a NUL are refused because the tools that write the file end there.
 */
export async function verifyPassword(
  htpasswd: Htpasswd,
  user: string,
  password: string,
): Promise<boolean> {
  if (password.includes('\0') || Buffer.byteLength(password) > PASSWORD_BYTES) return false
  const hash = htpasswd.hashes.get(user)
  const digest = digestOf(hash ?? htpasswd.dummy, user, password)
  if (hash !== undefined && isFresh(digest)) return true
  const matches = await compare(password, hash ?? htpasswd.dummy)
  if (hash === undefined || !matches) return false
  remember(digest)
  return true
}

/** When each success was, in epoch milliseconds, the oldest first. Neither user nor password is kept. */
const successes = new Map<string, number>()
const key = randomBytes(32)

/** Bound to the stored hash: an entry that was changed or taken out is not remembered any more. */
const digestOf = (hash: string, user: string, password: string) =>
  createHmac('sha256', key)
    .update(JSON.stringify([hash, user, password]))
    .digest('base64')

function isFresh(digest: string): boolean {
  const age = Date.now() - (successes.get(digest) ?? Number.NEGATIVE_INFINITY)
  return age >= 0 && age < FRESH_MS
}

function remember(digest: string): void {
  successes.delete(digest)
  successes.set(digest, Date.now())
  const [oldest] = successes.keys()
  if (successes.size > REMEMBERED && oldest !== undefined) successes.delete(oldest)
}
