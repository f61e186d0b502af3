/**
 * `npm run bench [-- jobs ...]`: what the service costs on top of the bare commands, as ratios of
 * medians measured in turn. Prints a table, and the same as JSON.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jobTable } from '../lib/reply/job-table.ts'
import { attributesOf } from '../lib/reply/table.ts'
import { eventFor, type Invocation, startInstance } from '../local/lambda.ts'
import { terminalProgress } from '../local/progress.ts'
import { type Service, startService } from '../local/service.ts'
import { connectBare, prepareBare } from './bare.ts'

interface Row {
  readonly what: string
  /** Medians in milliseconds. */
  readonly bare: number
  readonly ours: number
  readonly ratio: number
  /** Most resident memory seen, in MB. */
  readonly peak: number
}

const ROUNDS = 7
const IMAGE = 'image=vmi:a4728b62-d15f-4e10-8475-1481ea3037d4'
const sizes = process.argv.slice(2).map(Number)
const SIZES = sizes.length > 0 ? sizes : [1_000, 10_000, 100_000]

const dir = await mkdtemp(join(tmpdir(), 'canfar-proc-bench-'))
const service = await startService({ dir, httpsPort: 0, httpPort: 0, progress: terminalProgress() })
try {
  const rows = await measure(service)
  console.table(
    rows.map((row) => ({ ...row, bare: Math.round(row.bare), ours: Math.round(row.ours) })),
  )
  console.log(JSON.stringify({ date: new Date().toISOString(), rows }))
} finally {
  await service.stop()
  await rm(dir, { recursive: true, force: true })
}

async function measure(of: Service): Promise<Row[]> {
  await prepareBare(of)
  const rows = [await submissions(of), await firstRequest(of)]
  let queued = 0
  for (const size of SIZES) {
    await fill(of, size - queued)
    queued = size
    rows.push(await lists(of, size, false), await lists(of, size, true))
  }
  return rows
}

/** Warm POSTs of a description with an executable on the VM. */
async function submissions(of: Service): Promise<Row> {
  const description = 'hold = true\nqueue\n'
  const bare = await connectBare(of)
  const post = startInstance('post', of.functionEnvironment)
  const form = `--b\r\ncontent-disposition: form-data; name="j"\r\n\r\n${description}\r\n--b--\r\n`
  const query = {
    job: 'j,param:j',
    exec: 'e,vm:/bin/true',
    image: IMAGE.slice(6),
    flavor: 'fli:de7afe99-a559-4744-bab7-fbc30e85fcfc',
  }
  const submit = () =>
    post.invoke(
      eventFor('alice', 'POST', query, {
        body: form,
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
      }),
    )
  const command = `sudo -n -u alice -D /home/alice condor_submit -terse - -append 'executable=/bin/true' -append 'transfer_executable=false'`
  const row = await inTurn('POST, warm', () => bare.run(command, description), submit)
  post.stop()
  bare.close()
  return row
}

/** A cold process and a new connection, against a new connection that runs the same command. */
async function firstRequest(of: Service): Promise<Row> {
  return inTurn(
    'GET, first of an instance',
    async () => {
      const started = performance.now()
      const bare = await connectBare(of)
      await bare.run(listCommand())
      bare.close()
      return (performance.now() - started) / 1000
    },
    async () => {
      const get = startInstance('get', of.functionEnvironment)
      const invocation = await get.invoke(eventFor('alice', 'GET', {}))
      get.stop()
      return { ...invocation, seconds: invocation.seconds + invocation.init }
    },
    false,
  )
}

async function lists(of: Service, size: number, gzip: boolean): Promise<Row> {
  const bare = await connectBare(of)
  const get = startInstance('get', of.functionEnvironment)
  const headers = gzip ? { 'accept-encoding': 'gzip' } : {}
  const what = `GET of ${size.toLocaleString('en')} jobs${gzip ? ', gzip' : ''}`
  const row = await inTurn(
    what,
    () => bare.run(listCommand()),
    () => get.invoke(eventFor('alice', 'GET', {}, { headers })),
  )
  get.stop()
  bare.close()
  return row
}

function listCommand(): string {
  return `condor_q -allusers -json -attributes ${attributesOf(jobTable).join(',')}`
}

async function inTurn(
  what: string,
  bare: () => Promise<number>,
  ours: () => Promise<Invocation>,
  warm = true,
): Promise<Row> {
  if (warm) await bare()
  if (warm) await ours()
  const times = { bare: [] as number[], ours: [] as number[] }
  let peak = 0
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(await bare())
    const { result, seconds, peak: seen } = await ours()
    if (result.statusCode >= 400) throw new Error(`${what}: ${result.statusCode} ${result.body}`)
    times.ours.push(seconds)
    peak = Math.max(peak, seen)
  }
  const [b, o] = [median(times.bare) * 1000, median(times.ours) * 1000]
  const row = {
    what,
    bare: b,
    ours: o,
    ratio: Math.round((o / b) * 100) / 100,
    peak: Math.round(peak / 1e6),
  }
  console.log(JSON.stringify(row))
  return row
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Idle jobs that no machine takes. */
async function fill(of: Service, jobs: number): Promise<void> {
  const description = `executable = /bin/true\\nrequirements = false\\nqueue ${jobs}\\n`
  const script = `printf '${description}' | runuser -u bench -- condor_submit -terse -`
  const filled = await of.stack?.run('bash', '-c', `cd /home/bench && ${script}`)
  if (filled?.status !== 0) throw new Error(filled?.stderr)
}
