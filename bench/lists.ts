/** GET of queues of several lengths, to the last byte answered or stored. */
import { noteWrite } from '../lib/snapshot/written.ts'
import { eventFor } from '../local/lambda.ts'
import { connectBare } from './bare.ts'
import { fill } from './queue.ts'
import { type Row, times } from './sample.ts'
import { LIST, type Scene } from './scene.ts'

export async function lists(scene: Scene, sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const size of sizes) {
    await fill(scene, size)
    rows.push(await list(scene, size, false), await list(scene, size, true))
  }
  return rows
}

async function list(scene: Scene, size: number, gzip: boolean): Promise<Row> {
  const bare = await connectBare(scene)
  const get = scene.instance('get')
  const headers = gzip ? { 'accept-encoding': 'gzip' } : {}
  const ask = async () => {
    await noteWrite(scene.store, 'alice', Date.now()) // an earlier snapshot does not do after that
    return get.invoke(eventFor('alice', 'GET', {}, { headers }))
  }
  await bare.run(LIST)
  await ask()
  const what = `GET of ${size.toLocaleString('en')} jobs${gzip ? ', gzip' : ''}`
  const row = await times(what, scene.quick ? 3 : 5, () => bare.run(LIST), ask)
  get.stop()
  bare.close()
  return row
}
