/** Parameters that mean the same in every method, and lists that say why they are short. */
import { afterAll, expect, test } from 'vitest'
import { alice, bob, file, rows, submitHeld, VM } from './client.ts'

afterAll(async () => {
  for (const user of [alice, bob]) await user('/job', '-X', 'DELETE')
})

const ids = (text: string) => rows(text).map((row) => row['Job ID'])

test('several ids in GET: in their order, with commas or repeated, each job once', async () => {
  const [one, two] = [await submitHeld(alice, 'queue 3'), await submitHeld(alice, 'queue 2')]
  const list = await alice(`/job?id=${two}.1,${one}.2&id=${one}.0&RESPONSEFORMAT=tsv`)
  expect(ids(list.text)).toEqual([`${two}.1`, `${one}.2`, `${one}.0`])
  const whole = await alice(`/job?id=${one}&ID=${one}.1&id=${two}&RESPONSEFORMAT=tsv`)
  expect(ids(whole.text)).toEqual([`${one}.0`, `${one}.1`, `${one}.2`, `${two}.0`, `${two}.1`])
  const missing = await alice(`/job?id=${one}.0,${one}.7&id=2147483647&RESPONSEFORMAT=tsv`)
  expect(missing).toMatchObject({
    status: 404,
    text: expect.stringMatching(new RegExp(`^you have no job ${one}\\.7, 2147483647,`)),
  })
  const his = await submitHeld(bob)
  expect((await alice(`/job?id=${one}.0,${his}.0`)).status).toBe(404)
  for (const more of ['view=stdout', 'WAIT=1']) {
    expect(await alice(`/job?id=${one}.0,${one}.1&${more}`)).toMatchObject({
      status: 400,
      text: expect.stringMatching(/needs one/),
    })
  }
})

test('cluster goes where id does', async () => {
  const [one, two] = [await submitHeld(alice, 'queue 2'), await submitHeld()]
  for (const query of [`cluster=${one},${two}`, `cluster=${two}&cluster=${one}`]) {
    expect(ids((await alice(`/job?${query}&RESPONSEFORMAT=tsv`)).text)).toEqual([
      `${one}.0`,
      `${one}.1`,
      `${two}.0`,
    ])
  }
  const held = await alice(`/job?action=release&cluster=${one}`, '-X', 'POST')
  expect(rows(held.text)).toEqual([{ 'Job ID': `${one}`, Outcome: 'released', Jobs: '2' }])
  const removed = await alice(`/job?cluster=${one}&id=${two}.0`, '-X', 'DELETE')
  expect(rows(removed.text).map((row) => row['Job ID'])).toEqual([`${two}.0`, `${one}`])
  expect((await alice('/job?cluster=1.0', '-X', 'DELETE')).status).toBe(400)
})

test('users: several, one who has no jobs, and what is no account', async () => {
  const [mine, his] = [await submitHeld(), await submitHeld(bob)]
  const both = await alice('/job?user=me,bob&RESPONSEFORMAT=tsv')
  expect(ids(both.text)).toEqual(expect.arrayContaining([`${mine}.0`, `${his}.0`]))
  expect(both.headers).not.toHaveProperty('x-notice')
  const none = await alice('/job?user=bob,nobody-here&RESPONSEFORMAT=tsv')
  expect(ids(none.text)).toContain(`${his}.0`)
  expect(none.headers['x-notice']).toBe('no jobs of nobody-here are in the queue')
  for (const bad of ['Alice', 'alice%20smith', 'alice,', 'a*', '..%2F']) {
    expect((await alice(`/job?user=${bad}`)).status).toBe(400)
  }
  const page = await alice(`/job?user=me,nobody&MAXREC=1&after=${mine}.0&RESPONSEFORMAT=tsv`)
  expect(page.headers['x-notice']).toBe('no jobs of nobody are in the queue')
})

test('state=completed says where completed jobs are', async () => {
  const reply = await alice('/job?user=me&state=completed&RESPONSEFORMAT=tsv')
  expect(reply.headers['x-notice']).toMatch(/ask for them with id/)
})

test('WAIT=-1 is the longest wait, as in UWS', async () => {
  const cluster = await submitHeld()
  const waiting = alice(`/job?id=${cluster}.0&WAIT=-1&RESPONSEFORMAT=tsv`)
  await new Promise((done) => setTimeout(done, 1_500))
  await alice(`/job?id=${cluster}`, '-X', 'DELETE')
  expect((await waiting).text).toContain('Removed')
  expect((await alice(`/job?id=${cluster}.0&WAIT=-2`)).status).toBe(400)
})

test('Cluster and Proc are whole numbers beside Job ID', async () => {
  const cluster = await submitHeld(alice, 'queue 11')
  const list = await alice(`/job?user=me&cluster=${cluster}&RESPONSEFORMAT=json`)
  const jobs: { Cluster: number; Proc: number }[] = JSON.parse(list.text)
  expect(jobs.map(({ Cluster, Proc }) => [Cluster, Proc])).toEqual(
    Array.from({ length: 11 }, (_, proc) => [cluster, proc]),
  )
})

test('action in the body: told where it belongs, in each kind of body', async () => {
  for (const args of [
    ['-d', 'action=hold&id=1.0'],
    ['-F', 'action=hold', '-F', 'id=1.0'],
  ]) {
    expect(await alice('/job', '-X', 'POST', ...args)).toMatchObject({
      status: 400,
      text: expect.stringMatching(/^action belongs in the URL, with id: \?action=hold&id=/),
    })
  }
})

const parts = (end: string) =>
  ['--b', 'Content-Disposition: form-data; name="j"', '', 'hold = true', 'queue', '--b--', ''].join(
    end,
  )
const SUBMIT = `/job?job=j.sub,param:j&exec=e,vm:/bin/true&${VM}`
const TYPE = 'Content-Type: multipart/form-data; boundary=b'

test('bodies: _charset_ is passed over, LF alone and gzip are told', async () => {
  const charset = await alice(SUBMIT, '-F', '_charset_=utf-8', '-F', 'j=hold = true\nqueue\n')
  expect(charset).toMatchObject({ status: 200, text: expect.stringMatching(/^\d+$/) })
  const crlf = await alice(SUBMIT, '-H', TYPE, '--data-binary', `@${file('crlf', parts('\r\n'))}`)
  expect(crlf.status).toBe(200)
  const lf = await alice(SUBMIT, '-H', TYPE, '--data-binary', `@${file('lf', parts('\n'))}`)
  expect(lf).toMatchObject({
    status: 400,
    text: expect.stringMatching(/end in LF, and must end in CR LF/),
  })
  const { gzipSync } = await import('node:zlib')
  const packed = `@${file('gz', gzipSync(parts('\r\n')))}`
  for (const encoding of [[], ['-H', 'Content-Encoding: gzip']]) {
    const gzip = await alice(SUBMIT, '-H', TYPE, ...encoding, '--data-binary', packed)
    expect(gzip).toMatchObject({
      status: 400,
      text: expect.stringMatching(/gzip.*send it as it is/),
    })
  }
})
