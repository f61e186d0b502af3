import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { parse as secondOpinion } from 'lambda-multipart-parser'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { readForm } from '../../lib/request/form.ts'

const TYPE = 'multipart/form-data; boundary=b'
/** A body of parts: each the headers after the name, and its bytes. */
const body = (...parts: [disposition: string, bytes: string | Buffer][]) =>
  Buffer.concat([
    ...parts.flatMap(([disposition, bytes]) => [
      Buffer.from(`--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
      Buffer.from(bytes),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--b--\r\n'),
  ])
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const refused = (message: RegExp, status = 400) =>
  expect.objectContaining({ status, message: expect.stringMatching(message) })

describe('the bytes of a part arrive unchanged', () => {
  test.each([
    ['name="x"'],
    ['name="x"; filename="f"'],
    ['name="x"; filename=""'],
    ['name="x"\r\nContent-Type: text/plain'],
    ['name="x"\r\nContent-Type: text/plain; charset=utf-8'],
    ['name="x"\r\ncontent-type: text/plain; charset="UTF-16LE"'],
    ['name="x"\r\nContent-Type: application/octet-stream'],
    ['name="x"; filename="f"\r\nContent-Type: text/plain;charset=utf-8'],
    ['name="x"\r\nContent-Transfer-Encoding: BINARY'],
  ])('%j', async (disposition) => {
    const form = await readForm(TYPE, body([disposition, everyByte]))
    expect(form.get('x')?.bytes.equals(everyByte)).toBe(true)
  })

  test('also above the 1 MB at which busboy cuts a text field', async () => {
    const big = randomBytes(3_000_000)
    const form = await readForm(TYPE, body(['name="x"', big], ['name="y"; filename="y"', big]))
    expect(form.get('x')?.bytes.equals(big)).toBe(true)
    expect(form.get('y')?.bytes.equals(big)).toBe(true)
  })

  test('any bytes in any number of parts, and lambda-multipart-parser agrees on files', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
      fc
        .string({ unit: fc.constantFrom('\r\n', '\r', '\n', '-', '--b', 'b', ':', ' ') })
        .map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(bytes, { maxLength: 5 }),
        fc.boolean(),
        async (contents, asFile) => {
          fc.pre(
            contents.every((content) => !`\r\n${content.toString('latin1')}`.includes('\r\n--b')),
          )
          const sent = body(
            ...contents.map((content, index): [string, Buffer] => [
              `name="p${index}"${asFile ? `; filename="f${index}"` : ''}`,
              content,
            ]),
          )
          const form = await readForm(TYPE, sent)
          expect([...form.values()].map(({ bytes }) => bytes)).toEqual(contents)
          expect([...form.keys()]).toEqual(contents.map((_, index) => `p${index}`))
          if (!asFile || contents.length === 0) return
          const event = {
            headers: { 'content-type': TYPE },
            body: sent.toString('base64'),
            isBase64Encoded: true,
          }
          const other = await secondOpinion(event as never)
          // It loses empty files.
          expect(other.files.map(({ content }) => content)).toEqual(
            contents.filter(({ length }) => length > 0),
          )
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('names', () => {
  test('of files do not matter, those of their parts do', async () => {
    const form = await readForm(
      TYPE,
      body(
        ['name="job"', 'a'],
        ['name="exec"; filename="C:\\\\x\\\\run.sh"', 'b'],
        ['name="Zoë"; filename="Zoë"', ''],
      ),
    )
    expect([...form]).toEqual([
      ['job', { bytes: Buffer.from('a'), isField: true }],
      ['exec', { bytes: Buffer.from('b') }],
      ['Zoë', { bytes: Buffer.alloc(0) }],
    ])
  })

  test('of an object are ordinary', async () => {
    const form = await readForm(TYPE, body(['name="__proto__"', 'a'], ['name="files"', 'b']))
    expect([...form.keys()]).toEqual(['__proto__', 'files'])
  })

  test.each([
    [body(['name="x"', '1'], ['name="x"', '1']), /two parts are named 'x'/],
    [body(['name="x"', '1'], ['name="x"; filename="y"', '2']), /two parts are named 'x'/],
    [body(['name=""', '1']), /no name/],
    [body(['filename="x"', '1']), /no name/],
    [Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n'), /Content-Disposition/],
    [
      Buffer.from('--b\r\nContent-Disposition: attachment; name="x"\r\n\r\nx\r\n--b--\r\n'),
      /Content-Disposition/,
    ],
    [body(['name="x"\r\nContent-Transfer-Encoding: base64', 'AAAA']), /base64/],
  ])('%#: is refused', async (sent, message) => {
    await expect(readForm(TYPE, sent)).rejects.toThrow(refused(message))
  })
})

describe('the Content-Type', () => {
  test.each([
    'MULTIPART/Form-Data; BOUNDARY=b',
    'multipart/form-data;boundary="b"',
    'multipart/form-data ; charset=utf-8 ; boundary=b',
    'multipart/form-data; x="; boundary=c"; boundary="\\b"',
  ])('%s', async (type) => {
    expect((await readForm(type, body(['name="x"', 'y']))).get('x')?.bytes.toString()).toBe('y')
  })

  test("boundaries of RFC 2046's whole alphabet, quoted and as careless clients send them", async () => {
    for (const boundary of ["'()+_,-./:=?", '*****', '----WebKitFormBoundaryAbC', '=_a b c=']) {
      const sent = Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--${boundary}--`,
      )
      const types = [`multipart/form-data; boundary="${boundary}"`]
      if (!boundary.includes(' ')) types.push(`multipart/form-data; boundary=${boundary}`)
      for (const type of types) expect((await readForm(type, sent)).size).toBe(1)
    }
  })

  test.each([
    ['application/json', /multipart\/form-data, not 'application\/json'/],
    ['application/x-www-form-urlencoded', /multipart/],
    ['multipart/form-dataX; boundary=b', /multipart/],
    ['multipart/mixed; boundary=b', /multipart/],
    ['multipart/form-data', /boundary/],
    ['multipart/form-data; boundary=', /boundary/],
    ['multipart/form-data; boundary=""', /boundary/],
    [`multipart/form-data; boundary=${'b'.repeat(71)}`, /boundary/],
    ['multipart/form-data; boundary="b "', /boundary/],
    ['multipart/form-data; boundary="é"', /boundary/],
    [undefined, /no Content-Type/],
    [' ', /no Content-Type/],
  ])('%s is refused', async (type, message) => {
    await expect(readForm(type, body(['name="x"', 'y']))).rejects.toThrow(refused(message))
  })

  test('is not needed where there is no body', async () => {
    expect((await readForm(undefined, Buffer.alloc(0))).size).toBe(0)
    await expect(readForm('application/json', Buffer.alloc(0))).rejects.toThrow(
      refused(/multipart/),
    )
  })
})

