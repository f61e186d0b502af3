/** What a worker does not understand, and starts again and again, is refused at once. */
import { expect, test } from 'vitest'
import { each } from './each.ts'

const form = (file: string, name: string) => (values: readonly string[]) =>
  each<string | null>(
    `from ${file} import ${name}\ndef one(value):\n    return ${name}(value, None)`,
    values.map((value) => `"${value}"`),
  )

test('whether and when files are transferred, in any case', () => {
  const whether = form('file_transfer', 'should_transfer')
  const known = ['YES', 'no', 'If_Needed', 'AUTO', 'always', 'Never', 'TRUE', 'false']
  expect(whether(known)).toEqual(known.map(() => null))
  for (const told of whether(['banana', 'IF_NEEDED ', 'auto,', '', 'YES, NO'])) {
    expect(told).toBe('must be YES, NO or IF_NEEDED')
  }
  const when = form('file_transfer', 'when_to_transfer')
  const moments = [
    'ON_EXIT',
    'on_exit_or_evict',
    'On_Success',
    'ONEXIT',
    'onsuccess',
    'ALWAYS',
    'none',
  ]
  expect(when(moments)).toEqual(moments.map(() => null))
  for (const told of when(['banana', 'ON EXIT', ''])) {
    expect(told).toBe('must be ON_EXIT, ON_EXIT_OR_EVICT or ON_SUCCESS')
  }
})

test('that files are transferred has to come with when', () => {
  const program = `
from dry_run import Jobs
from file_transfer import check
def one(case):
    jobs = Jobs('1234567890')
    jobs.cluster = {name.lower(): (name, value) for name, value in case[0].items()}
    jobs.procs = [{name.lower(): (name, value) for name, value in proc.items()} for proc in case[1:]]
    return check(jobs)
`
  const whether = (word: string) => ({ ShouldTransferFiles: `"${word}"` })
  const when = { WhenToTransferOutput: '"ON_EXIT"' }
  expect(
    each(program, [
      [whether('no'), {}],
      [{ ...whether('YES'), ...when }, {}],
      [when, whether('NO'), whether('yes')],
      [whether('NO'), {}, { ...whether('IF_NEEDED'), ...when }],
      [{}, {}],
    ]),
  ).toEqual([null, null, null, null, null])
  const refused = each(program, [
    [whether('yes'), {}],
    [whether('NO'), {}, whether('if_needed')],
    [when, { ...whether('YES'), WhenToTransferOutput: '' }],
  ])
  for (const told of refused)
    expect(told).toMatch(/nothing says when: write should_transfer_files = \S+, without \+$/)
})

test('quotes of arguments are closed', () => {
  const told = form('quoted_words', 'arguments')
  expect(told(['', 'a b', "'a b'", "a''b", "'it''s'", "''''", 'a \\"b\\"'])).toEqual(
    Array(7).fill(null),
  )
  for (const reason of told(["'", "'a", "it's", "'a'' b"]))
    expect(reason).toMatch(/no other closes/)
})

test('each word of an environment is a variable', () => {
  const told = form('quoted_words', 'environment')
  const good = [
    '',
    ' ',
    'a=b',
    "a='b c' d=",
    "'a b=c'",
    'a==',
    '$$(x)',
    'a=$$(x)',
    "'''=a'",
    'a=\t\tb=',
  ]
  expect(told(good)).toEqual(good.map(() => null))
  for (const reason of told([
    'a',
    '=a',
    'a=b c',
    "a=b 'c d'",
    "''",
    "''=a",
    "a= ''",
    'a=b\tc',
    '=$$(x)',
    '$$(x:HOME)',
  ])) {
    expect(reason).toBe('must be name=value, with blanks between them')
  }
  expect(told(["a='b"])).toEqual([expect.stringMatching(/no other closes/)])
})

test('the older form of an environment, with semicolons or a sign that stands first', () => {
  const told = form('quoted_words', 'environment_v1')
  const good = ['', ';', 'a=b', 'a=b;c=d e', ' ;a=b; ', '|a=b;c|d=', ';a=b', '$$(x)', 'a=$$(x:y)']
  expect(told(good)).toEqual(good.map(() => null))
  for (const reason of told(['a', '=a', 'a=b;c', '|a=b|c', 'a=b; =c', 'HOME;', '$$(x:y)'])) {
    expect(reason).toBe('must be name=value, with semicolons between them')
  }
})

test('what is undefined is no text with an odd word in it', () => {
  const program = `
import quoted_words
def one(name):
    return getattr(quoted_words, name)('undefined', None)
`
  const forms = ['arguments', 'environment', 'environment_v1']
  expect(each(program, forms)).toEqual([null, null, null])
})
