import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { readSubmission } from '../../lib/request/submission.ts'

const IMAGE = 'a4728b62-d15f-4e10-8475-1481ea3037d4'
const FLAVOR = 'de7afe99-a559-4744-bab7-fbc30e85fcfc'
const parts = new Map([
  ['job_sub', { bytes: Buffer.from('queue') }],
  ['exec_ls', { bytes: everyByte() }],
])
function everyByte() {
  return Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
}
const description = new Map([...parts].slice(0, 1))
const none: typeof parts = new Map()
const asked = (changes: Record<string, string | undefined> = {}, form = parts) => {
  const query: Record<string, string | undefined> = {
    job: 'jobFile,param:job_sub',
    exec: 'execFile,param:exec_ls',
    image: `vmi:${IMAGE}`,
    flavor: `fli:${FLAVOR}`,
    ...changes,
  }
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return readSubmission(new Map(given), form)
}
const refused = (message: string | RegExp) =>
  expect.objectContaining({ status: 400, message: expect.stringMatching(message) })

describe("the original documentation's examples", () => {
  test('1: both files in the request', () => {
    expect(asked()).toEqual({
      job: {
        name: 'jobFile',
        source: { kind: 'param', part: 'job_sub', bytes: Buffer.from('queue') },
      },
      exec: { name: 'execFile', source: { kind: 'param', part: 'exec_ls', bytes: everyByte() } },
      image: IMAGE,
      flavor: FLAVOR,
    })
  })
  test('2: the executable in VOSpace', () => {
    const uri = 'vos://cadc.nrc.ca~vospace/test/myProgram.exe'
    expect(asked({ exec: `execFile,${uri}` }, description).exec.source).toEqual({
      kind: 'vos',
      uri,
    })
  })
  test('3: the description in VOSpace, the executable on the VM', () => {
    const example = {
      job: 'jobFile,vos://cadc.nrc.ca~vospace/test/myJobSubmitFile',
      exec: 'execFile,vm:/my/folder/myProgram.exe',
    }
    const submission = asked(example, none)
    expect(submission.job.source.kind).toBe('vos')
    expect(submission.exec.source).toEqual({ kind: 'vm', path: '/my/folder/myProgram.exe' })
  })
})

test('details that are no mistakes', () => {
  expect(asked({ exec: 'e,VOS://a~b/x,y' }, description).exec).toEqual({
    name: 'e',
    source: { kind: 'vos', uri: 'vos://a~b/x,y' },
  })
  expect(asked({ image: `VMI:${IMAGE.toUpperCase()}` }).image).toBe(IMAGE)
  const same = { job: 'same,param:job_sub', exec: 'Same,param:job_sub' }
  expect(asked(same, description).exec.name).toBe('Same')
  expect(asked({ exec: 'e,vm:/.hidden/a b/..c/x' }, description).exec.source).toEqual({
    kind: 'vm',
    path: '/.hidden/a b/..c/x',
  })
  for (const name of [
    'f.in',
    'p.bsx',
    'test_script.bash',
    'Zoë',
    '日本',
    '_',
    'a b',
    'a:b=c~d@e+f',
    'a'.repeat(200),
  ]) {
    expect(asked({ job: `${name},param:job_sub` }).job.name).toBe(name)
  }
})

