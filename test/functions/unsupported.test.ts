import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { beforeEach, expect, test, vi } from 'vitest'
import { handler } from '../../functions/unsupported.ts'

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})

const ask = (httpMethod: string, path: string) =>
  handler(
    { httpMethod, path, headers: {} } as APIGatewayProxyEvent,
    {
      getRemainingTimeInMillis: () => 10_000,
    } as Context,
  )

test.each([
  ['/proc/job/', '/proc/job'],
  ['/proc/auth/job//', '/proc/auth/job'],
  ['/proc/', '/proc'],
])('%s is 404, and says that it is %s', async (path, meant) => {
  const { statusCode, body } = await ask('GET', path)
  expect([statusCode, body]).toEqual([
    404,
    expect.stringContaining(`slash at its end it is ${meant}`),
  ])
})

test.each(['/', '/proc/jobs', '/proc/jobs/', '//'])(
  '%s is 404 with the paths there are',
  async (path) => {
    const { statusCode, body } = await ask('GET', path)
    expect([statusCode, body]).toEqual([404, expect.stringContaining('the paths are /proc/job, ')])
  },
)

test('another method of a known path is 405', async () => {
  const { statusCode, headers } = await ask('PUT', '/proc/job')
  expect([statusCode, headers?.Allow]).toEqual([405, 'GET, HEAD, POST, DELETE'])
})
