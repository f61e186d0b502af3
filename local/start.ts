/**
 * `npm start`: the whole service on this machine until Ctrl-C.
 * `npm start -- --keep` keeps jobs and objects of the last run, `--verbose` shows the functions' log.
 */
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { eventLine } from './event-line.ts'
import { terminalProgress } from './progress.ts'
import { type Service, startService } from './service.ts'

const OPTIONS = {
  keep: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
} as const

const EXAMPLE = '00000000-0000-4000-8000-00000000000' // and a digit

const progress = terminalProgress()
let ready = false
const interrupt = new AbortController()
const interrupted = new Promise<void>((resolve) =>
  interrupt.signal.addEventListener('abort', () => resolve()),
)
// A second Ctrl-C, or the one that npm passes on, finds the stop under way and changes nothing.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupt.abort())

process.exit(await main())

/** Resolves to the exit status once everything has ended. */
async function main(): Promise<number> {
  let service: Service | undefined
  try {
    const { values } = parseArgs({ options: OPTIONS })
    service = await startService({ ...values, progress, onLine, signal: interrupt.signal })
    introduce(service)
    ready = true
    await Promise.race([interrupted, service.broken])
    await service.stop()
    progress.done('Stopped')
    return 0
  } catch (error) {
    await service?.stop()
    if (interrupt.signal.aborted) {
      progress.done('Stopped')
      return 130
    }
    progress.clear()
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}

/** What the functions did, once the terminal is theirs. */
function onLine(line: string): void {
  const event = ready ? eventLine(line) : undefined
  if (event !== undefined) progress.done(event)
}

/** Commands to paste, and the line that says all is well. */
function introduce({ url, dir, certs, store }: Service): void {
  const folder = relative('', certs) || certs
  const ours = store.keys !== undefined // else the users are those of the store's config bucket
  const curl = `curl --cacert ${folder}/ca.pem ${ours ? `-E ${folder}/alice.pem` : '-u USER'}`
  const jobs = `${url}/proc/${ours ? 'job' : 'auth/job'}`
  const where = 'job=hello.sub,param:sub&exec=true,vm:/bin/true'
  const image = `image=vmi:${EXAMPLE}1&flavor=fli:${EXAMPLE}2`
  progress.done(`Functions' log  ${relative('', dir) || dir}/log/functions.log`)
  progress.done(`
All jobs:
  ${curl} '${jobs}?RESPONSEFORMAT=text/plain'
Submit one:
  printf 'output = out\\nqueue\\n' | ${curl} -F 'sub=<-' '${jobs}?${where}&${image}'

Ready  ${url}/proc`)
}
