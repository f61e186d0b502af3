/**
 * Every hostile description of test/hostile, by the service and, where its own checks refuse it, also past them:
 * nothing runs on the submit host, nothing of others is read, nothing hangs. walls.test.ts has the walls one by one.
 */

import { randomUUID } from 'node:crypto'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkDescription } from '../../lib/request/description.ts'
import { byGate, byService, type Ending, type Way } from '../hostile/attempt.ts'
import { setCanary } from '../hostile/canary.ts'
import { corpus } from '../hostile/corpus.ts'
import type { Hostile } from '../hostile/description.ts'
import { queueVariables } from '../hostile/queue-variables.ts'
import { type Setting, tryAll } from '../hostile/trial.ts'
import { eventually, service } from './client.ts'
import { ask } from './gate.ts'
import { onSubmitHost } from './host.ts'
import { eventFor, instance } from './lambda.ts'

/** Side by side: more would only wait for this machine. */
const WAYS = 4
/** Seconds: the functions' own limit, and that of sudo with what the gate adds. */
const SERVICE_LIMIT = 30
const GATE_LIMIT = 75
/** What was accepted stays through negotiations and rounds of periodic expressions: also for as long as HTCondor's own intervals are. */
const STAY = process.env.PROC_TEST_SLOW ? 90 : 12

const root = (script: string) => onSubmitHost('bash', '-c', script)
const { endpoint, region, keys, stagingBucket } = service.store
const s3 = new S3Client({
  endpoint,
  region,
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  ...(keys && { credentials: keys }),
})
/** Beside those of the description; all machines fulfil it. */
const REQUIREMENT = 'TARGET.Arch == "X86_64"'
const many = (way: () => Way) => Array.from({ length: WAYS }, way)
const gates = many(() =>
  byGate(
    ask,
    async (bytes) => {
      const object = { Bucket: stagingBucket, Key: `hostile/${randomUUID()}` }
      await s3.send(new PutObjectCommand({ ...object, Body: bytes }))
      return getSignedUrl(s3, new GetObjectCommand(object), { expiresIn: 300 })
    },
    REQUIREMENT,
  ),
)
const instances = Array.from({ length: WAYS }, () =>
  // How busy the schedd is matters to other tests.
  instance('post', { PROC_MAX_DUTY_PERCENT: '100' }),
)
const services = instances.map(byService)
const get = instance('get', { PROC_MAX_DUTY_PERCENT: '100' })
const list = async () => (await get.invoke(eventFor('bob', 'GET', {}))).result.statusCode

let setting: Setting
beforeAll(async () => {
  await configure('True')
  await root('condor_rm -all')
  setting = { root, canary: await setCanary(root), until: eventually, list }
})

afterAll(async () => {
  for (const one of [...instances, get]) one.stop()
  s3.destroy()
  await root('rm -f /etc/condor/config.d/99-z-hostile; /root/submit-host/install; condor_reconfig')
  await setting.canary.remove()
})

/** HTCondor's own limit of jobs, where the local pool has ten times as many, and periodic expressions in quick rounds. */
const configure = async (gateJobs: string) => {
  const lines = [
    'MAX_JOBS_PER_SUBMISSION = 20000',
    'PERIODIC_EXPR_INTERVAL = 5',
    `CONDOR_GATE_JOBS = ${gateJobs}`,
  ]
  await root(
    `printf '%s\\n' '${lines.join("' '")}' >/etc/condor/config.d/99-z-hostile; condor_reconfig`,
  )
  await eventually(
    async () =>
      (await root('condor_config_val -schedd CONDOR_GATE_JOBS')).stdout.trim() === gateJobs,
  )
}

const refusedEarly = ({ bytes }: Hostile) => {
  try {
    checkDescription(bytes)
    return false
  } catch {
    return true
  }
}

const POLICY =
  /is not accepted here|are not accepted here|notification must|JobStatus must|requirement Gate/

function report(way: string, endings: readonly Ending[], early: (hostile: Hostile) => boolean) {
  const count = (holds: (ending: Ending) => boolean) => endings.filter(holds).length
  const refused = endings.filter(({ status }) => status !== 200)
  const policy = refused.filter(({ text }) => POLICY.test(text)).length
  const own = refused.filter(({ hostile }) => early(hostile)).length
  const late = count(({ status }) => status === 503)
  const longest = Math.max(...endings.map(({ seconds }) => seconds))
  console.log(
    `${way}: ${endings.length} descriptions; refused by the service ${own}, as it is read ` +
      `${refused.length - policy - own - late}, by what it may not set ${policy}; out of time ${late}; ` +
      `accepted ${count(({ status }) => status === 200)}; longest ${longest.toFixed(1)} s`,
  )
}

test('the corpus is large', () => {
  expect(corpus.length).toBeGreaterThan(600)
})

test('by the service nothing runs, nothing is read, nothing hangs', async () => {
  const { endings, findings } = await tryAll(setting, corpus, services, {
    limit: SERVICE_LIMIT,
    stay: STAY,
  })
  report('by the service', endings, refusedEarly)
  expect(findings).toEqual([])
}, 400_000)

test('nor does it past the checks of the service', async () => {
  const { endings, findings } = await tryAll(setting, corpus.filter(refusedEarly), gates, {
    limit: GATE_LIMIT,
    stay: STAY,
  })
  report('past the service', endings, () => false)
  expect(findings).toEqual([])
}, 400_000)

test('nor do variables of queue statements where the rules are for jobs of the service alone', async () => {
  await configure('(ProcRequestId isnt undefined)')
  const byBoth = [
    await tryAll(setting, queueVariables, services, { limit: SERVICE_LIMIT, stay: STAY }),
    await tryAll(setting, queueVariables, gates, { limit: GATE_LIMIT, stay: STAY }),
  ]
  expect(byBoth.flatMap(({ findings }) => findings)).toEqual([])
}, 400_000)
