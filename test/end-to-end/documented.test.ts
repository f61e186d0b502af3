/** The examples of the original user documentation, with only the host changed. */
import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  alice,
  bob,
  curl,
  eventually,
  file,
  queue,
  rows,
  service,
  submitHeld,
  VM,
} from './client.ts'
import { onSubmitHost } from './host.ts'

const DESCRIPTION = `output = job.out
error = job.err
log = job.log
arguments = hello there
queue
`

test('example 1: submit description and executable in the POST', async () => {
  const reply = await alice(
    `/job?job=jobFile,param:job_sub&exec=execFile,param:exec_ls&${VM}`,
    '-X',
    'POST',
    '-F',
    `job_sub=${DESCRIPTION}`,
    '-F',
    'exec_ls=#!/bin/sh\necho "$@"\nid -un\n',
  )
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
  const folder = `/home/alice/proc/${reply.headers['x-request-id']}`
  const output = await eventually(async () => {
    const { status, stdout } = await onSubmitHost('cat', `${folder}/job.out`)
    return status === 0 && stdout.includes('alice') && stdout
  })
  expect(output).toBe('hello there\nalice\n')
  const { stdout } = await onSubmitHost('stat', '-c', '%U %a %n', folder, `${folder}/job.out`)
  expect(stdout).toContain(`alice 700 ${folder}\n`)
  expect(stdout).toMatch(/^alice \d+ .*job\.out$/m)

  const details = await eventually(async () => {
    const found = await alice(`/job?id=${reply.text}.0&RESPONSEFORMAT=text/plain`)
    return found.status === 200 && /^Status = Completed$/m.test(found.text) && found
  })
  expect(details.text).toMatch(/^Exit Code = 0$/m)
  expect(details.text).toMatch(/^Command = execFile$/m)
  expect(details.text).toMatch(/^Arguments = hello there$/m)
})

test('example 1 as it is printed: its executable is the seven bytes /bin/ls, and the job says why it is held', async () => {
  const reply = await alice(
    `/job?job=jobFile,param:job_sub&exec=execFile,param:exec_ls&${VM}`,
    ...['-X', 'POST', '-F', `job_sub=${DESCRIPTION}`, '-F', 'exec_ls=/bin/ls'],
  )
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  const folder = `/home/alice/proc/${reply.headers['x-request-id']}`
  const { stdout } = await onSubmitHost('od', '-An', '-c', `${folder}/execFile`)
  expect(stdout.trim().split(/\s+/).join('')).toBe('/bin/ls')
  const { text } = await eventually(async () => {
    const found = await alice(`/job?id=${reply.text}.0&RESPONSEFORMAT=text/plain`)
    return /^Status = Held$/m.test(found.text) && found
  })
  expect(text).toMatch(/^Hold Reason = .*exec format error/im)
  // HTCondor names the arguments, which may hold secrets, and everybody reads the list.
  const { text: list } = await bob(`/job?cluster=${reply.text}&RESPONSEFORMAT=csv`)
  expect(list).toMatch(/exec format error/i)
  expect(list).not.toMatch(/with arguments|alice\/proc/)
  await alice(`/job?id=${reply.text}`, '-X', 'DELETE')
})

test('example 1 with a binary executable and curl -F name=@file: every byte arrives', async () => {
  const bytes = Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), randomBytes(1_500_000)])
  const reply = await alice(
    `/job?job=jobFile,param:job_sub&exec=execFile,param:exec_ls&${VM}`,
    '-X',
    'POST',
    '-F',
    `job_sub=@${file('d.sub', 'hold = true\nqueue\n')}`,
    '-F',
    `exec_ls=@${file('binary', bytes)}`,
  )
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  const path = `/home/alice/proc/${reply.headers['x-request-id']}/execFile`
  const { stdout } = await onSubmitHost('sha256sum', path)
  expect(stdout.split(' ')[0]).toBe(createHash('sha256').update(bytes).digest('hex'))
  await alice('/job', '-X', 'DELETE')
})

