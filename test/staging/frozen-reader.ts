/** A process that asks an object store when it is told to, so that a test can freeze it in between. */
import { ObjectStore } from '../../lib/staging/object-store.ts'

const store = new ObjectStore({
  endpoint: `http://127.0.0.1:${process.argv[2]}`,
  region: 'us-east-1',
  stagingBucket: 'staging',
  configBucket: 'config',
})

/** So many objects at once; told is how each of them ended. */
process.on('message', async (count: number) => {
  const started = Date.now()
  const asked = Array.from({ length: count }, (_, i) => store.get(`k${i}`))
  const ends = await Promise.allSettled(asked)
  const failed = ends.filter(({ status }) => status === 'rejected').length
  process.send?.({ failed, milliseconds: Date.now() - started })
})
process.once('disconnect', () => process.exit())
