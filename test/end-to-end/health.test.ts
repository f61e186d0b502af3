/** The scheduled check and what GET /proc/availability makes of it; maintenance windows. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { afterAll, afterEach, expect, test } from 'vitest'
import { alice, curl, eventually, file, queue, service, submitHeld, VM } from './client.ts'
import { onSubmitHost, outage } from './host.ts'
import { eventFor, instance } from './lambda.ts'

const { endpoint, region, keys, configBucket: Bucket } = service.store
const s3 = new S3Client({
  endpoint,
  region,
  forcePathStyle: true,
  ...(keys ? { credentials: keys } : {}),
})
// With a finding that is told for a minute and a half, as in a deployment.
const availability = instance('availability', { PROC_HEALTH_SECONDS: '90' })

afterEach(() => s3.send(new DeleteObjectCommand({ Bucket, Key: 'maintenance.json' })))
afterAll(() => availability.stop())

const check = () => availability.invoke({ scheduled: true } as Partial<APIGatewayProxyEvent>)
const get = async (query = {}) => (await availability.invoke(eventFor('', 'GET', query))).result
const upSince = (text: string) => /<vosi:upSince>(.*)<\/vosi:upSince>/.exec(text)?.[1]

test('GET answers from the last scheduled check, whose upSince outlives the instance', async () => {
  await check()
  const first = (await get()).body
  expect(first).toContain('<vosi:available>true<')
  expect(upSince(first)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const other = instance('availability', { PROC_HEALTH_SECONDS: '90' })
  try {
    await other.invoke({ scheduled: true } as Partial<APIGatewayProxyEvent>)
    const { result } = await other.invoke(eventFor('', 'GET', {}))
    expect(upSince(result.body)).toBe(upSince(first))
  } finally {
    other.stop()
  }
})

test('a stopped schedd: false with the reason after the next check, true with a new upSince after', async () => {
  await check()
  const before = upSince((await get()).body) ?? ''
  const schedd = outage('schedd')
  await schedd.stop()
  try {
    // The finding of before is told while it is fresh.
    expect((await get()).body).toContain('<vosi:available>true<')
    await check()
    const { body } = await get()
    expect(body).toContain('<vosi:available>false<')
    expect(body).toMatch(/<vosi:note>[^<]*scheduler/)
    expect(upSince(body)).toBeUndefined()
    const least = await get({ detail: 'min' })
    expect([least.statusCode, Number(least.headers?.['Retry-After'])]).toEqual([503, 60])
  } finally {
    await schedd.start()
  }
  await eventually(async () => {
    await check()
    return (await get()).body.includes('<vosi:available>true<')
  })
  expect(Date.parse(upSince((await get()).body) ?? '')).toBeGreaterThan(Date.parse(before))
  expect(await get({ detail: 'min' })).toMatchObject({ statusCode: 200, body: '' })
})

/** Its program is staged: it is too large for the request line of condor-gate. */
const largeSubmission = () =>
  alice(
    `/job?job=j.sub,param:j&exec=e,param:e&${VM}`,
    ...['-F', 'j=hold = true\nqueue\n', '-F', `e=@${file('large', '#'.repeat(100_000))}`],
  )

test.each([
  ['schedd', () => alice('/job?id=1.0')],
  ['sshd', () => alice('/job?id=1.0')],
  ['radosgw', largeSubmission],
] as const)(
  '%s does not answer: the first request that finds it so has availability look for itself',
  async (part, ask) => {
    await check()
    expect((await get()).body).toContain('<vosi:available>true<')
    const down = outage(part)
    await down.hang()
    try {
      const asked = ask()
      const { body } = await eventually(async () => {
        const found = await get()
        return found.body.includes('<vosi:available>false<') && found
      }, 15)
      expect(body).toMatch(/<vosi:note>[^<]*(?:scheduler|submit host|object store|does not answer)/)
      expect((await get({ detail: 'min' })).statusCode).toBe(503)
      expect((await asked).status).toBe(503)
    } finally {
      await down.resume()
    }
    // The schedule may have found it, too, and what it finds is told until it looks again.
    await eventually(async () => {
      await check()
      return (await get()).body.includes('<vosi:available>true<')
    })
  },
  180_000,
)

test('sudo without its rules: false after the next check, and nobody is told to ask for access', async () => {
  const rules = '/etc/sudoers.d/condor-gate'
  await onSubmitHost('mv', rules, '/root/condor-gate.sudoers')
  try {
    await check()
    const { body } = await get()
    expect(body).toContain('<vosi:available>false<')
    expect(body).toMatch(/<vosi:note>[^<]*submit host is not set up/)
    for (const answer of [await submission(), await alice('/job', '-X', 'DELETE')]) {
      expect(answer).toMatchObject({ status: 503, text: expect.stringMatching(/not set up/) })
    }
  } finally {
    await onSubmitHost('mv', '/root/condor-gate.sudoers', rules)
  }
  await check()
  expect((await get()).body).toContain('<vosi:available>true<')
})

