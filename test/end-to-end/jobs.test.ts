/** What users do to their own jobs, and read about them, each time seen from another user's side too. */
import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import {
  alice,
  bob,
  eventually,
  file,
  type Reply,
  rows,
  service,
  submitHeld,
  VM,
} from './client.ts'
import { ask } from './gate.ts'
import { onSubmitHost } from './host.ts'

const TEXT = 'RESPONSEFORMAT=text'
const remove = (query: string, user = alice) => user(`/job?${query}`, '-X', 'DELETE')
const post = (query: string, user = alice) => user(`/job?${query}`, '-X', 'POST')

/** Submits a shell script; gives its cluster. */
async function submit(script: string, commands: string, user = alice): Promise<number> {
  const reply = await user(
    `/job?job=j.sub,param:j&exec=script,param:e&${VM}`,
    ...['-X', 'POST', '-F', `j=<${file('j.sub', commands)}`],
    ...['-F', `e=<${file('script', `#!/bin/sh\n${script}\n`)}`],
  )
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  return Number(reply.text)
}

/** `cluster.proc JobStatus JobPrio` of the queue, as HTCondor has it. */
async function queued(...clusters: number[]): Promise<string[]> {
  const { stdout } = await onSubmitHost(
    ...(['condor_q', '-allusers', ...clusters.map(String)] as [string, ...string[]]),
    ...['-af:j', 'JobStatus', 'JobPrio'],
  )
  return stdout.split('\n').filter((line) => line !== '')
}

const outcomes = ({ text }: Reply) =>
  rows(text).map((row) => [row['Job ID'], row.Outcome, Number(row.Jobs)])

const details = async (id: string | number, user = alice) => {
  const { status, text } = await user(`/job?id=${id}&${TEXT}`)
  expect(status).toBe(200)
  return text
}

/** The details once they match. */
const detailsWhen = (id: string | number, pattern: RegExp) =>
  eventually(async () => {
    const { text } = await alice(`/job?id=${id}&${TEXT}`)
    return pattern.test(text) && text
  })

afterAll(async () => {
  for (const user of [alice, bob]) await user('/job', '-X', 'DELETE')
})

test('DELETE by id: one job, a cluster; each id has its own outcome', async () => {
  const [mine, other, his] = [
    await submitHeld(alice, 'queue 3'),
    await submitHeld(),
    await submitHeld(bob, 'queue 2'),
  ]
  const first = await remove(`id=${mine}.1&id=${his}&id=${his}.1&id=2147483647&ID=${mine}.7`)
  expect(first.status).toBe(200)
  expect(first.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(outcomes(first)).toEqual([
    [`${mine}.1`, 'removed', 1],
    [`${his}`, 'not yours', 0],
    [`${his}.1`, 'not yours', 0],
    ['2147483647', 'not found', 0],
    [`${mine}.7`, 'not found', 0],
  ])
  expect(await queued(mine, other, his)).toEqual([
    `${mine}.0 5 0`,
    `${mine}.2 5 0`,
    `${other}.0 5 0`,
    `${his}.0 5 0`,
    `${his}.1 5 0`,
  ])
  const second = await remove(`id=${mine},${mine}.1&RESPONSEFORMAT=json`)
  expect(JSON.parse(second.text)).toEqual([
    { Job_ID: `${mine}`, Outcome: 'removed', Jobs: 2 },
    { Job_ID: `${mine}.1`, Outcome: 'already finished', Jobs: 0 },
  ])
  // Where none of the ids is a job of the caller's.
  const none = await remove(`id=${his}&id=2147483647`)
  expect(none.status).toBe(404)
  expect(outcomes(none).map(([, outcome]) => outcome)).toEqual(['not yours', 'not found'])
  expect(outcomes(await remove(`id=${mine}`))).toEqual([[`${mine}`, 'already finished', 0]])
  expect(await queued(other, his)).toEqual([`${other}.0 5 0`, `${his}.0 5 0`, `${his}.1 5 0`])
})

test('DELETE by state, alone and with id', async () => {
  const held = await submitHeld(alice, 'queue 2')
  const idle = await submit('true', 'request_memory = 99999999\nqueue\n')
  const his = await submitHeld(bob)
  const both = await remove(`state=idle&id=${held}.0&id=${idle}`)
  expect(outcomes(both)).toEqual([
    [`${held}.0`, 'in another state', 0],
    [`${idle}`, 'removed', 1],
  ])
  const running = await remove('state=running')
  expect(running).toMatchObject({ status: 200, text: '0 jobs marked for removal\n' })
  const reply = await remove('state=HELD,idle')
  expect(reply.text).toMatch(/^[2-9] jobs marked for removal\n$/)
  expect(await queued(held, idle, his)).toEqual([`${his}.0 5 0`])
})

test('DELETE by id: what leave_in_queue keeps is really gone', async () => {
  const cluster = await submit('exit 0', 'leave_in_queue = true\nqueue 2\n')
  await eventually(async () => (await queued(cluster)).every((line) => / 4 0$/.test(line)))
  expect(outcomes(await remove(`id=${cluster}.1`))).toEqual([[`${cluster}.1`, 'removed', 1]])
  await eventually(async () => (await queued(cluster)).join() === `${cluster}.0 4 0`)
  expect(outcomes(await remove(`id=${cluster}`))).toEqual([[`${cluster}`, 'removed', 1]])
  await eventually(async () => (await queued(cluster)).length === 0)
  const running = await submit('sleep 600', 'leave_in_queue = true\nqueue 2\n')
  await eventually(async () => (await queued(running)).every((line) => / 2 0$/.test(line)))
  expect(outcomes(await remove(`id=${running}`))).toEqual([[`${running}`, 'removed', 2]])
  await eventually(async () => (await queued(running)).length === 0)
  const { stdout } = await onSubmitHost('condor_q', '-allusers', '-af', 'GateLeaveJobInQueue')
  expect(stdout, 'jobs that nothing keeps are as they were').not.toMatch(/true|false/)
})

test('hold, release, another priority: own jobs, each for itself', async () => {
  const idle = await submit('true', 'request_memory = 99999999\nqueue 2\n')
  const his = await submitHeld(bob)
  const ids = `id=${idle}&id=${his}.0&id=2147483647.0`
  expect(outcomes(await post(`action=release&${ids}`))).toEqual([
    [`${idle}`, 'not held', 0],
    [`${his}.0`, 'not yours', 0],
    ['2147483647.0', 'not found', 0],
  ])
  expect(outcomes(await post(`ACTION=hold&${ids}`))[0]).toEqual([`${idle}`, 'held', 2])
  // One's own change shows in the list at once.
  const listed = rows((await alice(`/job?${TEXT}`)).text)
  expect(listed.filter((row) => row['Job ID']?.startsWith(`${idle}.`))).toMatchObject([
    { Status: 'Held', 'Hold Reason': 'via condor_hold (by user alice)' },
    { Status: 'Held' },
  ])
  expect(outcomes(await post(`action=hold&id=${idle}.1`))).toEqual([
    [`${idle}.1`, 'already held', 0],
  ])
  expect(outcomes(await post(`action=prio&prio=-7&${ids}`))).toEqual([
    [`${idle}`, 'priority set', 2],
    [`${his}.0`, 'not yours', 0],
    ['2147483647.0', 'not found', 0],
  ])
  expect(outcomes(await post(`action=prio&prio=+9&id=${idle}.1`))[0]?.[1]).toBe('priority set')
  expect(outcomes(await post(`action=release&id=${idle}.0`))[0]?.[1]).toBe('released')
  expect(await queued(idle, his)).toEqual([`${idle}.0 1 -7`, `${idle}.1 5 9`, `${his}.0 5 0`])
  const released = await post('action=release&state=held')
  expect(released).toMatchObject({ status: 200, text: '1 job released\n' })
  expect(await queued(his)).toEqual([`${his}.0 5 0`])
  for (const action of ['hold', 'release', 'prio&prio=1']) {
    expect((await post(`action=${action}&id=${idle}`, bob)).status, action).toBe(404)
  }
  expect(await queued(idle)).toEqual([`${idle}.0 1 -7`, `${idle}.1 1 9`])
})

test('what is no id, no action or too much is 400, and nothing is done', async () => {
  const cluster = await submitHeld()
  const all = [
    ...[
      'bob',
      'alice',
      '',
      '-all',
      '1.0.0',
      '1%20||%20true',
      '%22',
      '1%0A2',
      '1,',
      '%2A',
      '1.x',
    ].map((id) => `id=${id}`),
    `id=${Array.from({ length: 201 }, (_, at) => at).join(',')}`,
    `id=${cluster}&state=hold`,
    `ids=${cluster}`,
    `id=${cluster}&user=alice`,
  ]
  const posts = [
    `action=remove&id=${cluster}`,
    `action=qedit&id=${cluster}`,
    `action=&id=${cluster}`,
    'action=release',
    'action=prio&prio=1',
    `action=prio&id=${cluster}`,
    `action=prio&prio=1.5&id=${cluster}`,
    `action=prio&prio=1&prio=2&id=${cluster}`,
    `action=prio&prio=1&id=${cluster}&state=held`,
    `action=hold&prio=1&id=${cluster}`,
    `action=release&action=hold&id=${cluster}`,
    `id=${cluster}`,
  ]
  const replies = [
    ...all.map((query) => [`DELETE ${query}`, () => remove(query)] as const),
    ...[...all.map((query) => `action=release&${query}`), ...posts].map(
      (query) => [`POST ${query}`, () => post(query)] as const,
    ),
  ]
  for (const [what, reply] of replies) {
    expect(await reply(), what).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^.+\n$/),
    })
  }
  expect(await queued(cluster)).toEqual([`${cluster}.0 5 0`])
})

