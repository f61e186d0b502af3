/** The child of lambda.ts: loads a bundle, answers one event after the other, watches its memory. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>

/** As serverless.yml says, unless a test has less patience. */
const LIMIT_MS = Number(process.env.PROC_LAMBDA_SECONDS ?? 28) * 1000
const loading = performance.now()
const { handler } = createRequire(import.meta.url)(process.argv[2] ?? '') as { handler: Handler }
await new Promise(setImmediate) // a module may have begun to load more: that is part of its start
const init = (performance.now() - loading) / 1000

process.on('message', async (event: APIGatewayProxyEvent) => {
  const before = process.memoryUsage.rss()
  const started = performance.now()
  const end = Date.now() + LIMIT_MS
  const context = { getRemainingTimeInMillis: () => end - Date.now() } as Context
  const result = await handler(event, context)
  const seconds = (performance.now() - started) / 1000
  process.send?.({ result, seconds, before, peak: peak(), init }, () => {}) // nobody is there any more: see below
})
process.once('disconnect', () => process.exit())

/** The kernel's own record, in bytes: it misses nothing, and costs the function nothing while it runs. */
function peak(): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kib) * 1024
}

process.send?.({ init })
