/**
 * The grid-mapfile: which certificate belongs to which account. The grammar is Globus' (gridmap.c
 * of the Grid Community Toolkit), with RFC 4514 as a second notation of the names:
 *
 *     "/C=CA/O=Grid/CN=Jane Doe" jane
 *     "CN=Jane Doe,O=Grid,C=CA" jane,jdoe
 */
import { ACCOUNT } from './account-name.ts'
import { type DistinguishedName, NameError, nameKey, parseName } from './distinguished-name.ts'

/** A line that an operator should look at; `line` counts from 1. */
export interface LineProblem {
  readonly line: number
  readonly reason: string
}

export interface GridMapfile {
  /** Account by nameKey; undefined for a name that is listed without a usable account. */
  readonly accounts: ReadonlyMap<string, string | undefined>
  readonly problems: readonly LineProblem[]
}

/** Of a line; no name of a person comes near it. */
const LINE_LENGTH = 8_192

/** Never throws: a line that cannot be read is left out and reported, and maps nobody. */
export function parseGridMapfile(text: string): GridMapfile {
  const accounts = new Map<string, string | undefined>()
  const problems: LineProblem[] = []
  for (const [index, raw] of linesOf(text).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const report = (reason: string) => problems.push({ line: index + 1, reason })
    try {
      if (line.length > LINE_LENGTH) throw new NameError('the line is too long')
      const { name, rest } = readName(line)
      const key = nameKey(name)
      // Only the first line of a name counts. Later ones do not add to it, nor lift a ban.
      if (accounts.has(key)) {
        report('an earlier line has the same name; this one has no effect')
        continue
      }
      const account = rest.split(/[,\s]+/).find((word) => word !== '')
      accounts.set(key, account !== undefined && ACCOUNT.test(account) ? account : undefined)
      if (account === undefined) report('no account: this name is refused')
      else if (!ACCOUNT.test(account)) report('not an account name: this name is refused')
    } catch (error) {
      if (!(error instanceof NameError)) throw error
      report(error.message)
    }
  }
  return { accounts, problems }
}

/** The account of a certificate's subject; undefined when it has none. */
export const mappedAccount = (map: GridMapfile, name: DistinguishedName): string | undefined =>
  map.accounts.get(nameKey(name))

/** Lines of a file from any editor; a byte order mark goes when they are trimmed. */
export const linesOf = (text: string) => text.split(/\r\n|\r|\n/)

/** The name at the start of a line, in quotes or up to the first blank, and what follows it. */
function readName(line: string): { name: DistinguishedName; rest: string } {
  if (!line.startsWith('"')) {
    const end = line.search(/\s/)
    const [text, rest] = end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end)]
    return { name: parseName(text), rest }
  }
  // Escapes stay in: both notations have \" and \\, and know best what else their own mean.
  const quoted = /^"((?:[^"\\]|\\.)*)"(.*)$/s.exec(line)
  if (!quoted) throw new NameError('the closing quote is missing')
  const [, text = '', rest = ''] = quoted
  if (/^[^,\s]/.test(rest)) throw new NameError('a blank is missing after the name')
  return { name: parseName(text), rest }
}