test('an id in a body is 400, and nothing is done: it would have been about all jobs', async () => {
  const cluster = await submitHeld(alice, 'queue 2')
  const removals = [
    ['-d', `id=${cluster}.0`],
    ['-F', `id=${cluster}.0`],
    ['--data-binary', '{}'],
  ]
  for (const body of removals) {
    expect(await alice('/job', '-X', 'DELETE', ...body), body.join(' ')).toMatchObject({
      status: 400,
      text: 'DELETE takes no body; put id into the URL: ?id=<cluster>.<proc>\n',
    })
  }
  const release = await alice('/job?action=release&state=held', '-d', `id=${cluster}.0`)
  expect(release).toMatchObject({ status: 400, text: expect.stringContaining('takes no body') })
  expect(await queued(cluster)).toEqual([`${cluster}.0 5 0`, `${cluster}.1 5 0`])
  expect(await post(`action=release&id=${cluster}.1`)).toMatchObject({ status: 200 })
})

test('a thief of the key does no more, and sudo gives no other tool', async () => {
  const his = await submitHeld(bob)
  const act = (more: object) => ask({ op: 'act', account: 'alice', jobs: [[his]], ...more })
  for (const more of [{ action: 'remove' }, { action: 'hold' }, { action: 'prio', priority: 5 }]) {
    expect((await act(more)).stdout).toBe('{"jobs":0,"outcomes":[["other",0]]}\n')
  }
  for (const jobs of [[['bob']], [[`${his} || true`]], [], 'bob']) {
    expect((await act({ action: 'remove', jobs })).status).toBe(64)
  }
  for (const account of ['root', 'condorweb', 'condor']) {
    expect((await act({ action: 'remove', account })).status, account).toBe(77)
  }
  const tools = ['condor_qedit', 'condor_submit_dag', 'condor_ssh_to_job', 'condor_transfer_data']
  for (const tool of [...tools, 'condor_vacate_job', 'condor_suspend']) {
    const refused = await onSubmitHost(
      ...['setpriv', '--reuid', service.submitHost.user, '--clear-groups', '--'],
      ...['sudo', '-n', '-u', 'alice', `/usr/bin/${tool}`, String(his)],
    )
    expect(refused, tool).toMatchObject({ stdout: '', stderr: expect.stringMatching(/^sudo: /) })
  }
  expect(await queued(his)).toEqual([`${his}.0 5 0`])
})

