/** What a submission brings. */
import { checkDescription } from '../../../lib/request/description.ts'
import { readForm } from '../../../lib/request/form.ts'
import { checkProgram } from '../../../lib/request/program.ts'
import { readSubmission } from '../../../lib/request/submission.ts'
import { ownFiles, WrittenFiles } from '../../../lib/request/written-file.ts'
import { digestOf } from '../../../lib/staging/stage.ts'
import type { Reader } from '../reader.ts'

const DESCRIPTION = [
  ...[
    'queue',
    'queue\n',
    'queue $(a)',
    'queue $(a)\n',
    'a = $(b)$(b)\n',
    'b = $(c)$(c)\n',
    'c = 1+1\n',
    '$(a)',
    '1+',
    'queue x from (',
    ' from ',
    ' in ',
    ' matching ',
    'table(',
    '[',
    'files ',
    '\\\n',
    '@=',
    'x @=tag\n',
    '@tag\n',
  ],
  ...[
    'include',
    'include : ',
    'if ',
    'endif',
    'universe = ',
    '+x = ',
    'my.',
    'requirements',
    'output = job\n',
    '|',
    '$(',
  ],
]
const MULTIPART = [
  '--b',
  '\r\n--b',
  '--',
  '\r\n',
  'Content-Disposition: form-data; name="a"',
  'filename=',
  '\r\n\r\n',
]
const TYPE = ['multipart/form-data', ';boundary=b', '; boundary="', '\\"', '; a=b']
const FILE = ['a,param:a', 'param:', 'vos://', 'vm:/', '//a/b', '..', 'vmi:']
const UUID = '0123abcd-0123-0123-0123-0123456789ab'
const description = [
  'request/description#checkDescription',
  'request/queue-count#QueueCounts',
  'request/queue-statement#isQueue',
  'request/queue-statement#readQueue',
  'request/queue-statement#itemsFollow',
  'request/written-file#WrittenFiles',
]
const form = ['request/form#readForm']

const checked = (text: string) => checkDescription(Buffer.from(text), { job: 'job', exec: 'exec' })
const parts = new Map([['a', { bytes: Buffer.from('a') }]])

/** A submission with one parameter as it was sent. */
const submission = (name: string, value: string) =>
  readSubmission(
    new Map([
      ['job', 'job,param:a'],
      ['exec', 'exec,param:a'],
      ['image', `vmi:${UUID}`],
      ['flavor', `fli:${UUID}`],
      [name, value],
    ]),
    parts,
  )

export const submissions: readonly Reader[] = [
  {
    name: 'a program',
    covers: ['request/program#checkProgram'],
    tokens: ['#!', '\r\n', '\n'],
    read: (words) => {
      for (const start of ['', '#!']) {
        const bytes = Buffer.from(start + words)
        try {
          checkProgram({ kind: 'param', part: 'a', bytes, isField: true })
        } catch {
          // It is refused.
        }
      }
    },
  },
  { name: 'a description', covers: description, tokens: DESCRIPTION, read: checked },
  ...[
    'x = ',
    'universe = ',
    'x @=tag\n',
    'x @=',
    'queue x from (',
    'queue ',
    'include',
    '+',
    '# ',
  ].map((start) => ({
    name: `a description behind ${JSON.stringify(start)}`,
    covers: description,
    tokens: DESCRIPTION,
    read: (text: string) => checked(`${start}${text}\nqueue\n`),
  })),
  {
    name: 'the files that a job writes',
    covers: [...description, 'request/written-file#ownFiles'],
    tokens: DESCRIPTION,
    read: (text) => {
      const files = new WrittenFiles(ownFiles(submission('job', 'job,param:a')))
      files.assign('output', text)
      files.check(text)
    },
  },
  {
    name: 'a form',
    covers: form,
    tokens: MULTIPART,
    read: (text) => readForm('multipart/form-data; boundary=b', Buffer.from(text)),
  },
  {
    name: 'a part of a form',
    covers: form,
    tokens: MULTIPART,
    read: (text) =>
      readForm(
        'multipart/form-data; boundary=b',
        Buffer.from(`--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${text}\r\n--b--\r\n`),
      ),
  },
  {
    name: 'the headers of a part',
    covers: form,
    tokens: MULTIPART,
    read: (text) =>
      readForm(
        'multipart/form-data; boundary=b',
        Buffer.from(`--b\r\nContent-Disposition: ${text}\r\n\r\na\r\n--b--\r\n`),
      ),
  },
  {
    name: 'the type of a form',
    covers: form,
    tokens: TYPE,
    read: (text) => readForm(text, Buffer.from('a')),
  },
  {
    name: 'the boundary of a form',
    covers: form,
    tokens: TYPE,
    read: (text) => readForm(`multipart/form-data${text}`, Buffer.from(text)),
  },
  ...['job', 'exec', 'image', 'flavor'].map((name) => ({
    name: `parameter ${name}`,
    covers: ['request/submission#readSubmission', 'staging/stage#digestOf'],
    tokens: FILE,
    read: (text: string) => {
      digestOf(submission(name, text))
    },
  })),
  ...['param:', 'vos:', 'vos://a/', 'vm:', 'vm:/'].map((scheme) => ({
    name: `a source behind ${scheme}`,
    covers: ['request/submission#readSubmission', 'staging/stage#digestOf'],
    tokens: FILE,
    read: (text: string) => digestOf(submission('exec', `exec,${scheme}${text}`)),
  })),
]
