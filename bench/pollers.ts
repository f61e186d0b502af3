/** Many readers of one queue: each asks again as soon as it has its answer. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { APIGatewayProxyResult } from 'aws-lambda'
import { eventFor, type Instance } from '../local/lambda.ts'
import { type Bare, connectBare } from './bare.ts'
import { countQueries, fill, unwatchQueries, watchQueries } from './queue.ts'
import { type Row, told } from './sample.ts'
import { LIST, type Scene } from './scene.ts'

const POLLERS = 200
const JOBS = 10_000
/** Instances that serve them. On AWS there would be more; this machine has few cores. */
const INSTANCES = 8
/** sshd allows ten on one connection, and counts one that is just ending. */
const SESSIONS = 8

export interface Load {
  readonly what: string
  readonly seconds: number
  readonly lists: number
  /** How often the schedd was asked meanwhile, and how far apart that was on average, in seconds. */
  readonly queries: number
  readonly apart: number
  /** Times by status, 200 and 303 with a body or its URL followed to the end. */
  readonly answers: Readonly<Record<string, number>>
}

export async function pollers(scene: Scene): Promise<{ rows: Row[]; loads: Load[] }> {
  await fill(scene, JOBS)
  const seconds = scene.quick ? 10 : 60
  await watchQueries(scene)
  const instances = Array.from({ length: INSTANCES }, () => scene.instance('get'))
  try {
    const bare = await bareLoad(scene, seconds / 2)
    const full = await load(scene, instances, 'full bodies', seconds, false)
    const same = await load(scene, instances, 'If-None-Match', seconds, true)
    const rows = [full, same].map((one) => row(one, bare))
    return { rows, loads: [bare, full, same] }
  } finally {
    for (const instance of instances) instance.stop()
    await unwatchQueries(scene)
  }
}

function row(service: Load, bare: Load): Row {
  const what = `${POLLERS} pollers of ${JOBS.toLocaleString('en')} jobs, ${service.what}`
  const [b, s] = [bare.lists / bare.seconds, service.lists / service.seconds]
  return told({ what, unit: 'per second', bare: b, service: s, ratio: s / b })
}

async function bareLoad(scene: Scene, seconds: number): Promise<Load> {
  const bares = await Promise.all(
    Array.from({ length: POLLERS / SESSIONS }, () => connectBare(scene)),
  )
  const load = await poll(scene, 'condor_q', seconds, async (poller) => {
    const bare = bares[poller % bares.length] as Bare
    // So many at once are more than the schedd takes: it refuses some, which then ask again.
    return bare.run(LIST).then(
      () => 'listed',
      () => 'refused',
    )
  })
  for (const bare of bares) bare.close()
  return load
}

async function load(
  scene: Scene,
  instances: readonly Instance[],
  what: string,
  seconds: number,
  conditional: boolean,
): Promise<Load> {
  const free = [...instances]
  const waiting: ((instance: Instance) => void)[] = []
  const take = () =>
    new Promise<Instance>((resolve) => {
      const instance = free.pop()
      if (instance) resolve(instance)
      else waiting.push(resolve)
    })
  const give = (instance: Instance) => {
    const next = waiting.shift()
    if (next) next(instance)
    else free.push(instance)
  }
  const tags: string[] = []
  return poll(scene, what, seconds, async (poller) => {
    const headers: Record<string, string> = { 'accept-encoding': 'gzip' }
    if (conditional && tags[poller]) headers['if-none-match'] = tags[poller]
    const instance = await take()
    const { result } = await instance.invoke(eventFor('alice', 'GET', {}, { headers }))
    give(instance)
    tags[poller] = String(header(result, 'etag') ?? '')
    if (result.statusCode === 303) await follow(String(header(result, 'location')))
    return String(result.statusCode)
  })
}

/** All pollers at once for so long; what was under way at the end counts, and its time too. */
async function poll(
  scene: Scene,
  what: string,
  seconds: number,
  ask: (poller: number) => Promise<string>,
): Promise<Load> {
  const answers: Record<string, number> = {}
  const before = await countQueries(scene)
  const started = performance.now()
  const end = started + seconds * 1000
  await Promise.all(
    Array.from({ length: POLLERS }, async (_, poller) => {
      while (performance.now() < end) {
        const answer = await ask(poller)
        answers[answer] = (answers[answer] ?? 0) + 1
      }
    }),
  )
  const took = (performance.now() - started) / 1000
  await sleep(1_000) // the schedd writes its log
  const queries = (await countQueries(scene)) - before
  const lists = ['200', '303', '304', 'listed'].reduce((sum, of) => sum + (answers[of] ?? 0), 0)
  const round = (value: number) => Math.round(value * 10) / 10
  const seen = { what, seconds: round(took), lists, queries, apart: round(took / queries), answers }
  console.log(JSON.stringify(seen))
  return seen
}

async function follow(url: string): Promise<void> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  await response.arrayBuffer()
}

function header({ headers }: APIGatewayProxyResult, name: string) {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1]
}