test('example 3 with the description in the POST: the executable exists on the VM', async () => {
  const reply = await alice(
    `/job?job=jobFile,param:job_sub&exec=execFile,vm:/my/folder/myProgram.exe&${VM}`,
    '-X',
    'POST',
    '-F',
    'job_sub=hold = true\nqueue\n',
  )
  expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  const [job] = (await queue()).filter((row) => row['Job ID'] === `${reply.text}.0`)
  expect(job).toMatchObject({
    User: 'alice',
    Status: 'Held',
    Command: '/my/folder/myProgram.exe',
    'VM Type': 'de7afe99-a559-4744-bab7-fbc30e85fcfc',
    CPUs: '1',
    'Job Starts': '0',
  })
  await alice('/job', '-X', 'DELETE')
})

test('every process belongs to the one cluster', async () => {
  const cluster = await submitHeld(alice, 'arguments = $(n)\nqueue n in (1 2 3)')
  const ids = (await queue()).map((row) => row['Job ID'])
  expect(ids).toEqual(expect.arrayContaining([0, 1, 2].map((proc) => `${cluster}.${proc}`)))
  const details = await alice(`/job?id=${cluster}.2&RESPONSEFORMAT=text/plain`)
  expect(details.text).toMatch(/^Arguments = 3$/m)
  await alice('/job', '-X', 'DELETE')
})

test('several queue statements make one cluster, with each version of HTCondor', async () => {
  const lines = 'arguments = 1\nqueue 2\narguments = 2\nqueue'
  const cluster = await submitHeld(alice, lines)
  const details = await alice(`/job?id=${cluster}.2&RESPONSEFORMAT=text/plain`)
  expect(details.text).toMatch(/^Arguments = 2$/m)
  await alice('/job', '-X', 'DELETE')
})

test('GET is a VOTable, RESPONSEFORMAT=text/plain the same rows with tabs', async () => {
  const cluster = await submitHeld()
  const votable = await alice('/job')
  expect(votable.headers['content-type']).toBe('application/x-votable+xml')
  const ids = [...votable.text.matchAll(/<TR><TD>(\d+\.\d+)<\/TD>/g)].map((match) => match[1])
  const text = await alice('/job?RESPONSEFORMAT=text/plain')
  expect(text.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(rows(text.text).map((row) => row['Job ID'])).toEqual(ids)
  expect(ids).toContain(`${cluster}.0`)
  await alice('/job', '-X', 'DELETE')
})

test('status=true is the state of the scheduler, as VOTable and as text', async () => {
  const votable = await alice('/job?status=true')
  expect(votable).toMatchObject({ status: 200 })
  expect(votable.headers['content-type']).toBe('application/x-votable+xml')
  const [row] = rows((await alice('/job?status=true&RESPONSEFORMAT=text/plain')).text)
  expect(row?.Name).toBeTruthy()
  expect(row?.Version).toMatch(/^\d+\.\d+\.\d+$/)
  expect(Number(row?.Slots)).toBeGreaterThan(0)
})

test('DELETE removes all jobs of the caller and says how many; none is not an error', async () => {
  await alice('/job', '-X', 'DELETE')
  await submitHeld(alice, 'queue 3')
  const reply = await alice('/job', '-X', 'DELETE')
  expect(reply).toMatchObject({ status: 200, text: '3 jobs marked for removal\n' })
  const again = await alice('/job', '-X', 'DELETE')
  expect(again).toMatchObject({ status: 200, text: '0 jobs marked for removal\n' })
})

test('an empty queue is a valid empty table', async () => {
  await alice('/job', '-X', 'DELETE')
  await eventually(async () => (await queue()).length === 0)
  const votable = await alice('/job')
  expect(votable).toMatchObject({ status: 200 })
  expect(votable.text).toMatch(/<TABLEDATA>\s*<\/TABLEDATA>/)
  const text = await alice('/job?RESPONSEFORMAT=text/plain')
  expect(text.text).toMatch(/^Job ID\tUser\t[^\n]*\n$/)
})

test('Basic: the same jobs under /proc/auth/job, over https and http', async () => {
  const cluster = await submitHeld()
  for (const base of [service.https, service.http]) {
    const reply = await curl(
      `${base}/auth/job?RESPONSEFORMAT=text/plain`,
      '-u',
      'alice:alice-password',
    )
    expect(rows(reply.text).map((row) => row['Job ID'])).toContain(`${cluster}.0`)
  }
  await alice('/job', '-X', 'DELETE')
})
