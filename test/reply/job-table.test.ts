/** What everybody's list must not say of a job. */
import { expect, test } from 'vitest'
import { jobTable } from '../../lib/reply/job-table.ts'
import { cell } from '../../lib/reply/table.ts'

const column = jobTable.columns.find(({ name }) => name === 'Hold Reason')
const shown = (HoldReason: string) => column && cell(column, { HoldReason })

const PLACE = '/home/alice/proc/5eaee1e0-d15f-4e10-8475-1481ea3037d4'
const FAILED = `Error from slot1_1@worker: Failed to execute '${PLACE}/prog' with arguments`

test.each([
  [
    `${FAILED} --token secret: (errno=8: 'Exec format error')`,
    "Error from slot1_1@worker: Failed to execute 'prog': (errno=8: 'Exec format error')",
  ],
  [
    `${FAILED} a: (errno=1: 'no') secret\nsecret: (errno=2: 'No such file or directory')`,
    "Error from slot1_1@worker: Failed to execute 'prog': (errno=2: 'No such file or directory')",
  ],
  [`${FAILED} a: (errno=1: 'no') secret`, "Error from slot1_1@worker: Failed to execute 'prog'"],
  [`reading from file ${PLACE}/data.txt: (errno 2)`, 'reading from file data.txt: (errno 2)'],
  [
    `${FAILED} a: (errno=1: 'b: (errno=2: c')`,
    "Error from slot1_1@worker: Failed to execute 'prog': (errno=1: 'b: (errno=2: c')",
  ],
  [`${FAILED} a (errno=1: 'b')`, "Error from slot1_1@worker: Failed to execute 'prog'"],
  [`a ${PLACE}/x${PLACE}/y "${PLACE}/z"`, 'a y "z"'],
  [`/proc/0/proc/0 ${PLACE}`, `/proc/0/proc/0 ${PLACE}`],
  ['via condor_hold (by user alice)', 'via condor_hold (by user alice)'],
])('%j', (reason, text) => {
  expect(shown(reason)).toBe(text)
})
