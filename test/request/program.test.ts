import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readForm } from '../../lib/request/form.ts'
import { checkProgram } from '../../lib/request/program.ts'

const look = (bytes: string | Buffer, isField?: boolean) =>
  checkProgram({ kind: 'param', part: 'p', bytes: Buffer.from(bytes), ...(isField && { isField }) })

test('a script, a program and what does not come with the request are fine', () => {
  for (const fine of [
    '#!/bin/sh\necho hi\r\n',
    '#!/bin/sh',
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]),
  ]) {
    expect(look(fine)).toEqual([])
    expect(look(fine, true)).toEqual([])
  }
  expect(checkProgram({ kind: 'vm', path: '/bin/true' })).toEqual([])
  expect(checkProgram({ kind: 'vos', uri: 'vos://a/b' })).toEqual([])
})

test.each([
  ['a file of Windows', '#!/bin/sh\r\necho hi\r\n', false, /^(?!.*Blob).*CR LF.*dos2unix/],
  ['a text field', '#!/usr/bin/env python3\r\nprint(1)\r\n', true, /text field.*new Blob\(/],
  ['a byte order mark', '\ufeff#!/bin/sh\n', false, /byte order mark/],
  ['a byte order mark of a field', '\ufeff#!/bin/sh\r\n', true, /byte order mark/],
])('%s is refused, with what helps', (_, text, isField, words) => {
  expect(() => look(text, isField)).toThrow(
    expect.objectContaining({ status: 400, message: expect.stringMatching(words) }),
  )
})

test.each([
  ['text without #!', 'echo hi\n', /does not begin with #!/],
  ['text of any script', 'écho 中\n', /does not begin with #!/],
  ['nothing', '', /is empty/],
])('%s is accepted, with a warning', (_, text, words) => {
  expect(look(text)).toEqual([expect.stringMatching(words)])
})

test('fields and files of a form are told apart, and _charset_ is no part of it', async () => {
  const part = (head: string, text: string) =>
    `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`
  const body = `${part('name="_charset_"', 'utf-8')}${part('name="a"', '1')}${part('name="f"; filename="x"', '2')}${part('name="g"; filename=""', '3')}--b--`
  const form = await readForm('multipart/form-data; boundary=b', Buffer.from(body))
  expect([...form].map(([name, { isField }]) => [name, isField])).toEqual([
    ['a', true],
    ['f', undefined],
    ['g', true],
  ])
})

test('a compressed body is said to be one', async () => {
  const form = readForm('multipart/form-data; boundary=b', gzipSync('--b--'))
  await expect(form).rejects.toThrow(/compressed \(gzip\)/)
})
