import type { APIGatewayProxyEvent } from 'aws-lambda'
import { expect, test } from 'vitest'
import { accountOf } from '../../lib/identity/account.ts'

const event = (httpMethod: string, headers: Record<string, string>, authorizer?: object) =>
  ({ httpMethod, headers, requestContext: { authorizer } }) as unknown as APIGatewayProxyEvent
const alice = { account: 'alice' }

test.each(['cross-site', 'same-site'])('nothing is done for a page that is %s', (site) => {
  for (const method of ['POST', 'DELETE']) {
    for (const name of ['Sec-Fetch-Site', 'sec-fetch-site']) {
      expect(() => accountOf(event(method, { [name]: site }, alice))).toThrow(
        expect.objectContaining({ status: 403, message: expect.stringContaining('another site') }),
      )
    }
  }
  // A link from there may be followed.
  for (const method of ['GET', 'HEAD']) {
    expect(accountOf(event(method, { 'Sec-Fetch-Site': site }, alice))).toBe('alice')
  }
})

test.each([{}, { 'Sec-Fetch-Site': 'same-origin' }, { 'Sec-Fetch-Site': 'none' }])(
  'a program, or a page of this site, is the account: %j',
  (headers) => {
    expect(accountOf(event('POST', headers, alice))).toBe('alice')
  },
)

test.each([undefined, {}, { account: '' }, { account: 'Root!' }, { account: 7 }])(
  'without an account of the authorizer it fails closed: %j',
  (authorizer) => {
    const told = expect.objectContaining({ status: 403 })
    expect(() => accountOf(event('GET', {}, authorizer))).toThrow(told)
  },
)

test('where the authorizer could not find out it is 503', () => {
  expect(() => accountOf(event('GET', {}, { unavailable: 'no list' }))).toThrow(
    expect.objectContaining({ status: 503, message: 'no list' }),
  )
})