test('details: exit code, signal, reasons, resources, times; a cluster in every format', async () => {
  const cluster = await submit(
    '[ "$1" = 0 ] && exit 3; [ "$1" = 1 ] && kill -9 $$; sleep 600',
    'arguments = $(Process)\nrequest_cpus = 2\nrequest_memory = 77\nrequest_disk = 4000\n' +
      'output = out.$(Process)\nlog = job.log\nqueue 3\n',
  )
  const code = await detailsWhen(`${cluster}.0`, /^Status = Completed$/m)
  expect(code).toMatch(/^Exit Code = 3$/m)
  expect(code).not.toMatch(/^Exit Signal/m)
  for (const line of [
    /^(Submitted on|Started on|First Started on|Ended on|In State Since) = 2\d\d\d-.*Z$/gm,
    /^CPUs = 2$/m,
    /^Memory = 77$/m,
    /^Disk Requested = 4000$/m,
    /^Job Starts = 1$/m,
    /^Last Host = \S+@\S+$/m,
    /^CPU Time = [\d.]+$/m,
    /^Output = out\.0$/m,
    /^Log = job\.log$/m,
    /^Request ID = [0-9a-f-]{36}$/m,
  ]) {
    expect(code).toMatch(line)
  }
  expect(await detailsWhen(`${cluster}.1`, /^Status = Completed$/m)).toMatch(/^Exit Signal = 9$/m)
  const running = await detailsWhen(`${cluster}.2`, /^Status = Running$/m)
  expect(running).toMatch(/^Host = \S+@\S+$/m)
  expect((await alice(`/job?id=${cluster}.2&view=analyze`)).text).toMatch(
    /^Running on \S+@\S+ since 2\S+Z\n$/,
  )
  await post(`action=hold&id=${cluster}.2`)
  expect(await detailsWhen(`${cluster}.2`, /^Status = Held$/m)).toMatch(/^Hold Code = 1$/m)

  const text = await details(cluster)
  expect(text.split('\n\n').map((job) => /^Job ID = (.*)$/m.exec(job)?.[1])).toEqual([
    `${cluster}.0`,
    `${cluster}.1`,
    `${cluster}.2`,
  ])
  const json = JSON.parse((await alice(`/job?id=${cluster}&RESPONSEFORMAT=json`)).text)
  expect(
    json.map((job: Record<string, unknown>) => [job.Job_ID, job.Exit_Code, job.Status]),
  ).toEqual([
    [`${cluster}.0`, 3, 'Completed'],
    [`${cluster}.1`, null, 'Completed'],
    [`${cluster}.2`, null, 'Held'],
  ])
  expect((await alice(`/job?id=${cluster}`)).text.match(/<TR>/g)).toHaveLength(3)

  await remove(`id=${cluster}.2`)
  const removed = await detailsWhen(`${cluster}.2`, /^Status = Removed$/m)
  expect(removed).toMatch(/^Removal Reason = via condor_rm \(by user alice\)$/m)
  expect(removed).toMatch(/^Ended on = /m)
  for (const id of [cluster, `${cluster}.0`, `${cluster}.2`]) {
    for (const view of ['', '&view=details', '&RESPONSEFORMAT=json']) {
      const reply = await bob(`/job?id=${id}${view}`)
      expect(reply.status).toBe(404)
      expect(reply.text).not.toMatch(/script|alice|out\./)
    }
  }
})