const submission = () =>
  alice(`/job?job=j.sub,param:j&exec=e,vm:/bin/true&${VM}`, '-F', 'j=hold = true\nqueue\n')

const announce = (window: object) =>
  s3.send(new PutObjectCommand({ Bucket, Key: 'maintenance.json', Body: JSON.stringify(window) }))

test('in a maintenance window POST is 503 and GET goes on; availability says until when', async () => {
  const cluster = await submitHeld()
  const backAt = new Date(Date.now() + 120_000)
  await announce({ backAt, note: 'new disks' })
  const refused = await eventually(async () => {
    const reply = await alice(`/job?job=j,param:j&exec=e,vm:/bin/true&${VM}`, '-F', 'j=queue')
    return reply.status === 503 && reply
  })
  expect(refused.text).toMatch(/^new disks; try again in \d+ seconds\n$/)
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(60)
  expect((await queue()).map((row) => row['Job ID'])).toContain(`${cluster}.0`)
  const told = await eventually(async () => {
    const { text } = await curl('/availability')
    return text.includes('<vosi:available>false<') && text
  })
  expect(told).toContain(`<vosi:backAt>${backAt.toISOString()}</vosi:backAt>`)
  expect(told).toContain('<vosi:note>new disks</vosi:note>')
  const least = await curl('/availability?detail=min')
  expect([least.status, least.text]).toEqual([503, ''])
  expect(Number(least.headers['retry-after'])).toBeGreaterThan(60)

  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'maintenance.json' }))
  await eventually(async () => {
    const { status } = await alice(`/job?job=j,param:j&exec=e,vm:/bin/true&${VM}`, '-F', 'j=queue')
    return status === 200
  })
  await eventually(async () => (await curl('/availability')).text.includes('true<'))
  await alice('/job', '-X', 'DELETE')
})

test('a window to come is announced while the service goes on', async () => {
  const downAt = new Date(Date.now() + 3_600_000)
  await announce({ downAt })
  const told = await eventually(async () => {
    const { text } = await curl('/availability')
    return text.includes('downAt') && text
  })
  expect(told).toContain('<vosi:available>true<')
  await submitHeld()
  await alice('/job', '-X', 'DELETE')
})

test('who has too many jobs in the queue is 503 before anything is staged', async () => {
  const cluster = await submitHeld(alice, 'queue 5')
  const post = instance('post', { PROC_MAX_JOBS_PER_ACCOUNT: '5' })
  try {
    const submission = { job: 'j,param:nothing', exec: 'e,vm:/bin/true' }
    // The schedd tells of its users every few seconds here, the check looks when it is asked to.
    const refused = await eventually(async () => {
      await check()
      const { result } = await post.invoke(eventFor('alice', 'POST', submission))
      return result.statusCode === 503 && result
    })
    expect(refused.body).toMatch(/^you have 5 jobs in the queue, and 5 are allowed/)
    expect(Number(refused.headers?.['Retry-After'])).toBeGreaterThan(0)
    // Bob is not concerned: his request gets as far as its missing part.
    const { result } = await post.invoke(eventFor('bob', 'POST', submission))
    expect(result.statusCode).toBe(400)
  } finally {
    post.stop()
    await alice('/job', '-X', 'DELETE')
  }
  expect(cluster).toBeGreaterThan(0)
})

test('a maintenance.json that cannot be used is told by availability', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'maintenance.json', Body: '{"downAt": soon}' }))
  await check()
  expect((await get()).body).toContain('<vosi:note>maintenance.json cannot be used;')
})

test('a broken or missing list of users: the last good one stays in use, and availability says so', async () => {
  const Key = 'grid-mapfile'
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  const good = (await Body?.transformToString()) ?? ''
  expect(await alice('/job')).toMatchObject({ status: 200 })
  try {
    for (const [spoil, says] of [
      [
        () => s3.send(new PutObjectCommand({ Bucket, Key, Body: '\u0000 nonsense' })),
        'cannot be used',
      ],
      [() => s3.send(new DeleteObjectCommand({ Bucket, Key })), 'is missing'],
    ] as const) {
      await spoil()
      await new Promise((resolve) => setTimeout(resolve, 6_000)) // longer than a list is used unasked
      expect(await alice('/job')).toMatchObject({ status: 200 })
      await check()
      const { body } = await get()
      expect(body).toContain(`<vosi:note>grid-mapfile ${says}; the last good one stays in use<`)
      expect(body).toContain('<vosi:available>true<')
    }
  } finally {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: good }))
  }
})
