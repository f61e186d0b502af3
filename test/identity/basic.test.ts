import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBasic } from '../../lib/identity/basic.ts'

const encoded = (text: string | Buffer) => Buffer.from(text).toString('base64')

describe('an Authorization header', () => {
  test.each([
    // RFC 7617, section 2 and 2.1
    ['Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', { user: 'Aladdin', password: 'open sesame' }],
    ['Basic dGVzdDoxMjPCow==', { user: 'test', password: '123£' }],
    ['bAsIc   QWxhZGRpbjpvcGVuIHNlc2FtZQ', { user: 'Aladdin', password: 'open sesame' }],
    [`Basic ${encoded('a:b:c')}`, { user: 'a', password: 'b:c' }],
    [`Basic ${encoded('a:')}`, { user: 'a', password: '' }],
    [`Basic ${encoded(':b')}`, { user: '', password: 'b' }],
  ])('%s', (header, credentials) => expect(readBasic(header)).toEqual(credentials))

  test.each([
    undefined,
    '',
    'Basic',
    'Basic ',
    'Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    'BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    `Basic ${encoded('no colon')}`,
    'Basic QWxh!ZGRpbjpvcGVuIHNlc2FtZQ==',
    'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==, Basic YTpi',
    'Basic YTpi=YTpi',
    'Basic YTpiA', // cannot be the end of any base64 text
    `Basic ${encoded(Buffer.from([0x61, 0x3a, 0xff]))}`,
    `Basic ${encoded('a:b\0c')}`,
    `Basic ${encoded('a\n:b')}`,
  ])('%j holds no credentials', (header) => expect(readBasic(header)).toBeUndefined())

  test('any user and password come back as they were', () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((value) => !/[\u0000-\u001f\u007f]|\p{Surrogate}/u.test(value))
    fc.assert(
      fc.property(
        text.filter((user) => !user.includes(':')),
        text,
        (user, password) => {
          expect(readBasic(`Basic ${encoded(`${user}:${password}`)}`)).toEqual({ user, password })
        },
      ),
    )
  })

  test('anything else never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        readBasic(text)
        readBasic(`Basic ${text}`)
        readBasic(`Basic ${encoded(text)}`)
      }),
    )
  })
})
