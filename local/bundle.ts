/** `npm run build`: each function with all it needs in dist/, ready for Lambda. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build, type Plugin } from 'esbuild'

const PROJECT = join(import.meta.dirname, '..')

/**
 * Modules that the code imports when it needs them (`await import`), with a large library each: files
 * of their own beside the functions', because node reads through all of a file that it loads.
 */
const LIBRARIES = ['lib/condor/ssh.ts', 'lib/staging/aws.ts']

/**
 * Bundles functions/*.ts into dist/*.cjs. Files appear whole, under their names at once: two stacks
 * may build while another one loads.
 */
export async function bundle(): Promise<void> {
  const sources = await readdir(join(PROJECT, 'functions'))
  const functions = sources.filter((name) => name.endsWith('.ts'))
  const { outputFiles } = await build({
    entryPoints: [...functions.map((name) => `functions/${name}`), ...LIBRARIES].map((path) => ({
      in: path,
      out: basename(path, '.ts'),
    })),
    absWorkingDir: PROJECT,
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // `await import` becomes `require`
    supported: { 'dynamic-import': false },
    // ES modules where a package has them: of those only what is used is taken
    mainFields: ['module', 'main'],
    alias: {
      '@aws-sdk/credential-provider-node': './lib/staging/environment-credentials.ts',
    },
    plugins: [librariesApart, ownSourceMap],
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

const librariesApart: Plugin = {
  name: 'libraries-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ path, kind, resolveDir }) => {
      const library = LIBRARIES.find((of) => join(PROJECT, of) === join(resolveDir, path))
      if (kind !== 'dynamic-import' || library === undefined) return undefined
      return { path: `./${basename(library, '.ts')}.cjs`, external: true }
    })
  },
}

/**
 * Source maps of our own code alone: node reads the whole map when it loads a bundle, 25 ms for one
 * of the libraries too. This one maps each of their files to a single place.
 */
const ONE_PLACE = '{"version":3,"sources":["library"],"mappings":"AAAA"}'

const ownSourceMap: Plugin = {
  name: 'own-source-map',
  setup({ onLoad }) {
    const url = `data:application/json;base64,${Buffer.from(ONE_PLACE).toString('base64')}`
    onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
      if (!path.includes('/node_modules/')) return undefined
      return {
        contents: `${await readFile(path, 'utf8')}\n//# sourceMappingURL=${url}`,
        loader: 'js',
      }
    })
  },
}

if (import.meta.main) await bundle()
