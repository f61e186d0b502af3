/** One description on its way: by the service as a user sends it, or to the gate, past the service's own checks. */
import { createHash, randomUUID } from 'node:crypto'
import type { Output } from '../../local/command.ts'
import { eventFor, type Instance } from '../../local/lambda.ts'
import { CANARY, type Hostile } from './description.ts'

export const VM = {
  image: 'a4728b62-d15f-4e10-8475-1481ea3037d4',
  flavor: 'de7afe99-a559-4744-bab7-fbc30e85fcfc',
}

export interface Ending {
  readonly hostile: Hostile
  /** HTTP's; for the gate what the service would make of its status. */
  readonly status: number
  readonly text: string
  /** The ProcRequestId of its jobs. */
  readonly request: string
  /** What they require beside their own. */
  readonly requirement?: string
  readonly seconds: number
}

/** Sends it on its way and sees how it ends. */
export type Way = (hostile: Hostile) => Promise<Ending>

/** A POST of alice's, to an instance of the bundled function that has nothing else to do meanwhile. */
export const byService = (post: Instance): Way =>
  timed(async ({ bytes }) => {
    const query = {
      job: 'job.sub,param:j',
      exec: `work,vm:${CANARY}/work`,
      image: `vmi:${VM.image}`,
      flavor: `fli:${VM.flavor}`,
    }
    const part = '--hostile\r\nContent-Disposition: form-data; name="j"\r\n\r\n'
    const body = Buffer.concat([Buffer.from(part), bytes, Buffer.from('\r\n--hostile--\r\n')])
    const { result } = await post.invoke(
      eventFor('alice', 'POST', query, {
        headers: { 'Content-Type': 'multipart/form-data; boundary=hostile' },
        body: body.toString('base64'),
        isBase64Encoded: true,
      }),
    )
    const request = String(result.headers?.['X-Request-Id'])
    return { status: result.statusCode, text: result.body, request }
  })

/** HTTP statuses of the gate's. */
const STATUS: Readonly<Record<number, number>> = { 0: 200, 65: 400, 69: 503, 75: 503, 77: 403 }

/**
 * As a compromised function would. `store` gives a URL that the gate may fetch the bytes from; with `requirement` the jobs
 * are for some machines alone, as the service has it of an image.
 */
export const byGate = (
  ask: (request: object) => Promise<Output>,
  store: (bytes: Buffer) => Promise<string>,
  requirement?: string,
): Way =>
  timed(async ({ bytes }) => {
    const request = randomUUID()
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const file = { name: 'job.sub', url: await store(bytes), size: bytes.length, sha256 }
    const { status, stdout, stderr } = await ask({
      op: 'submit',
      account: 'alice',
      request,
      digest: sha256,
      files: [file],
      description: file.name,
      executable: { path: `${CANARY}/work` },
      append: [
        `+VMAMI = "${VM.image}"`,
        `+VMInstanceType = "${VM.flavor}"`,
        ...(requirement ? [`requirements = ${requirement}`] : []),
      ],
    })
    const text = status === 0 ? `${JSON.parse(stdout).cluster}` : stderr
    return { status: STATUS[status] ?? 500, text, request, ...(requirement && { requirement }) }
  })

const timed =
  (way: (hostile: Hostile) => Promise<Omit<Ending, 'hostile' | 'seconds'>>): Way =>
  async (hostile) => {
    const start = performance.now()
    const ending = await way(hostile)
    return { hostile, ...ending, seconds: (performance.now() - start) / 1000 }
  }

/** All of them, as many side by side as there are ways; the endless ones first, for they take longest. */
export async function attemptAll(
  hostiles: readonly Hostile[],
  ways: readonly Way[],
): Promise<Ending[]> {
  const left = hostiles.toSorted((a, b) => Number(a.endless) - Number(b.endless))
  const endings: Ending[] = []
  await Promise.all(
    ways.map(async (way) => {
      for (let next = left.pop(); next; next = left.pop()) endings.push(await way(next))
    }),
  )
  return endings
}

const LARGEST = 4 * 1024 * 1024

/** What is wrong with how it ended, if anything: it must be a cluster or a reason, and within `limit` seconds. */
export function complaint(ending: Ending, limit: number): string | undefined {
  const { hostile, status, text, seconds } = ending
  const said = `${status} ${text.slice(0, 200)}`
  if (seconds > limit) return `${hostile.name}: it took ${seconds.toFixed(1)} s`
  const fits =
    (status === 200 && /^\d+$/.test(text)) ||
    (status === 400 && /^\S[^\n]*\n$/.test(text)) ||
    (status === 413 && hostile.bytes.length > LARGEST) ||
    (status === 503 && hostile.endless)
  return fits ? undefined : `${hostile.name}: ${said}`
}
