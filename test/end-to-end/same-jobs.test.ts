/** The jobs that the gate queues are those that condor_submit alone makes of the same description. */
import type { Client, ClientChannel } from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { argumentsAndEnvironments } from '../same-jobs/arguments.ts'
import { attributes } from '../same-jobs/attributes.ts'
import { commands } from '../same-jobs/commands.ts'
import { generated } from '../same-jobs/generated.ts'
import { itemsAndMacros, reckoning } from '../same-jobs/items.ts'
import { findings, submitBoth } from '../same-jobs/submit.ts'
import { connected, reply } from './gate.ts'
import { onSubmitHost } from './host.ts'

let connection: Client
beforeAll(async () => {
  connection = await connected()
})
afterAll(() => connection.end())

/** One connection for all of them, as the functions have it. */
async function ask(request: object) {
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    connection.exec('condor-gate', (error, opened) => (error ? reject(error) : resolve(opened))),
  )
  return reply(channel, JSON.stringify({ v: 1, ...request }))
}

const ways = { ask, root: (script: string) => onSubmitHost('bash', '-c', script) }

test.each([
  ['arguments and environments', argumentsAndEnvironments],
  ['items and macros', itemsAndMacros],
  ['the commands of the manual', commands],
  ['custom attributes', attributes],
])(
  '%s',
  async (_, all) => {
    expect(findings(await submitBoth(ways, all))).toEqual([])
  },
  120_000,
)

test('what reckons with the number of the cluster is refused, and nothing is queued', async () => {
  const both = await submitBoth(ways, reckoning)
  expect(both.map(({ refused }) => refused)).toEqual(
    both.map(() => expect.stringMatching(/^the number of the cluster is known when/)),
  )
})

test('any text gives the same jobs, or is refused', async () => {
  const both = await submitBoth(ways, generated(60, Number(process.env.PROC_TEST_SEED ?? 1)))
  const accepted = both.filter(({ refused }) => refused === undefined)
  expect(findings(accepted)).toEqual([])
  expect(accepted.length).toBeGreaterThan(20)
}, 120_000)
