import type { APIGatewayProxyEvent } from 'aws-lambda'
import { expect, test } from 'vitest'
import { addressesOf } from '../../lib/document/address.ts'
import { capabilitiesDocument } from '../../lib/document/capabilities.ts'
import { readDomains } from '../../lib/settings.ts'

const event = (host: string | undefined, scheme = 'https', path = '/proc/capabilities') =>
  ({
    headers: { Host: host, 'X-Forwarded-Proto': scheme },
    requestContext: { domainName: 'proc.example.org', path },
  }) as unknown as APIGatewayProxyEvent
const nowhere = readDomains({})

test.each([
  ['the host that was asked', event('proc.example.org'), 'https://proc.example.org/proc'],
  ['its port', event('localhost:8080', 'http'), 'http://localhost:8080/proc'],
  ['the stage', event('x.example.org', 'https', '/v1/proc'), 'https://x.example.org/v1/proc'],
  ['never markup', event('x"><script>'), 'https://proc.example.org/proc'],
  ['the domain where there is no host', event(undefined), 'https://proc.example.org/proc'],
])('without domains of its own: %s', (_, asked, base) => {
  expect(addressesOf(asked, nowhere)).toEqual({ open: base, certificate: base, password: base })
})

test.each([
  [
    { PROC_CERTIFICATE_DOMAIN: 'c.example.org', PROC_PASSWORD_DOMAIN: 'p.example.org' },
    ['https://p.example.org/proc', 'https://c.example.org/proc', 'https://p.example.org/proc'],
  ],
  [
    { PROC_CERTIFICATE_DOMAIN: 'c.example.org', PROC_PASSWORD_DOMAIN: '' },
    ['https://c.example.org/proc', 'https://c.example.org/proc', undefined],
  ],
  [
    { PROC_PASSWORD_DOMAIN: 'p.example.org' },
    ['https://p.example.org/proc', undefined, 'https://p.example.org/proc'],
  ],
])('with domains, whatever was asked: %j', (env, [open, certificate, password]) => {
  const addresses = addressesOf(event('elsewhere.example.org'), readDomains(env))
  expect(addresses).toEqual({ open, certificate, password })
})

test('capabilities have an interface for each way in that there is', () => {
  const text = capabilitiesDocument({
    open: 'https://p/proc',
    certificate: undefined,
    password: 'https://p/proc',
  })
  expect(text).toContain('<accessURL use="base">https://p/proc/auth/job</accessURL>')
  expect(text).toContain('#BasicAA')
  expect(text).not.toContain('tls-with-certificate')
})
