/** Submits descriptions by the gate, and by condor_submit alone in the same directory with the same lines of the service's. */
import { createHash, randomUUID } from 'node:crypto'
import type { Output } from '../../local/command.ts'
import { type Ad, differences, readAds } from './ads.ts'
import type { Benign } from './description.ts'

const APPENDED = ['+VMAMI = "an image"', '+VMInstanceType = "a flavor"']
const PROGRAM = 'program.sh'

export interface Both {
  readonly benign: Benign
  /** Why the gate refuses it; undefined where it is queued. */
  readonly refused: string | undefined
  /** The jobs of each, in their order. */
  readonly ours: readonly Ad[]
  readonly bare: readonly Ad[]
  /** What condor_submit said where it queued none. */
  readonly complaint: string
}

export interface Ways {
  readonly ask: (request: object) => Promise<Output>
  /** Runs a script of bash's on the submit host as root. */
  readonly root: (script: string) => Promise<Output>
}

/** Queues all of them both ways, reads the jobs and removes them. */
export async function submitBoth(ways: Ways, all: readonly Benign[]): Promise<Both[]> {
  const ours: { benign: Benign; request: string; output: Output }[] = []
  for (const benign of all) {
    const request = randomUUID()
    ours.push({ benign, request, output: await byGate(ways, benign, request) })
  }
  const queued = ours.filter(({ output }) => output.status === 0)
  const bare = await bySubmit(ways, queued)
  const list = await ways.root(
    'condor_q -allusers -long -constraint "ProcRequestId isnt undefined" | iconv -f latin1 -t utf8',
  )
  const jobs = [...readAds(list.stdout)]
  const of = (cluster: string) =>
    jobs.filter(([id]) => id.startsWith(`${cluster}.`)).map(([, ad]) => ad)
  const folders = ours.map(({ request }) => `/home/alice/proc/${request}`)
  await ways.root(`condor_rm -all; rm -rf ${folders.join(' ')}`)
  return ours.map(({ benign, request, output }) => {
    const complaint = bare.get(request) ?? ''
    const [, cluster = 'none'] = /(\d+)\.0 - /.exec(complaint) ?? []
    return {
      benign,
      refused: output.status === 0 ? undefined : output.stderr,
      ours: output.status === 0 ? of(String(JSON.parse(output.stdout).cluster)) : [],
      bare: of(cluster),
      complaint,
    }
  })
}

function byGate({ ask }: Ways, { bytes, executable }: Benign, request: string): Promise<Output> {
  const files = [carried('job.sub', bytes), carried(PROGRAM, Buffer.from('#!/bin/sh\n'))]
  return ask({
    op: 'submit',
    account: 'alice',
    request,
    digest: files[0]?.sha256,
    files,
    description: 'job.sub',
    executable: executable === undefined ? { file: PROGRAM } : { path: executable },
    append: APPENDED,
  })
}

const carried = (name: string, bytes: Buffer) => ({
  name,
  content: bytes.toString('base64'),
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

/** What condor_submit prints, by request. */
async function bySubmit(
  { root }: Ways,
  all: readonly { request: string; benign: Benign }[],
): Promise<Map<string, string>> {
  const append = (request: string, executable?: string) =>
    [
      `executable = ${executable ?? `/home/alice/proc/${request}/${PROGRAM}`}`,
      `transfer_executable = ${executable === undefined}`,
      ...APPENDED,
      `+ProcRequestId = "${request}"`,
    ]
      .map((line) => `-append '${line}'`)
      .join(' ')
  const script = all
    .map(
      ({ request, benign }) =>
        `cd ~/proc/${request} && echo "== ${request}" && _CONDOR_SUBMIT_PREVENT_MULTI_QUEUE=false condor_submit -terse ${append(request, benign.executable)} -file job.sub 2>&1`,
    )
    .join('\n')
  const { stdout } = await root(
    `runuser -u alice -- env HOME=/home/alice bash <<'end'\n${script}\nend`,
  )
  return new Map(
    stdout
      .split(/^== /m)
      .slice(1)
      .map((part) => [part.slice(0, 36), part.slice(37)]),
  )
}

/** A line for each description that makes other jobs, or that only one of the two takes. */
export const findings = (all: readonly Both[]): string[] =>
  all.flatMap(({ benign, refused, ours, bare, complaint }) => {
    if (refused !== undefined) return [`${benign.name}: refused: ${refused}`]
    if (bare.length === 0) return [`${benign.name}: condor_submit says ${complaint}`]
    if (ours.length !== bare.length)
      return [`${benign.name}: ${ours.length} jobs instead of ${bare.length}`]
    return bare.flatMap((ad, proc) =>
      differences(ours[proc] ?? new Map(), ad).map((line) => `${benign.name}: ${proc}: ${line}`),
    )
  })
