/** `npm run build`: each function with all it needs as one file in dist/, ready for Lambda. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const PROJECT = join(import.meta.dirname, '..')

/**
 * Bundles functions/*.ts into dist/*.cjs. Files appear whole, under their names at once: two stacks
 * may build while another one loads.
 */
export async function bundle(): Promise<void> {
  const sources = await readdir(join(PROJECT, 'functions'))
  const { outputFiles } = await build({
    entryPoints: sources.filter((name) => name.endsWith('.ts')).map((name) => `functions/${name}`),
    absWorkingDir: PROJECT,
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    // native parts of ssh2, which does without them
    external: ['cpu-features', '*.node'],
    logLevel: 'warning',
    write: false,
  })
  const dist = join(PROJECT, 'dist')
  await mkdir(dist, { recursive: true })
  for (const { path, contents } of outputFiles) {
    await writeFile(`${path}.${process.pid}`, contents)
    await rename(`${path}.${process.pid}`, path)
  }
  const made = new Set(outputFiles.map(({ path }) => basename(path)))
  for (const name of await readdir(dist)) {
    const current = made.has(name.replace(/\.\d+$/, '')) // another build may be about to rename it
    if (!current) await rm(join(dist, name), { force: true })
  }
}

if (import.meta.main) await bundle()
