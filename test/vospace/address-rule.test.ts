import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressRule } from '../../lib/staging/vospace/address-rule.ts'

describe('addresses', () => {
  const https = new URL('https://vos.example/')
  const none = addressRule([], [])

  test.each([
    ...['8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '192.0.1.1', '223.255.255.255'],
    ...['2606:4700::1111', '2a00:1450:4009::1', '2001:4860:4860::8888'],
  ])('%s is public', (address) => expect(none(address, https)).toBeUndefined())

  test.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1'],
    ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.168.1.1', '198.18.0.1'],
    ...['192.0.0.170', '192.0.2.1', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.250'],
    ...[
      '240.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:8.8.8.8',
      '::ffff:10.0.0.1',
      '::7f00:1',
    ],
    ...['64:ff9b::808:808', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::'],
    ...['fc00::1', 'fd12:3456::1', 'fe80::1', 'fec0::1', 'ff02::1', '3fff::1', 'fd00:ec2::254'],
    ...['', 'localhost', '127.0.0.1.example'],
  ])('%s is not', (address) => expect(none(address, https)).toBeTypeOf('string'))

  test('that the operator allows are reached, link-local ones never', () => {
    const rule = addressRule(['10.0.0.0/8', '169.254.0.0/16', 'fd00::/8'], ['vos.example'])
    const all = addressRule(['0.0.0.0/0', '::/0'], ['vos.example'])
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '192.168.0.1']) {
      expect(rule(address, https)).toBeUndefined()
    }
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.1.1',
      'fe80::1',
      'fd00:ec2::254',
      '::',
    ]) {
      expect(rule(address, https)).toBeTypeOf('string')
      expect(all(address, https)).toBeTypeOf('string')
    }
    const other = new URL('https://other.example/')
    expect(rule('192.168.0.1', other)).toBeTypeOf('string')
  })

  test('take http on loopback alone, and only where that is allowed', () => {
    const http = new URL('http://localhost:9443/')
    for (const rule of [addressRule(['127.0.0.0/8'], []), addressRule([], ['localhost:9443'])]) {
      expect(rule('127.0.0.1', http)).toBeUndefined()
      expect(rule('8.8.8.8', http)).toBeTypeOf('string')
      expect(rule('10.0.0.1', http)).toBeTypeOf('string')
    }
    expect(none('127.0.0.1', http)).toBeTypeOf('string')
    expect(addressRule([], ['localhost:80'])('127.0.0.1', http)).toBeTypeOf('string')
    expect(
      addressRule([], ['localhost:80'])('127.0.0.1', new URL('http://localhost/')),
    ).toBeUndefined()
    expect(addressRule([], ['vos.example:443'])('10.0.0.1', https)).toBeUndefined()
  })

  test('of IPv4 are never reached in an IPv6 dress', () => {
    const dresses = ['::ffff:', '::', '64:ff9b::', '64:ff9b:1::']
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom(...dresses), (address, dress) => {
        expect(none(`${dress}${address}`, https)).toBeTypeOf('string')
      }),
    )
  })
})
