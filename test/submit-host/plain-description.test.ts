/** The description that is submitted: each value means itself, whatever signs are in it. */
import { expect, test } from 'vitest'
import { each } from './each.ts'

const PROGRAM = `
from dry_run import Jobs
from plain_description import require, write
def one(values):
    jobs = Jobs('1234567890')
    jobs.procs = [{'args': ('Args', value)} for value in values] if len(values) > 1 else [{}]
    jobs.cluster = {} if len(values) > 1 else {'args': ('Args', values[0])}
    jobs.held = [False] * len(values)
    return write(jobs, '/x', False, ['+Own = 1']).decode('latin-1').split('\\n')
`
const written = (...values: string[]) => {
  const lines = each<string[]>(PROGRAM, [values])[0] ?? ''
  if (typeof lines === 'string') return lines
  if (values.length > 1)
    return lines.slice(lines.findIndex((line) => line.startsWith('queue')) + 1, -2)
  return lines.filter((line) => line.startsWith('MY.Args = ')).map((line) => line.slice(10))
}

test.each([
  ['"a b, c"', '"a b, c"'],
  ['"a$b"', '"a$(DOLLAR)b"'],
  ['"$"', '"$(DOLLAR)"'],
  ['"$(HOME)"', '"$(DOLLAR)(HOME)"'],
  ['"$ENV(HOME)"', '"$(DOLLAR)ENV(HOME)"'],
  ['"$$(Memory)"', '"$$(Memory)"'],
  ['"$$x $$ $$$ $$$$"', '"$$x $$ $$$ $$$$"'],
  ['"o.1234567890.c"', '"o.$(Cluster).c"'],
  ['"$1234567890"', '"$(DOLLAR)$(Cluster)"'],
  ['"$$1234567890"', '"$$$(Cluster)"'],
])('%s is written as %s', (value, text) => {
  expect(written(value)).toEqual([text])
})

test('in a row of items a blank, a tab and a comma end nothing', () => {
  expect(written('"a b\tc,d"', '"x"')).toEqual(['"a$(GATE_S_)b$(GATE_T_)c$(GATE_C_)d"', '"x"'])
  expect(written('"a$ b"', '"$$ $$$$,"')).toEqual([
    '"a$(DOLLAR)$(GATE_S_)b"',
    '"$$$(GATE_S_)$$$$$(GATE_C_)"',
  ])
})

const UNSPEAKABLE = 'Args has $ signs in a row that HTCondor cannot take as they are'

test.each(['"$(DOLLAR)"', '"$$(dollar)"', '"$$$(x)"', '"$$$x"', '"$$ENV(x)"', '"$$$1234567890"'])(
  '%s is refused: it cannot be written so that it means itself',
  (value) => {
    expect(written(value)).toBe(UNSPEAKABLE)
  },
)

// The third would begin a $$() with the macro that stands for the blank.
test.each(['"$$$ x"', '"$$$,"', '"$$$\t"', '"$$$$$ "', '"$$$1234567890"'])(
  '%s is refused in a row of items',
  (value) => {
    expect(written(value, '"x"')).toBe(UNSPEAKABLE)
  },
)

test("the service's requirement stands first, and each job keeps its own beside it", () => {
  const program = `
from dry_run import Jobs
from plain_description import require
def one(case):
    jobs = Jobs('1')
    jobs.cluster, jobs.procs = case
    require(jobs, 'A == 1 || B')
    return [jobs.cluster, jobs.procs]
`
  const name = 'Requirements'
  expect(each(program, [[{}, [{}]]])).toEqual([
    [{ requirements: [name, '(A == 1 || B) && (true)'] }, [{}]],
  ])
  expect(
    each(program, [[{ requirements: [name, 'x'] }, [{}, { requirements: [name, 'y || z'] }]]]),
  ).toEqual([
    [
      { requirements: [name, '(A == 1 || B) && (x)'] },
      [{}, { requirements: [name, '(A == 1 || B) && (y || z)'] }],
    ],
  ])
})
