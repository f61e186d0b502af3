/** An event of the gateway whose parts a client chose. */
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'

export const event = (parts: {
  path?: string
  headers?: Record<string, string>
  query?: Record<string, string[]>
}): APIGatewayProxyEvent =>
  ({
    httpMethod: 'GET',
    path: parts.path ?? '/proc/job',
    resource: '/proc/job',
    headers: parts.headers ?? {},
    queryStringParameters: Object.fromEntries(
      Object.entries(parts.query ?? {}).map(([name, values]) => [name, values.at(-1)]),
    ),
    multiValueQueryStringParameters: parts.query ?? null,
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId: '1', path: parts.path ?? '/proc/job', domainName: 'a.example' },
  }) as unknown as APIGatewayProxyEvent

export const context = { getRemainingTimeInMillis: () => 10_000 } as Context

/** What is done writes nothing to the terminal. */
export async function silently(work: () => unknown): Promise<void> {
  const { write } = process.stdout
  process.stdout.write = () => true
  try {
    await work()
  } finally {
    process.stdout.write = write
  }
}
