/** The operator's lists of users as they are taken into use. */
import { type GridMapfile, linesOf, parseGridMapfile } from './grid-mapfile.ts'
import { type Htpasswd, parseHtpasswd } from './htpasswd.ts'

export const GRID_MAPFILE = 'grid-mapfile'
export const HTPASSWD = 'htpasswd'

/** A line that is meant as an entry, whether it can be used or not. */
const NAME = /^"?\/? *[a-z0-9.-]+ *=/i
const USER = /^[a-z_][a-z0-9_-]*:\S+$/i

/**
 * Throws on a file that has lines and none meant as an entry: a broken upload must not lock everybody out. One with
 * entries is what the operator wants, and where none can be used it lets nobody in: whoever was taken out must not stay.
 */
export function readGridMapfile(text: string): GridMapfile {
  const map = parseGridMapfile(text)
  if (map.accounts.size === 0 && map.problems.length > 0 && !hasLine(text, NAME))
    throw broken(GRID_MAPFILE)
  return map
}

/** Throws as `readGridMapfile` does. */
export function readHtpasswd(text: string): Htpasswd {
  const list = parseHtpasswd(text)
  if (list.hashes.size === 0 && list.problems.length > 0 && !hasLine(text, USER))
    throw broken(HTPASSWD)
  return list
}

const hasLine = (text: string, entry: RegExp) =>
  linesOf(text).some((line) => entry.test(line.trim()))

const broken = (name: string) => new Error(`no line of ${name} is an entry`)