describe('what is no form', () => {
  const whole = body(['name="x"; filename="f"', 'content'], ['name="y"', 'more'])

  test('a body cut anywhere before its last boundary', async () => {
    for (let length = 0; length < whole.length - 2; length += 1) {
      await expect(readForm(TYPE, whole.subarray(0, length))).rejects.toThrow(
        refused(/cannot be read/),
      )
    }
    expect((await readForm(TYPE, whole.subarray(0, -2))).size).toBe(2)
  })

  test.each([
    ['garbage', /ends before/],
    ['--b\r\nContent-Disposition\r\n\r\nx\r\n--b--', /malformed header/],
    [
      '--b\r\n Content-Disposition: form-data; name="x"\r\n\r\nx\r\n--b--',
      /malformed header|Content-Disposition/,
    ],
    ['--b\r\n--b\r\n--b--', /malformed header|ends before/],
    ['--bx\r\nContent-Disposition: form-data; name="x"\r\n\r\nx\r\n--b--', /boundary/],
    [
      '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nx\r\n--bc\r\n--b--',
      /boundary occurs inside/,
    ],
    [
      '--b\nContent-Disposition: form-data; name="x"\n\nx\n--b--',
      /end in LF, and must end in CR LF/,
    ],
  ])('%j', async (text, message) => {
    await expect(readForm(TYPE, Buffer.from(text))).rejects.toThrow(refused(message))
  })

  test('more parts than a submission has use for', async () => {
    const parts = (count: number) =>
      body(
        ...Array.from({ length: count }, (_, index): [string, string] => [`name="p${index}"`, '']),
      )
    expect((await readForm(TYPE, parts(32))).size).toBe(32)
    await expect(readForm(TYPE, parts(33))).rejects.toThrow(refused(/more than 32/, 413))
    await expect(readForm(TYPE, parts(3), { parts: 2 })).rejects.toThrow(
      refused(/more than 2/, 413),
    )
  })

  test('any body and any type give a form or a Problem', async () => {
    const pieces = fc.constantFrom(
      '--b',
      '--b--',
      '\r\n',
      '\r',
      '\n',
      '-',
      'Content-Disposition: form-data; name="x"',
      'Content-Disposition: form-data; name=',
      'Content-Type: text/plain',
      ' ',
      ':',
      '"',
      'x',
      '\0',
      '\xff',
    )
    const bodies = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      fc.array(pieces, { maxLength: 25 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
    )
    const types = fc.oneof(
      { weight: 4, arbitrary: fc.constant(TYPE) },
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `multipart/form-data; boundary=${text}`),
      fc.string().map((text) => `multipart/form-data; boundary="${text}"`),
    )
    await fc.assert(
      fc.asyncProperty(types, bodies, async (type, sent) => {
        try {
          expect(await readForm(type, sent)).toBeInstanceOf(Map)
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
        }
      }),
      { numRuns: 3_000 },
    )
  })
})

test('what curl sends, in all of its ways', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'canfar-proc-form-'))
  const requests: { type: string | undefined; body: Buffer }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    requests.push({ type: request.headers['content-type'], body: Buffer.concat(chunks) })
    response.end()
  })
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const binary = Buffer.concat([Buffer.from('#!/bin/sh\n'), randomBytes(1_500_000)])
    writeFileSync(join(directory, 'run.bin'), binary)
    const curl = (...args: string[]) =>
      promisify(execFile)('curl', ['-s', '-S', '-X', 'POST', ...args, url], { cwd: directory })
    const forms = [
      'text=<run.bin',
      'file=@run.bin',
      'typed=<run.bin;type=text/plain; charset=utf-8',
    ]
    await curl(...forms.flatMap((form) => ['-F', form]), '-F', 'plain=universe = vanilla')
    await curl()
    const digest = (bytes?: Buffer) =>
      createHash('sha256')
        .update(bytes ?? '')
        .digest('hex')
    const [sent, empty] = await Promise.all(requests.map(({ type, body }) => readForm(type, body)))
    for (const name of ['text', 'file', 'typed']) {
      expect(digest(sent?.get(name)?.bytes)).toBe(digest(binary))
    }
    expect(sent?.get('plain')?.bytes.toString()).toBe('universe = vanilla')
    expect(empty?.size).toBe(0)
  } finally {
    server.close()
    rmSync(directory, { recursive: true, force: true })
  }
})
