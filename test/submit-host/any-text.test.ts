/** Whatever text a submission brings: the gate answers with its own words, and works in proportion to its length. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { each } from './each.ts'
import { python } from './python.ts'

const SIGNS = [
  ...'(){}[]"\'\\,;:#%&*+-./<=>?@^_`|~! \t\u00e9\u00ff\u0001',
  ...[
    '$',
    '$$',
    '$(',
    'a',
    'A1',
    '12',
    '1.5E',
    'true',
    'MY.',
    'TARGET.',
    'size(',
    'eval(',
    'regexp("',
    '1234567890',
  ],
  ...['://', '..', '/home/alice/proc/r/', ' = ', ') ', '~/'],
]
const text = fc.array(fc.constantFrom(...SIGNS), { maxLength: 40 }).map((signs) => signs.join(''))
const name = fc.oneof(
  fc.constantFrom(
    'Out',
    'Args',
    'Rank',
    'X',
    'Iwd',
    'TransferOutputRemaps',
    'JobPrio',
    'Cmd',
    'AcctGroup',
  ),
  text,
)

const HEAD = `
from dry_run import read
from evaluation_cost import EvaluationCost
from job_check import check
from job_place import Place
from plain_description import write
`
const JOB = `${HEAD}
def one(lines):
    start = ['::get_newCluster', '::get_newProc', '::set(1234567890,-1) JobUniverse=5']
    jobs = read('\\n'.join(start + lines).encode('latin-1', 'replace'), 1234567890)
    check(jobs, 'alice', Place(['/home/alice/proc/r'], ['/home/alice']))
    return len(write(jobs, '/x', True, []))
`

const lines = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom('-1', '0', '1'), name, text)
      .map(([proc, each, value]) => `::set(1234567890,${proc}) ${each}=${value}`),
    fc
      .tuple(fc.constantFrom('-1', '0'), name, text)
      .map(([proc, each, value]) => `::set(1234567890,${proc}) ${each}="${value}"`),
    fc.constant('::get_newProc'),
    text.map((words) => `::${words}`),
    text,
  ),
  { maxLength: 6 },
)

test('a job of any text is written, or refused with words of the gate', () => {
  fc.assert(
    fc.property(fc.array(lines, { minLength: 300, maxLength: 300 }), (jobs) => {
      for (const answer of each<number>(JOB, jobs)) {
        expect(answer).toBeTruthy()
        if (typeof answer === 'string') expect(answer).not.toMatch(/[\n\r]/)
      }
    }),
    { numRuns: 8, endOnFailure: true },
  )
}, 60_000)

/** What is repeated: one pass reads it in no time, and two in one another never end. Both lengths are above each limit. */
const REPEATED = [
  ...SIGNS,
  'a ',
  'a + ',
  '"a" + ',
  '\\"',
  '[a = 1]; ',
  '{a, ',
  '$x',
  '$$(a) ',
  'a,b;',
  'a = b;',
  'a.b ',
  'x/../',
]

const GROWTH = `${HEAD}
import json, time
def value(text): EvaluationCost().add('rank', text)
def string(text): EvaluationCost().add('rank', '"' + text + '"')
def job(text):
    start = ['::get_newCluster', '::get_newProc', '::set(1234567890,-1) JobUniverse=5', '::get_newProc']
    names = ['Args', 'Env', 'Out', 'TransferOutput', 'TransferOutputRemaps', 'Rank', 'X', text[:50]]
    rest = [f'::set(1234567890,{at}) {name}="{text}"' for name in names for at in (-1, 1)]
    jobs = read('\\n'.join(start + rest).encode('latin-1', 'replace'), 1234567890)
    jobs.held = [False, False]
    place = Place(['/home/alice/proc/r'], ['/home/alice'])
    for attribute in ('out', 'transferoutput', 'transferoutputremaps'):
        place.refusal(text)
    try:
        write(jobs, '/x', True, [])
    finally:
        check(jobs, 'alice', place)
def out(text):
    read((text + '\\n').encode('latin-1', 'replace') * 4, 1234567890)
def seconds(read_it, text):
    start = time.process_time()
    try:
        read_it(text)
    except (Refused, Failure):
        pass
    return time.process_time() - start
from expression import Refused
from failure import Failure
found = []
for sign in json.load(sys.stdin):
    for read_it in (value, string, job, out):
        small, large = sign * (20_000 // len(sign)), sign * (320_000 // len(sign))
        once = max(seconds(read_it, small) for _ in range(3))
        # Sixteen times as much: a square takes 256 times as long, and fresh memory is two or three times as dear.
        if all(seconds(read_it, large) > 100 * once + 0.02 for _ in range(3)):
            found.append(f'{read_it.__name__} of {sign!r}: more than a hundred times {once:.4f} s')
print(json.dumps(found))
`

test('sixteen times the text is no more than a hundred times the work', () => {
  const escaped = JSON.stringify(REPEATED).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  expect(JSON.parse(python(GROWTH, escaped))).toEqual([])
}, 120_000)
