/** One large submission: told its limit before it is tried, and others are served beside it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, as, bob, curl, file, rows, VM } from './client.ts'
import { onSubmitHost } from './host.ts'

const SETTINGS = '/etc/condor/config.d/zz-large'
const dave = as('dave')

async function site(setting: string): Promise<void> {
  await onSubmitHost('sh', '-c', `printf '${setting}\\n' >${SETTINGS}; condor_reconfig -schedd`)
}

beforeAll(() => alice('/job', '-X', 'DELETE'))
afterAll(async () => {
  await onSubmitHost('sh', '-c', `rm -f ${SETTINGS}; condor_reconfig -schedd`)
  for (const user of [alice, bob]) await user('/job', '-X', 'DELETE')
})

let submissions = 0
const submit = (queue: string, user = alice, ...args: string[]) =>
  user(
    `/job?job=j.sub,param:j&exec=e,vm:/bin/true&${VM}`,
    ...[
      '-X',
      'POST',
      '-F',
      `j=<${file(`large${submissions++}.sub`, `hold = true\noutput = o\n${queue}\n`)}`,
      ...args,
    ],
  )

test("the site's own limit is told before anything is queued, whatever the number", async () => {
  await site('MAX_JOBS_PER_SUBMISSION = 150')
  for (const queue of ['queue 151', 'queue 20000', `queue x from (\n${'a\n'.repeat(200)})`]) {
    expect(await submit(queue)).toMatchObject({
      status: 400,
      text: expect.stringMatching(/150 (?:are )?accepted in one go: submit in parts/),
    })
  }
  expect((await submit('queue 150')).status).toBe(200)
  await site('MAX_JOBS_PER_SUBMISSION = 3')
  expect(await submit('queue 4')).toMatchObject({
    status: 400,
    text: expect.stringMatching(/the 3 that are accepted in one go|3 are accepted/),
  })
  await site('MAX_JOBS_PER_SUBMISSION = 200000')
  expect(await submit('queue 20001')).toMatchObject({
    status: 400,
    text: expect.stringMatching(/20,001 jobs; 20,000 are accepted in one go/),
  })
})

test('others list and submit, and the service is available, while one submits and removes many', async () => {
  await alice('/job', '-X', 'DELETE')
  expect((await dave('/job?user=me')).status).toBe(200)
  let done = false
  const seen: { what: string; status: number; text: string }[] = []
  const poll = async (what: string, ask: () => ReturnType<typeof curl>) => {
    while (!done) {
      const { status, text } = await ask()
      const good = what !== 'availability' || text.includes('<vosi:available>true<')
      seen.push({ what, status: good ? status : 0, text: good ? '' : text.slice(0, 500) })
      await new Promise((next) => setTimeout(next, 200))
    }
  }
  const polls = [
    poll('list', () => dave('/job?user=alice')),
    poll('list', () => dave('/job?user=dave')),
    poll('submission', () => submit('queue', bob)),
    poll('availability', () => curl('/availability')),
  ]
  const large = await submit('queue 12000')
  const removed = await alice('/job', '-X', 'DELETE')
  done = true
  await Promise.all(polls)
  expect(large).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  expect(removed.text).toMatch(/^12000 jobs marked/)
  expect(seen.filter(({ status }) => status !== 200)).toEqual([])
  expect(new Set(seen.map(({ what }) => what)).size).toBe(3)
}, 120_000)

test('a second large one does not line up behind another: 503 before it is tried, and small ones go on', async () => {
  const lock = '/var/lib/condor-gate/.large'
  const held = onSubmitHost(
    'sh',
    '-c',
    `touch ${lock}; chown condorweb: ${lock}; exec flock ${lock} sleep 12`,
  )
  await new Promise((next) => setTimeout(next, 1_000))
  const refused = await submit('queue 2000')
  expect(refused).toMatchObject({
    status: 503,
    text: expect.stringMatching(
      /another large submission is being queued, and nothing of this one is/,
    ),
  })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  // Few jobs never count as large, unless each takes long.
  expect((await submit('queue 100')).status).toBe(200)
  await held
  expect((await submit('queue 2000')).status).toBe(200)
  const list = await alice('/job?user=me&RESPONSEFORMAT=tsv', '-L')
  expect(rows(list.text)).toHaveLength(2_100)
}, 120_000)
