/**
 * The scenarios of test/submit-host on the real sshd, gate and schedd of the local stack. Those that wait for real time
 * limits (over a minute) run with PROC_TEST_SLOW=1.
 */
import { randomUUID } from 'node:crypto'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, test } from 'vitest'
import type { Host } from '../submit-host/scenarios/host.ts'
import { scenarios } from '../submit-host/scenarios.ts'
import { eventually, service } from './client.ts'
import { gate } from './gate.ts'
import { onSubmitHost } from './host.ts'

const { endpoint, region, keys, stagingBucket } = service.store
const s3 = new S3Client({
  endpoint,
  region,
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  ...(keys && { credentials: keys }),
})

const root = (script: string) => onSubmitHost('bash', '-c', script)

const host: Host = {
  gate,
  root,
  async store(bytes) {
    const object = { Bucket: stagingBucket, Key: `scenarios/${randomUUID()}` }
    await s3.send(new PutObjectCommand({ ...object, Body: bytes }))
    return getSignedUrl(s3, new GetObjectCommand(object), { expiresIn: 300 })
  },
  nowhere: `${endpoint.replace(/\/$/, '')}/${stagingBucket}/nothing`,
}

const emptyQueue = async () => {
  await root('condor_rm -all')
  await eventually(async () => (await root('condor_q -allusers -af ClusterId')).stdout === '')
}

// carol has an account and may not submit; nohome may, and has no home directory.
beforeAll(async () => {
  await root(
    'useradd --uid 59011 --create-home carol; useradd --uid 59012 --no-create-home -G condorusers nohome',
  )
  await emptyQueue()
})

afterAll(async () => {
  await emptyQueue()
  await root('userdel -r carol; userdel nohome')
  s3.destroy()
})

for (const { name, slow = false, run } of scenarios) {
  test.skipIf(slow && !process.env.PROC_TEST_SLOW)(name, () => run(host), slow ? 180_000 : 90_000)
}
