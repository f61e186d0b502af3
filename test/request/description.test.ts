import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../lib/problem.ts'
import { checkDescription } from '../../lib/request/description.ts'

const check = (text: string | Buffer) => checkDescription(Buffer.from(text))
const refused = (message: string | RegExp, status = 400) =>
  expect.objectContaining({ status, message: expect.stringMatching(message) })

/** All of these were accepted by condor_submit 23.9.6 -dry-run. */
const LEGAL: Record<string, string> = {
  plain: 'Universe = vanilla\nExecutable = /bin/ls\nArguments = -l\nQueue\n',
  'no line end': 'queue',
  CRLF: 'executable = x\r\nqueue 4\r\n',
  'counts and variables': 'queue 2 x,y in a b c',
  'several queue statements': 'arguments = 1\nqueue\narguments = 2\nqueue 2\n',
  'queue over continued lines': 'que\\\nue 1\n',
  'a tutorial':
    'output = $(arguments).out\nqueue arguments from (\n  ngc1.fits 5\n  ngc2.fits 6\n)\n',
  'items that look like statements':
    'queue x from (\n  requirements = 1\n include : y\n universe = local\n queue x from ls |\n)\n',
  'items without a blank before the bracket': 'queue x from(\nrequirements = 1\n)\n',
  'items with a slice': 'queue arguments from [0:1] (\n+VMAMI = 2\n)\n',
  'items with brackets': 'queue x from (\na (1)\nb) c\nrequirements = 1\n)\n',
  'items in one line': 'queue x in (a b)\nx = 1\n',
  'items behind a macro, a list, qualifiers and a bracket':
    'n = 2\nqueue $(n) f from (\ninclude/a.h\nrequirements = 1\nqueue 0\n)\nqueue max({1,2}) x from (\n+VMAMI = 1\n)\nqueue x in [1:] (\ninclude : a\n)\nqueue 1 x in(\ninclude : a\n)\nqueue a from (f(1) 2\ninclude 3\n)\n',
  'words in values':
    'arguments = "include : x requirements = 1 +VMAMI = 2"\nx = universe = local\nqueue\n',
  'words in comments': '# requirements = x\n  #include : y\n# queue x from ls |\nqueue\n',
  'a comment that ends in a backslash': '# x \\\nqueue\n',
  'a comment amid continued lines': 'arguments = a \\\n# requirements = 1 \\\n b\nqueue\n',
  'longer words': 'include_dir = x\ninclude.x = 3\nrequirements_x = 1\nqueue_x = 2\nqueue\n',
  'a macro called include': 'include = 3\nqueue\n',
  "a user's own macros": 'VMImage = 3\nvmami = 4\narguments = $(VMImage)\nqueue\n',
  'other attributes': '+VMKeepAlive = 3\n+ProjectName = "x"\nMY.Foo = 1\nrank = KFlops\nqueue\n',
  'universe by number, in any case, empty, from a macro':
    'universe = 5\nUNIVERSE=Vanilla\nuniverse=\nuniverse=$(u)\nqueue\n',
  containers: 'universe = docker\nUniverse = Container\nqueue\n',
  'no proxy and no tokens': 'use_x509userproxy = False\nuse_oauth_services =\nqueue\n',
  'a branch that is not taken': 'if false\nuniverse = local\nendif\nqueue\n',
  'a text of several lines with a tag of 1 MB': `x @=${'t'.repeat(1e6)}\n@t\n@${'t'.repeat(1e6)}\nqueue\n`,
  'a text of several lines': 'x @=end\nrequirements = 1\n@END\ninclude : y\n@end\nqueue\n',
  'a text of several lines with any tag':
    'x @=my-end\nuniverse = local\n@end\n@my-end\nx @=\nqueue 0\n@\ny @= a b\ninclude : y\n@a b\nqueue\n',
  'items behind macros':
    's = [0:2]\nqueue x from $(s) (\nrequirements = 1\n)\nb = 2\nqueue x in (a $(b)\nrequirements = 1\n)\n',
  'a vertical bar among items': 'queue x from (ls |\nb\n)\nqueue x in (a from |\nb\n)\n',
  'an opened text in a branch that is not taken': 'if false\nx @=end\nendif\nqueue\n',
  'an opened list in a branch that is not taken': 'if false\nqueue x from (\nendif\nqueue\n',
  'no text behind a warning': 'warning : mail a@=b\nqueue\n',
  'a macro of several lines called include': 'include @=end\na\n@end\nqueue\n',
  'a colon in front':
    ':if false\n:universe = local\n:queue 0\n:endif\nif true\n:arguments = 1\nendif\nqueue\n',
  'the last character of a comment amid continued lines': 'n = 0\\\n# 3\nqueue $(n)\n',
  'a pipe that is none of a command': 'arguments = a |\nqueue x in a |\n',
  'a vertical bar in items': 'queue x from (\n ls |\n)\n',
  'Latin-1': Buffer.from('arguments = Zoë\nqueue\n', 'latin1').toString('latin1'),
}

