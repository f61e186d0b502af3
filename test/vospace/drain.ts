/**
 * Reads one VOSpace file to its end in a process of its own, as a function does, and prints what it
 * took: `node drain.ts URI SMALL-URI SETTINGS-JSON`. The small file comes first, so that TLS and
 * modules are in memory before the measurement begins.
 */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openVosFile, type VospaceSettings } from '../../lib/staging/vospace.ts'

const [uri = '', small = '', json = ''] = process.argv.slice(2)
const settings: VospaceSettings = JSON.parse(json)

async function drain(file: string, pauseAfter: number) {
  const { body, length } = await openVosFile(file, settings, {
    signal: AbortSignal.timeout(90_000),
  })
  const hash = createHash('sha256')
  let bytes = 0
  let pause = pauseAfter
  for await (const chunk of body as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
    // A store that is slower than VOSpace for a moment: the bytes have to wait on the network.
    if (bytes > pause) {
      pause += pauseAfter
      await sleep(100)
    }
  }
  return { bytes, length, sha256: hash.digest('hex') }
}

await drain(small, Number.POSITIVE_INFINITY)
const before = process.memoryUsage.rss()
let peak = before
const timer = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 20)
const began = performance.now()
const outcome = await drain(uri, 128 * 1024 * 1024)
const seconds = (performance.now() - began) / 1000
clearInterval(timer)
console.log(JSON.stringify({ ...outcome, seconds, before, growth: peak - before }))
