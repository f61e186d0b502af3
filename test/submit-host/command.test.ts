/** Programs of the host that write more than the gate will keep. */
import { expect, test } from 'vitest'
import { python } from './python.ts'

test('one that never stops writing is given up and stopped, as by a limit', () => {
  const program = `
import json, os, resource, time
from command import Command
start = time.monotonic()
command = Command(['/usr/bin/yes'], 60)
result = command.wait()
_, status = os.waitpid(command.pid, 0)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps([result.status, len(result.out), os.waitstatus_to_exitcode(status), peak, time.monotonic() - start]))`
  const [status, kept, signal, peak, seconds] = JSON.parse(python(program))
  expect([status, kept, signal]).toEqual([null, 0, -13])
  expect(peak).toBeLessThan(100)
  expect(seconds).toBeLessThan(20)
})

test('32 MB are kept, whole', () => {
  const program = `
from command import Command
result = Command(['/usr/bin/head', '-c', str(32 * 1024 * 1024), '/dev/zero'], 60).wait()
print(result.status, len(result.out))`
  expect(python(program)).toBe(`0 ${32 * 1024 * 1024}\n`)
})