describe('legal descriptions pass', () => {
  test.each(Object.entries(LEGAL))('%s', (_, text) => {
    expect(() => check(text)).not.toThrow()
    expect(() => check(Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1'))).not.toThrow()
  })

  test('0xA0 at the end of a line, a byte of UTF-8 or a blank of Latin-1 that HTCondor does not trim', () => {
    expect(() => check(Buffer.from('arguments = a\\\xa0\nqueue\n', 'latin1'))).not.toThrow()
    expect(() => check('arguments = à\\\n\nqueue\n')).not.toThrow()
    expect(() => check('arguments = à\nqueue\n')).not.toThrow()
  })
})

const generated = (parameter: string, source: string) =>
  `^jobfile should not contain parameter '\\${parameter}'. Reason: Generated from ${source}$`

describe('what is refused, and why', () => {
  test.each([
    ['Requirements = x', generated('Requirements', 'image')],
    ['  requirements=x', generated('Requirements', 'image')],
    ['+Requirements = x', generated('Requirements', 'image')],
    ['REQUIRE\\\n  MENTS = x', generated('Requirements', 'image')],
    ['REQUIRE\\\n# a comment \\\nMENTS = x', generated('Requirements', 'image')],
    ['requirements @=end\nx\n@end', generated('Requirements', 'image')],
    ['+VMAMI = "x"', generated('+VMAMI', 'image')],
    ['+vmami="x"', generated('+VMAMI', 'image')],
    ['\t+\tVmAmI\t=\t"x"', generated('+VMAMI', 'image')],
    ['MY.VMAMI = "x"', generated('+VMAMI', 'image')],
    ['my.vmami = "x"', generated('+VMAMI', 'image')],
    ['-VMAMI = 1', generated('+VMAMI', 'image')],
    ['+VMInstanceType = "x"', generated('+VMInstanceType', 'flavor')],
    ['My.VMInstance\\ \nType = "x"', generated('+VMInstanceType', 'flavor')],
    ['+VMImage = "x"', generated('+VMImage', 'image')],
    ['if true\n+VMImage = "x"\nendif', generated('+VMImage', 'image')],
    ['if true\n:+VMImage = "x"\nendif', generated('+VMImage', 'image')],
    ['queue x from (a) b\n)\ninclude : y', /may not include/],
    ['queue x from (a)\ninclude : y', /may not include/],
    ['include : /etc/passwd', /may not include/],
    ['Include command : ls', /may not include/],
    ['include : ls |', /may not include/],
    ['@include : x', /may not include/],
    ['incl\\\nude command : ls', /may not include/],
    ['x @=end\n@end\ninclude : y', /may not include/],
    ['queue x from (\n1\n)\ninclude : y', /may not include/],
    [
      'universe = local',
      /^universe 'local' is not available here; only vanilla, docker and container are$/,
    ],
    ['UNIVERSE=Scheduler', /only vanilla/],
    ['universe = véhicule', /^universe 'véhicule' is not available here/],
    ['use_oauth_services = x', /not available here: .*the job can fetch/],
    ['x509userproxy = $ENV(HOME)/p', /not available here/],
    ['universe = grid', /only vanilla/],
    ['universe = 12', /only vanilla/],
    ['+JobUniverse = 12', /only vanilla/],
    ['MY.jobuniverse = 7', /only vanilla/],
    ['queue x from ls |', /may not queue from a command/],
    ['Queue 2 x,y FROM [1:] ls -l | \r', /may not queue from a command/],
    ['que\\\nue x from ls \\\n|', /may not queue from a command/],
    ['queue from ls |', /may not queue from a command/],
  ])('%j', (line, message) => {
    for (const text of [`${line}\nqueue\n`, `executable = x\n${line}\nqueue\n`]) {
      expect(() => check(text)).toThrow(refused(message))
      expect(() => check(text.replaceAll('\n', '\r\n'))).toThrow(refused(message))
    }
  })

  test.each([
    ['', /no queue statement$/],
    ['executable = x\n', /no queue statement$/],
    ['# queue\nqueues = 1\nqueue=1\narguments = \\\nqueue\n', /no queue statement$/],
    ['x @=end\nqueue\n@end', /no queue statement$/],
    ['{"queue": 1}', /no queue statement$/],
    ['#!/bin/sh\nls\n', /are job and exec swapped/],
    ['\ufeffqueue\n', /byte order mark/],
    [Buffer.from('\ufeffqueue\n', 'utf16le'), /UTF-16/],
    [Buffer.from('feff00710075', 'hex'), /UTF-16/],
    [Buffer.from('queue\n', 'utf16le'), /NUL/],
    ['queue\n\0', /NUL/],
  ])('%j', (text, message) => {
    expect(() => check(text)).toThrow(refused(message))
  })

  test('more than 4 MiB', () => {
    const of = (size: number) =>
      Buffer.concat([Buffer.from('queue\n'), Buffer.alloc(size - 6, '\n')])
    expect(() => check(of(4 << 20))).not.toThrow()
    expect(() => check(of((4 << 20) + 1))).toThrow(refused(/4 MiB/, 413))
  })
})

const counts = (statements: string) => () => check(`executable = x\n${statements}\n`)
const ZERO = /^'[^']+' queues no jobs, for its count is 0; leave it out, or write how many$/

describe('the count of a queue statement', () => {
  test.each([
    'queue 0',
    'QUEUE\t00 x in (a)',
    'N = 0\nqueue $(n)',
    'n = $(M)\nm = 0\nqueue $(n)',
    'm = 0\nn = $(M)\nqueue $(n)\nqueue',
    'queue\nn = 1\nn = 0\nqueue $(n)',
    'queue 1 - 1',
    'queue 1/2',
    'queue (0)',
    'queue false',
    'queue 0.4 * 2',
    'queue min({0,3})',
    'n = 3\nqueue $(n)-3 x, y from (\na b\n)',
    'n = 0 x\nqueue $(n) in (a b)',
    'w = 0 x in (a)\nqueue $(w)',
    'k = in\nn = 0\nqueue $(n) x $(k) (a)',
    'queue 0 x in(a b)',
    'queue 0 from(\na\n)',
    'queue 0 matching files *',
    'queue 0 in files',
    'iterate 1 - 1',
    'Iter 0 x in (a)',
    'queue 0x in (a)',
    'queue 1-1x in (a)',
    'queue 0 a.b, x1 _ in (a)',
    'queue 0, in (a)',
    'queue min({0,3}) x in (a)',
    'queue ifThenElse(true,0,3) x in (a)',
    'e =\nqueue $(e:0)',
    'e =\nqueue $(e)0',
    'n = 0\n+n = 3\nMY.n = 3\nqueue $(n)',
    'n = 0\nif true\nx = 1\nelse\nx = 2\nendif\nqueue $(n)',
    `${'queue 1\n'.repeat(99)}queue 0`,
  ])('is 0: %j', (statements) => {
    expect(counts(statements)).toThrow(refused(ZERO))
    expect(counts(statements.replaceAll('\n', '\r\n'))).toThrow(refused(ZERO))
  })

  test('a statement is quoted as it was written', () => {
    const message =
      "'queue $(n) in (é)' queues no jobs, for its count is 0; leave it out, or write how many"
    expect(counts('n = 1 - 1\nqueue $(n) in (é)')).toThrow(
      refused(`^${message.replace(/[$()]/g, '\\$&')}$`),
    )
  })

  test.each([
    [
      'counts that are not 0',
      'queue 0 + 1\nqueue 00001\nqueue 1e0\nqueue 1.9\nqueue 010\nqueue 0x10',
    ],
    ['macros', 'n = 0\nn = 1\nqueue $(n)\nn = 0 + 1\nqueue $(n) x in (a)'],
    ['items of 0', 'queue x, y in (0)\nqueue in (0)\nqueue false in (a)\nqueue x from (\n0\n)'],
    ['commas of a list', 'queue max({2,-2}) x in (a b)\nqueue max({1,-1}) x in (a)'],
    ['a macro of several lines', 'n = 0\nn @=x\n3\n@x\nqueue $(n)'],
    ['an empty macro', 'e =\nqueue 0$(e:1)\nqueue $(e)\nqueue $(e:)'],
    [
      "HTCondor's own macros",
      'queue $(Cluster:0)\nqueue $(IsLinux:0)\nqueue $(Year:0)\nqueue $(OPSYSMAJORVER:0)',
    ],
    ...[
      'Cluster',
      'ClusterId',
      'Process',
      'ProcId',
      'Step',
      'Row',
      'ItemIndex',
      'Item',
      'Node',
      'JobId',
    ].map((name) => [`${name} of HTCondor`, `queue\n${name.toLowerCase()} = 0\nqueue $(${name})`]),
    ['items', 'queue f matching files (\nqueue 0\n)\nqueue f in any dirs (\nqueue 0\n)'],
    [
      'items of a table',
      "queue f from table(sep=')') (\nA\nqueue 0\n)\nqueue x from table (a) b\nqueue 0\n)",
    ],
    ['iterate', 'iterate 2\nITER x from (\nqueue 0\n)\n'],
    ['a pattern', 'queue x matching *.dat |\nqueue x from [1:] (a |\nb\n)'],
    ['a macro called endif', 'endif=1\nif false\nqueue 0\nendif'],
    ['a line of ifs', 'ifx = 0\nendifx = 0\nif false\nqueue 0\nendif'],
    ['a variable of items', 'x = 0\nqueue x in (1 2)\nqueue $(x)'],
    ['a variable of items that a macro names', 'x = 0\nw = 1 x in (1 2)\nqueue $(w)\nqueue $(x)'],
    [
      'a branch that is not taken',
      'if false\nqueue 0\nendif\nif defined X\nqueue 0\nelse\nqueue 9\nendif',
    ],
    ['a guard', 'n = 0\nif $(n)\nqueue $(n)\nelse\nqueue\nendif'],
    ['a macro of a branch', 'n = 0\nif true\nn = 3\nendif\nqueue $(n)'],
    ['one with a colon', 'n = 0\nif true\n:n = 3\nendif\nqueue $(n)'],
    ['a name with a prefix', 'n = 0\nsubmit.n = 3\nqueue $(n)\nn = 0\nqueue $(n)'],
    ['a name from a macro', 'p = submit.n\n$(p) = 3\nn = 0\nqueue $(n)'],
    ['a template', 'n = 0\nuse template : x\nqueue $(n)'],
    ['longer words', 'queue_size = 0\nqueue=0\nqueue = 0\nin_count = 2\nqueue $(in_count)'],
    ['itself', 'n = $(n)\nqueue $(n)\nm = 1\nm = $(m) - 1\nqueue $(m)'],
    [
      'what is left to HTCondor',
      'queue $$(n)\nqueue $INT(n)\nqueue $(m)\nqueue 0 - 1\nqueue time()*1\nqueue 0x0',
    ],
    ['more statements than are worked out', `${'queue 1\n'.repeat(100)}queue 0`],
  ])('is not 0, or not known: %s', (_, statements) => {
    expect(counts(statements)).not.toThrow()
    expect(counts(statements.replaceAll('\n', '\r\n'))).not.toThrow()
  })
})

describe('a job that would write over its own files', () => {
  const names = { job: 'j', exec: 'Zoë run' }
  const of = (text: string) => () => checkDescription(Buffer.from(text), names)

  test.each([
    ['error = Zoë run\nqueue', 'exec', 'error', 'Zoë run'],
    ['Output=  Zoë run  \r\nqueue 2\n', 'exec', 'output', 'Zoë run'],
    ['LOG = x\nlog = j\nqueue x from (\n1\n)\n', 'job', 'log', 'j'],
    ['output = j\nqueue\noutput = x\nqueue\n', 'job', 'output', 'j'],
    ['if true\nerror = x\nendif\nlog = j\nqueue\n', 'job', 'log', 'j'],
  ])('%j', (text, parameter, command, name) => {
    const message = `${parameter} and the description's ${command} are both named '${name}': the job would write over its own file; give one of them another name`
    expect(of(text)).toThrow(expect.objectContaining({ status: 400, message }))
  })

  test.each([
    'output = J\nerror = j.err\nlog = $(j)\nqueue\n',
    'output = j\noutput = x\nqueue\noutput = j\n',
    'outputs = j\n+output = j\nMY.log = j\n# log = j\nqueue\n',
    'output = j\nif true\noutput = x\nendif\nqueue\n',
    'if false\noutput = j\nendif\nqueue\n',
    'output = j\nif false\nqueue\nendif\noutput = x\nqueue\n',
    'output = j\ninitialdir = x\nqueue\n',
    'output = j\nqueue Output from (\na\n)\n',
    'output @=j\nx\n@j\nqueue\n',
    'x @=end\noutput = j\n@end\nqueue\n',
  ])('%j passes', (text) => {
    expect(of(text)).not.toThrow()
  })
})

test('no input of the largest size takes long', () => {
  const units = [
    ' ',
    'x ',
    '(',
    ')',
    '=',
    '@=',
    'in ',
    ' from',
    'queue in ',
    '\\',
    '\\\n',
    '#\\\n',
    '|',
    '"',
    '\n ',
    '+',
    'my.',
  ]
  for (const unit of units) {
    for (const start of ['', 'queue ', 'queue x from ', 'x =', 'x @=', '+', 'include']) {
      const text = Buffer.from(start + unit.repeat((1 << 20) / unit.length))
      const started = performance.now()
      try {
        checkDescription(text)
      } catch (error) {
        expect(error).toBeInstanceOf(Problem)
      }
      expect(performance.now() - started, `${start}${unit}...`).toBeLessThan(1_500)
    }
  }
})

test('any bytes are accepted or a Problem', () => {
  const words = fc.constantFrom(
    'queue',
    ' ',
    '\n',
    '\\',
    '(',
    ')',
    'from',
    'include',
    ':',
    '=',
    '@=',
    '@',
    'requirements',
    '+',
    'VMAMI',
    'if',
    'endif',
    '#',
    '|',
    'universe',
    'local',
    '\r',
  )
  const texts = fc.oneof(
    fc.uint8Array().map((array) => Buffer.from(array)),
    fc.array(words, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(''))),
  )
  fc.assert(
    fc.property(texts, (bytes) => {
      try {
        checkDescription(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(Problem)
        expect((error as Problem).message).not.toMatch(/\p{Cc}/u)
      }
    }),
    { numRuns: 5_000 },
  )
})
