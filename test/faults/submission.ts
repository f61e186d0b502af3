/** POSTs for tests that break things: the event of a submission, and what the schedd then has of it. */
import { createHash } from 'node:crypto'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { requestId } from '../../lib/request/idempotency-key.ts'
import type { Output } from '../../local/command.ts'

type Run = (command: string, ...args: string[]) => Promise<Output>

export interface Wanted {
  readonly account?: string
  readonly key: string
  readonly description?: string
  /** Sent along as the executable; without it one on the VM is named. */
  readonly program?: Buffer
}

const VM = {
  image: 'vmi:a4728b62-d15f-4e10-8475-1481ea3037d4',
  flavor: 'fli:de7afe99-a559-4744-bab7-fbc30e85fcfc',
}
/** Long enough for the request line to be the largest that goes up in one piece, and to be cut in its middle. */
const HELD = `# ${'x'.repeat(1000)}\nhold = true\nqueue\n`

/** The event of the gateway for an authenticated POST. */
export function submissionEvent({ account = 'alice', key, description = HELD, program }: Wanted) {
  const query: Record<string, string> = {
    job: 'job.sub,param:j',
    exec: program ? 'program,param:e' : 'true,vm:/bin/true',
    ...VM,
  }
  const part = (name: string) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`
  const body = Buffer.concat([
    Buffer.from(part('j') + description),
    ...(program ? [Buffer.from(`\r\n${part('e')}`), program] : []),
    Buffer.from('\r\n--B--\r\n'),
  ])
  return {
    httpMethod: 'POST',
    path: '/proc/job',
    resource: '/proc/job',
    headers: { 'Content-Type': 'multipart/form-data; boundary=B', 'Idempotency-Key': key },
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, [value]]),
    ),
    body: body.toString('base64'),
    isBase64Encoded: true,
    requestContext: {
      requestId: createHash('md5').update(key).digest('hex'),
      authorizer: { account },
    } as unknown as APIGatewayProxyEvent['requestContext'],
  }
}

/** The clusters, each once, that queue and history of the submit host have for that key. */
export async function clustersOf(run: Run, key: string, account = 'alice'): Promise<number[]> {
  const constraint = `ProcRequestId == "${requestId(account, key)}"`
  const found = await run(
    'sh',
    '-c',
    `for ask in "condor_q -allusers" "condor_q -allusers -factory" condor_history; do
       $ask -constraint '${constraint}' -af ClusterId || exit 1
     done`,
  )
  if (found.status !== 0) throw new Error(`the schedd cannot be asked: ${found.stderr}`)
  return [...new Set(found.stdout.split(/\s+/).filter(Boolean).map(Number))]
}
