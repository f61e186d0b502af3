/** The files of the stand-in: given in memory, made while they are read, or from a directory. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'

/** Text, bytes, or so many bytes of a pattern that costs no memory. */
export type StandInFile = string | Buffer | { readonly size: number }

export type Node =
  | { kind: 'file'; size: number; md5?: Buffer; open: () => Readable }
  | { kind: 'directory'; children: string[] }

/** What Examples 2 and 3 of the original documentation read, readable for anyone. */
export const documentationFiles: Readonly<Record<string, StandInFile>> = {
  '/test/myProgram.exe': `#!/bin/sh
echo "myProgram.exe from VOSpace: $*"
`,
  '/test/myJobSubmitFile': `Universe   = vanilla
Executable = execFile
Arguments  = hello
Output     = myJob.out
Error      = myJob.err
Log        = myJob.log
should_transfer_files   = YES
when_to_transfer_output = ON_EXIT
Queue
`,
}

const BLOCK = 64 * 1024

/** The same bytes for the same size; every block differs from the others. */
export function* pattern(size: number): Generator<Buffer> {
  for (let at = 0; at < size; at += BLOCK) {
    const block = Buffer.alloc(Math.min(BLOCK, size - at), (at / BLOCK) % 251)
    if (block.length >= 8) block.writeDoubleBE(at, 0)
    yield block
  }
}

export class Tree {
  readonly #files: Readonly<Record<string, StandInFile>>
  readonly #directory: string | undefined

  constructor(files: Readonly<Record<string, StandInFile>>, directory?: string) {
    this.#files = files
    this.#directory = directory
  }

  /** The node at a decoded absolute path without `.` and `..` segments. */
  async node(path: string): Promise<Node | undefined> {
    const file = Object.hasOwn(this.#files, path) ? this.#files[path] : undefined
    if (file !== undefined) return given(file)
    const prefix = path === '/' ? '/' : `${path}/`
    const names = Object.keys(this.#files)
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length).split('/')[0] ?? '')
    const stored = await this.#stored(path)
    if (stored?.kind === 'file') return stored
    const children = [...new Set([...names, ...(stored?.children ?? [])])].sort()
    return children.length > 0 || stored || path === '/'
      ? { kind: 'directory', children }
      : undefined
  }

  async #stored(path: string): Promise<Node | undefined> {
    if (this.#directory === undefined || path.split('/').includes('..')) return undefined
    const place = join(this.#directory, path)
    const found = await stat(place).catch(() => undefined)
    if (found?.isDirectory()) return { kind: 'directory', children: await readdir(place) }
    if (!found?.isFile()) return undefined
    return { kind: 'file', size: found.size, open: () => createReadStream(place) }
  }
}

function given(file: StandInFile): Node {
  if (typeof file === 'object' && 'size' in file) {
    const { size } = file
    return { kind: 'file', size, open: () => Readable.from(pattern(size), { objectMode: false }) }
  }
  const bytes = Buffer.from(file)
  return {
    kind: 'file',
    size: bytes.length,
    md5: createHash('md5').update(bytes).digest(),
    open: () => Readable.from([bytes], { objectMode: false }),
  }
}
