/** What a new instance costs: its first request, and its start. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { noteWrite } from '../lib/snapshot/written.ts'
import { eventFor } from '../local/lambda.ts'
import { connectBare, sshProgram } from './bare.ts'
import { fill } from './queue.ts'
import { median, type Row, timed, times } from './sample.ts'
import { LIST, type Scene } from './scene.ts'

const DIST = join(import.meta.dirname, '../dist')

/** A new process and a new connection, beside a new connection of ssh that runs the same command. */
export async function firstRequests(scene: Scene): Promise<Row[]> {
  await fill(scene, 1_000)
  const rounds = scene.quick ? 5 : 9
  const first = async () => {
    await noteWrite(scene.store, 'alice', Date.now())
    const get = scene.instance('get')
    const invocation = await get.invoke(eventFor('alice', 'GET', {}))
    get.stop()
    return { ...invocation, seconds: invocation.seconds + invocation.init }
  }
  const library = () =>
    timed(async () => {
      const bare = await connectBare(scene)
      await bare.run(LIST)
      bare.close()
    })
  const what = 'GET of 1,000 jobs, first of an instance'
  return [
    await times(`${what}, beside ssh`, rounds, () => sshProgram(scene, LIST), first),
    await times(`${what}, beside a connection of ssh2`, rounds, library, first),
  ]
}

export interface Start {
  readonly function: string
  /** Bundle load to handler ready: median, in ms. */
  readonly init: number
  /** Minified, in kB: its own file, and this with the libraries that it can load. */
  readonly own: number
  readonly all: number
}

export async function starts(scene: Scene): Promise<Start[]> {
  const rows: Start[] = []
  for (const name of functions()) {
    const inits: number[] = []
    for (let round = 0; round < (scene.quick ? 5 : 9); round++) {
      const instance = scene.instance(name)
      inits.push(await instance.init)
      instance.stop()
    }
    const own = size(name)
    const all = libraries(name).reduce((sum, library) => sum + size(library), own)
    const init = Math.round(median(inits) * 1000)
    rows.push({ function: name, init, own: Math.round(own / 1000), all: Math.round(all / 1000) })
  }
  return rows
}

const read = (name: string) => readFileSync(join(DIST, `${name}.cjs`))
const size = (name: string) => read(name).length
const functions = () =>
  readdirSync(join(DIST, '../functions')).map((name) => name.replace('.ts', ''))
const libraries = (name: string) =>
  Array.from(
    read(name)
      .toString()
      .matchAll(/require\("\.\/(\w+)\.cjs"\)/g),
    ([, of]) => of ?? '',
  ).filter((of, i, all) => all.indexOf(of) === i)
