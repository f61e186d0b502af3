/** The operator's lists of users as they are taken into use. */
import { type GridMapfile, parseGridMapfile } from './grid-mapfile.ts'
import { type Htpasswd, parseHtpasswd } from './htpasswd.ts'

export const GRID_MAPFILE = 'grid-mapfile'
export const HTPASSWD = 'htpasswd'

/** Throws on a file that has lines and none of use: a broken upload must not lock everybody out. */
export function readGridMapfile(text: string): GridMapfile {
  const map = parseGridMapfile(text)
  if (map.accounts.size === 0 && map.problems.length > 0) throw broken(GRID_MAPFILE)
  return map
}

/** Throws as `readGridMapfile` does. */
export function readHtpasswd(text: string): Htpasswd {
  const list = parseHtpasswd(text)
  if (list.hashes.size === 0 && list.problems.length > 0) throw broken(HTPASSWD)
  return list
}

const broken = (name: string) => new Error(`no line of ${name} can be used`)