test('a job that ends while it is asked for is always there', async () => {
  const count = 24
  const cluster = await submit('sleep 0.$1', `arguments = $(Process)\nqueue ${count}\n`)
  let asked = 0
  const watch = async (proc: number) => {
    for (;;) {
      const { status, text } = await alice(`/job?id=${cluster}.${proc}&${TEXT}`)
      expect(status, `${cluster}.${proc} after ${asked} questions: ${text}`).toBe(200)
      asked++
      if (/^Status = Completed$/m.test(text)) return
    }
  }
  const all = async () => {
    for (;;) {
      const reply = await alice(`/job?id=${cluster}&RESPONSEFORMAT=json`)
      const jobs: { Status: string }[] = JSON.parse(reply.text)
      expect(jobs.length).toBe(count)
      if (jobs.every(({ Status }) => Status === 'Completed')) return
    }
  }
  await Promise.all([all(), ...[3, 9, 15, 21, 23].map(watch)])
  console.log(`${asked} questions for jobs on their way into the history`)
})

test('why it waits: one sentence first', async () => {
  const idle = await submit('true', 'request_memory = 99999999\nqueue\n')
  const waiting = await alice(`/job?id=${idle}.0&view=analyze`)
  expect(waiting.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(waiting.text).toMatch(
    /^Waiting: none of \d+ (machines|slots) has Memory >= 99999999 MB\n\n/,
  )
  expect(waiting.text).toMatch(/The Requirements expression for job/)
  expect(waiting.text).not.toMatch(/<\d+\.\d+\.\d+\.\d+:/)
  const held = await submitHeld()
  expect((await alice(`/job?id=${held}.0&view=analyze`)).text).toMatch(
    /^Held since 2\S+Z: submitted on hold at user's request\n$/,
  )
  for (const id of [`${idle}.0`, `${held}.0`, '2147483647.0']) {
    expect((await bob(`/job?id=${id}&view=analyze`)).status).toBe(404)
  }
  await remove(`id=${idle},${held}`)
  expect((await alice(`/job?id=${held}.0&view=analyze`)).text).toMatch(/^Removed at 2\S+Z: via /)
  expect((await alice(`/job?id=${held}&view=analyze`)).status).toBe(400)
  expect((await alice(`/job?id=${held}.0&view=secrets`)).status).toBe(400)
})

test('each change is a line of the audit trail', async () => {
  // No machine has that much: once released it must not run and end before it is held again.
  const cluster = await submitHeld(alice, 'request_memory = 999999\nqueue')
  await post(`action=prio&prio=4&id=${cluster}`)
  await post(`action=release&id=${cluster}.0`)
  await post(`action=hold&id=${cluster}.0,2147483647`)
  await remove(`id=${cluster}`)
  const audits = await eventually(async () => {
    const lines = readFileSync(service.log, 'utf8').split('\n')
    const found = lines.filter((line) => line.includes(`"ids":"${cluster}`))
    return found.length === 4 && found
  })
  const ids = `${cluster}`
  expect(audits.map((line) => JSON.parse(line.slice(line.indexOf('{'))))).toMatchObject([
    { account: 'alice', audit: { action: 'prio', jobs: 1, ids, priority: 4 } },
    { account: 'alice', audit: { action: 'release', jobs: 1, ids: `${ids}.0` } },
    { account: 'alice', audit: { action: 'hold', jobs: 1, ids: `${ids}.0,2147483647` } },
    { account: 'alice', audit: { action: 'remove', jobs: 1, ids } },
  ])
})