describe('mistakes are named', () => {
  test.each<[Record<string, string | undefined>, string | RegExp]>([
    [
      { image: undefined },
      /^missing parameter: image=vmi:<uuid> in the URL \(after the \?, not in the body\)$/,
    ],
    [
      { job: undefined, flavor: undefined },
      /^missing parameters: job=<name>,<uri>&flavor=fli:<uuid> in the URL/,
    ],
    [{ job: 'jobFile' }, /^job must be <name>,<uri>, not 'jobFile'/],
    [{ job: 'param:job_sub' }, /^job must be <name>,<uri>/],
    [{ job: 'j,param:job' }, /^job: the body has no part 'job'; received: 'job_sub', 'exec_ls'$/],
    [{ job: 'j,param:' }, /^job: the body has no part ''/],
    [{ exec: 'e,param:JOB_SUB' }, /^exec: the body has no part 'JOB_SUB'/],
    [{ job: 'j,vm:/x' }, /^job cannot be on the VM/],
    [{ job: 'j,http://x/y' }, /^job: .* must begin with one of param:, vos:, not 'http:\/\/x\/y'$/],
    [
      { exec: 'e,file:/etc/passwd' },
      /^exec: .* must begin with one of param:, vos:, vm:, not 'file:\/etc\/passwd'$/,
    ],
    [{ exec: 'e,' }, /must begin with one of param:, vos:, vm:/],
    [{ exec: 'e,/bin/ls' }, /must begin with one of param:, vos:, vm:/],
    [{ exec: 'e,vos:test/x' }, /not vos:\/\/authority\/path/],
    [{ exec: 'e,vos://a~b' }, /not vos:\/\/authority\/path/],
    [{ exec: 'e,vos://a~b/' }, /not vos:\/\/authority\/path/],
    [{ exec: 'e,vos:///x' }, /not vos:\/\/authority\/path/],
    [{ exec: 'e,vos://a~b/x\ny' }, /'vos:\/\/a~b\/x\?y' is not vos/],
    [{ exec: 'jobFile,param:exec_ls' }, /both named 'jobFile'/],
    [{ image: IMAGE }, /^image must be vmi:<uuid>, not/],
    [{ image: `fli:${IMAGE}` }, /^image must be vmi:<uuid>/],
    [{ flavor: `vmi:${IMAGE}` }, /^flavor must be fli:<uuid>/],
    [{ image: 'vmi:ubuntu' }, "^image_id 'ubuntu' is not a valid UUID$"],
    [{ flavor: `fli:{${FLAVOR}}` }, /^flavor_id .* is not a valid UUID$/],
    [{ flavor: `fli:${FLAVOR}\n` }, /^flavor_id .* is not a valid UUID$/],
    [{ flavor: `fli:${FLAVOR.slice(1)}` }, /^flavor_id .* is not a valid UUID$/],
  ])('%j', (changes, message) => {
    expect(() => asked(changes)).toThrow(refused(message))
  })

  test.each([
    '',
    '.',
    '..',
    '.x',
    '-x',
    ' x',
    'x ',
    'a/b',
    '../a',
    'a\\b',
    'a\0',
    'a\nb',
    'a$(b)',
    "a'b",
    'a"b',
    'a;b',
    '\u0301a',
    'é'.repeat(101),
  ])('%j is no file name', (name) =>
    expect(() => asked({ job: `${name},param:job_sub` })).toThrow(
      refused(/^job: .* cannot be a file name/),
    ),
  )

  test.each([
    '',
    'x',
    './x',
    '/',
    '//x',
    '/x/',
    '/x//y',
    '/../x',
    '/x/..',
    '/x/.',
    '/x /y',
    '/x\ty',
    '/$(x)',
    '/a"b',
    `/${'x'.repeat(201)}`,
    `/.${'x'.repeat(200)}`,
    '/x'.repeat(513),
  ])('%j is no path on the VM', (path) =>
    expect(() => asked({ exec: `e,vm:${path}` })).toThrow(refused(/^exec: .* absolute path/)),
  )
})

test('a part that neither job nor exec names is told, wherever it stands', () => {
  const other = (name: string) => [name, { bytes: Buffer.from('1') }] as const
  const told =
    "the form has a part 'data.txt' that neither job nor exec names (param:<part>); input files are not taken from the " +
    'form: put them into VOSpace or on the shared file system'
  for (const form of [
    [...parts, other('data.txt')],
    [other('data.txt'), ...parts],
  ]) {
    const message = expect.objectContaining({ status: 400, message: told })
    expect(() => asked({}, new Map(form))).toThrow(message)
  }
  expect(() => asked({ exec: 'e,vm:/x' })).toThrow(refused(/ a part 'exec_ls' that neither/))
  const long = new Map([...parts, other('\n'.repeat(5_000))])
  expect(() => asked({}, long)).toThrow(
    refused(/^the form has a part '\?{100}\.\.\.' that neither/),
  )
})

test('any four values give a submission of safe names, or a Problem', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        ...'ab,:/. é',
        'param:job_sub',
        'vos://a/',
        'vm:/',
        'vmi:',
        'fli:',
        IMAGE,
        ',',
      ),
    }),
  )
  fc.assert(
    fc.property(text, text, fc.boolean(), text, (job, exec, valid, other) => {
      const form = `${job} ${exec}`.includes('param:job_sub') ? description : none
      try {
        const changes = valid ? { job, exec } : { job, exec, image: other, flavor: other }
        const submission = asked(changes, form)
        for (const { name } of [submission.job, submission.exec]) {
          expect(name).toMatch(/^[^\s./\\'"$;`|&<>(){}\-\p{Cc}][^/\\'"$;`|&<>(){}\p{Cc}]*$/u)
        }
      } catch (error) {
        expect(error).toBeInstanceOf(Problem)
        expect((error as Problem).message).not.toMatch(/\p{Cc}/u)
      }
    }),
    { numRuns: 5_000 },
  )
})
