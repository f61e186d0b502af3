/**
 * What a request and its repetitions come to when condor_submit fails after it queued jobs, or is killed: for faults
 * between two steps that a real schedd cannot be made to show. The schedd is a queue and a history of clusters here.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { python } from './python.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'submission-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const HOST = `
import claim, posix, removal, schedd, submission
from failure import Failure, UNAVAILABLE
queue, history, kept, number = set(), set(), [], 10

def _ask(argv, limit):
    if argv[0] == schedd.CONDOR_HISTORY and 'history' in kept:
        raise Failure(UNAVAILABLE, 'the scheduler cannot be reached')
    found = history if argv[0] == schedd.CONDOR_HISTORY else set() if '-factory' in argv else queue
    return ''.join(f'{cluster}\\n' for cluster in found).encode()

def run_action(action, account, constraint, *options):
    if 'rm' in kept:
        raise Failure(UNAVAILABLE, 'the scheduler cannot be reached')
    history.update(queue)
    queue.clear()
    return {}

class Result:
    def __init__(self, status, out='', err=''):
        self.status, self.out, self.err, self.signal = status, out.encode(), err.encode(), 0

def commit():
    global number
    number += 1
    queue.add(number)
    return f'{number}.0 - {number}.0\\n'

lost = 'ERROR: Failed to commit job submission into the queue.\\nCEDAR:6001:communication error\\n'
ways = {
    'fine': lambda: Result(0, commit()),
    'answer lost': lambda: (commit(), Result(1, '', lost))[1],
    'answer lost, the jobs end': lambda: (commit(), run_action('', '', ''), Result(1, '', lost))[2],
    'not reached': lambda: Result(1, '', lost),
    'killed before': lambda: Result(None),
    'killed after': lambda: (commit(), Result(None))[1],
    'two clusters': lambda: Result(0, commit() + commit()),
    'the second is refused': lambda: (commit(), Result(1, '', 'ERROR: on Line 3 of submit file: no\\n'))[1],
}
way = None
claim.DIRECTORY = sys.argv[1]
schedd._ask = _ask
removal.run_action = run_action
submission.home = lambda entry: '/home/alice'
gone, locks = [], []

class Sandbox:
    dry_run_seconds = dry_run_processor_seconds = 0

    def __init__(self, account):
        pass

    def make(self, directories):
        assert directories == []

    def dry_run(self, request, append, cluster):
        calls = f'::int({cluster},-1) ClusterId={cluster}', f'::set({cluster},-1) JobUniverse=5', f'::int({cluster},0) ProcId=0'
        return Result(0, '\\n'.join(['::get_newCluster', '::get_newProc', *calls]))

    def submit(self, text):
        return way()

    def remove(self, request):
        gone.append(request)

submission.Sandbox = Sandbox

def take(*words):
    found = claim.take(*words)
    locks.append(found.fd)
    return found

submission.take = take

def submit(name, digest='a'):
    global way
    way = ways[name]
    request = {'account': 'alice', 'request': 'r', 'digest': digest, 'files': [], 'description': 'j',
        'executable': {'path': '/x'}, 'append': []}
    try:
        print(submission.submit(request, None, {'stores': []}))
    except Failure as failure:
        print(failure.status, failure.message[:24])
    finally:
        posix.close(locks.pop())  # each request has a process of its own, and its lock ends with it
`

const run = (body: string) =>
  python(HOST + body, '', directory)
    .trim()
    .split('\n')
const submitted = (cluster: number, replayed: boolean) =>
  JSON.stringify({ outcome: 'submitted', cluster, replayed, told: { jobs: 1, warnings: [] } })

test('the answer to the commit is lost: the jobs that are there are the answer, whether they run or have ended', () => {
  expect(run("submit('answer lost'); submit('fine')")).toEqual([
    submitted(11, false),
    submitted(11, true),
  ])
  rmSync(join(directory, 'alice'), { recursive: true })
  expect(run("submit('answer lost, the jobs end'); submit('fine')")).toEqual([
    submitted(11, false),
    submitted(11, true),
  ])
})

test('nothing was queued: it may be asked again', () => {
  expect(run("submit('not reached'); submit('fine', 'b')")).toEqual([
    '69 the scheduler cannot be ',
    submitted(11, false),
  ])
})

test('it is not known, until HTCondor can be asked', () => {
  expect(
    run("kept.append('history'); submit('not reached'); kept.clear(); submit('fine')"),
  ).toEqual(['75 it is not known whether ', submitted(11, false)])
})

test.each(['two clusters', 'the second is refused'])(
  '%s: what was removed is never the answer of a later attempt',
  (way) => {
    const corrected = `submit('${way}'); submit('killed before', 'b'); submit('fine', 'b'); submit('fine', 'b')`
    const [first, second, third, fourth] = run(corrected)
    expect(first).toMatch(/^65 /)
    expect(second).toMatch(/^75 it is not known/)
    expect(third).toBe(submitted(way === 'two clusters' ? 13 : 12, false))
    expect(fourth).toBe(third?.replace('false', 'true'))
  },
)

test('a corrected one that was killed after the commit is found beside what was removed', () => {
  expect(
    run("submit('two clusters'); submit('killed after', 'b'); submit('fine', 'b')").slice(1),
  ).toEqual(['75 it is not known whether ', submitted(13, true)])
})

test('what could not be removed is removed before the next attempt, and is not its answer', () => {
  const body = "kept.append('rm'); submit('the second is refused'); kept.clear()"
  expect(run(`${body}; submit('fine'); print(queue, history)`)).toEqual([
    '75 it is not known whether ',
    submitted(12, false),
    '{12} {11}',
  ])
})

test('an attempt that made two clusters and was killed is refused with its files, and may be corrected', () => {
  const body = "ways['both'] = lambda: (commit(), commit(), Result(None))[2]; submit('both')"
  expect(run(`${body}; submit('fine'); print(len(gone)); submit('fine', 'b')`)).toEqual([
    '75 it is not known whether ',
    '65 the description makes 2 ',
    '1',
    submitted(13, false),
  ])
})
