/**
 * Faults of the submit host, as operators meet them: users are told the right thing, availability is false within
 * 15 s of the first refused request and names the part, and the log has the cause.
 */
import { readFileSync } from 'node:fs'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, bob, eventually, service, submitHeld, VM } from './client.ts'
import { onSubmitHost, outage } from './host.ts'
import { eventFor, instance } from './lambda.ts'

const { host, port, user } = service.submitHost
const { endpoint, region, keys, configBucket: Bucket } = service.store
const s3 = new S3Client({
  endpoint,
  region,
  forcePathStyle: true,
  ...(keys && { credentials: keys }),
})

const availability = instance('availability', { PROC_HEALTH_SECONDS: '90' })
const check = () => availability.invoke({ scheduled: true } as Partial<APIGatewayProxyEvent>)
const told = async () => (await availability.invoke(eventFor('', 'GET', {}))).result.body
const isUp = (body: string) => body.includes('<vosi:available>true<')

async function root(script: string): Promise<string> {
  const { status, stdout, stderr } = await onSubmitHost('bash', '-c', script)
  if (status !== 0) throw new Error(`${script}: status ${status} ${stdout}${stderr}`)
  return stdout
}

/** As when functions were idle: a connection that stands goes on where a new one is refused. */
const endSessions = () =>
  root(`pkill -u ${user} sshd; while pgrep -u ${user} sshd >/dev/null; do sleep 0.05; done`)

const submission = () =>
  alice(`/job?job=j.sub,param:j&exec=e,vm:/bin/true&${VM}`, '-F', 'j=hold = true\nqueue\n')
const list = () => alice('/job?RESPONSEFORMAT=csv')
const details = () => alice('/job?id=1')
const removal = () => alice('/job', '-X', 'DELETE')

// sshd would shut this address out after some refused logins.
beforeAll(() => root(`/root/submit-host/install --from ${host}`))
afterAll(async () => {
  await root('/root/submit-host/install --from any')
  availability.stop()
  s3.destroy()
})

interface Fault {
  readonly name: string
  readonly stop: () => Promise<unknown>
  readonly mend: () => Promise<unknown>
  readonly requests: readonly (() => ReturnType<typeof alice>)[]
  /** What the users are told, and what availability notes. */
  readonly says: RegExp
  readonly notes: RegExp
  /** What the log has of the cause. */
  readonly cause: RegExp
}

const GATE = '/usr/local/libexec/condor-gate'
const RECORDS = '/var/lib/condor-gate'
/** A fault that a shell script makes and another one mends; `sessions` end between. */
const scripted = (stop: string, mend: string, sessions = false) => ({
  stop: async () => {
    await root(stop)
    if (sessions) await endSessions()
  },
  mend: () => root(mend),
})
/** Changes a file of the gate, and puts it back. */
const changed = (file: string, edit: string) =>
  scripted(
    `cp -p ${GATE}/${file} /root/kept && sed -i '${edit}' ${GATE}/${file} && ! cmp -s /root/kept ${GATE}/${file}`,
    `mv /root/kept ${GATE}/${file}`,
  )

let pinned = ''
const everything = [submission, list, details, removal]
const condor = outage('condor')

const FAULTS: readonly Fault[] = [
  {
    name: 'HTCondor is stopped as a whole',
    stop: () => condor.stop(),
    mend: () => condor.start(),
    requests: everything,
    says: /^the HTCondor scheduler is not reachable at the moment[;,]/,
    notes: /the HTCondor scheduler is not reachable/,
    cause: /ended with 69: the scheduler cannot be reached/,
  },
  {
    name: 'the disk of the records is full',
    ...scripted(
      `mount -t tmpfs -o size=64k,mode=700 full ${RECORDS}; chown ${user}: ${RECORDS}; ! dd if=/dev/zero of=${RECORDS}/fill 2>/dev/null`,
      `umount ${RECORDS}`,
    ),
    requests: [submission],
    says: /^the submit host cannot record the request: its disk is full; try again in 30 seconds$/,
    notes: /cannot record the request: its disk is full/,
    cause: /ended with 75: the submit host cannot record/,
  },
  {
    name: "the records are another account's",
    ...scripted(`chown root ${RECORDS}`, `chown ${user} ${RECORDS}`, true),
    requests: [submission],
    says: /^the submit host is not set up completely: the submit host cannot record the request; tell the people who run it$/,
    notes: /cannot record the request/,
    cause: /ended with 78: .*cannot record the request/,
  },
  {
    name: "the service's account has expired",
    ...scripted(`usermod -e 1 ${user}`, `usermod -e '' ${user}`, true),
    requests: [submission, removal],
    says: /^the submit host does not let the service in[;,]/,
    notes: /does not let the service in/,
    cause: /could not connect to the submit host < Error: (connection closed|All configured)/,
  },
  {
    name: 'nobody may log in (nologin)',
    ...scripted('touch /run/nologin', 'rm /run/nologin', true),
    requests: [submission, details],
    says: /^the submit host does not let the service in[;,]/,
    notes: /does not let the service in/,
    cause: /could not connect to the submit host/,
  },
  {
    name: 'known_hosts has another key',
    async stop() {
      const object = await s3.send(new GetObjectCommand({ Bucket, Key: 'known_hosts' }))
      pinned = (await object.Body?.transformToString()) ?? ''
      const key = await root(
        'rm -f /root/other*; ssh-keygen -q -t ed25519 -N "" -f /root/other; cut -d" " -f1,2 /root/other.pub',
      )
      const Body = `[${host}]:${port} ${key}`
      await s3.send(new PutObjectCommand({ Bucket, Key: 'known_hosts', Body }))
      await endSessions()
      await new Promise((resolve) => setTimeout(resolve, 6_000)) // longer than a list is used unasked
      await endSessions()
    },
    mend: () => s3.send(new PutObjectCommand({ Bucket, Key: 'known_hosts', Body: pinned })),
    requests: [submission, removal],
    says: /^the submit host shows a key that this service does not know[;,]/,
    notes: /shows a key that this service does not know/,
    cause: /Host denied \(verification failed\)/,
  },
  {
    name: 'condor_submit is missing',
    ...scripted('mv /usr/bin/condor_submit /root/', 'mv /root/condor_submit /usr/bin/'),
    requests: [submission],
    says: /^the submit host is not set up completely: a program of HTCondor is missing; tell/,
    notes: /a program of HTCondor is missing/,
    cause: /ended with 78: .*a program of HTCondor is missing/,
  },
  {
    name: 'condor_q is missing',
    ...scripted('mv /usr/bin/condor_q /root/', 'mv /root/condor_q /usr/bin/'),
    requests: [details],
    says: /^the submit host is not set up completely: a program of HTCondor is missing; tell/,
    notes: /a program of HTCondor is missing/,
    cause: /ended with 78/,
  },
  {
    name: 'the group is missing',
    ...scripted('groupmod -n gone condorusers', 'groupmod -n condorusers gone'),
    requests: [submission, removal],
    says: /^the submit host is not set up completely: the group of its users is missing; tell/,
    notes: /the group of its users is missing/,
    cause: /ended with 78: .*the group/,
  },
  {
    name: 'HTCondor cannot read its configuration',
    ...scripted(
      'printf "x = (\\n@@@ no line\\n" >/etc/condor/config.d/98-broken',
      'rm /etc/condor/config.d/98-broken',
    ),
    requests: [details],
    says: /^the submit host is not set up completely: HTCondor cannot read its configuration; tell/,
    notes: /cannot read its configuration/,
    cause: /ended with 78/,
  },
  {
    name: "sudo's rules are gone",
    ...scripted('mv /etc/sudoers.d/condor-gate /root/', 'mv /root/condor-gate /etc/sudoers.d/'),
    requests: [submission, removal],
    says: /^the submit host is not set up completely: it does not let the service act for its users; tell/,
    notes: /it does not let the service act/,
    cause: /ended with 78: sudo: .*it does not let the service act/,
  },
  {
    name: 'the gate is missing',
    ...scripted(`mv ${GATE}/condor-gate /root/`, `mv /root/condor-gate ${GATE}/`),
    requests: [submission, details],
    says: /^the submit host is not set up completely: the gate's program does not start; tell/,
    notes: /the gate's program does not start/,
    cause: /ended with 12[67]/,
  },
  {
    name: 'half of the gate is another version',
    ...changed('gate/session.py', '1i x = ('),
    requests: [submission, details],
    says: /^the submit host is not set up completely: the gate's program does not start; tell/,
    notes: /the gate's program does not start/,
    cause: /ended with 1: .*SyntaxError/,
  },
  {
    name: 'the gate is older than the service',
    ...scripted(
      `cp -p ${GATE}/gate/request.py ${GATE}/gate/readiness.py /root/ && sed -i "s/'content': is_content/'contents': is_content/" ${GATE}/gate/request.py &&
       sed -i 's/"gate":{REVISION},"oldest":{OLDEST_SERVICE},//' ${GATE}/gate/readiness.py && ! cmp -s /root/request.py ${GATE}/gate/request.py`,
      `mv /root/request.py /root/readiness.py ${GATE}/gate/`,
    ),
    requests: [submission],
    says: /^the service and its submit host are of versions that do not fit; tell the people who run it$/,
    notes: /older than the service: run \.\/install of its own submit-host\/ there/,
    cause: /ended with 64: request not understood/,
  },
  {
    name: 'the service is older than the gate',
    ...scripted(
      `cp -p ${GATE}/gate/request.py ${GATE}/gate/readiness.py /root/ && sed -i "s/    'act': (/    'change': (/" ${GATE}/gate/request.py &&
       sed -i 's/^OLDEST_SERVICE = .*/OLDEST_SERVICE = 999/' ${GATE}/gate/readiness.py && ! cmp -s /root/request.py ${GATE}/gate/request.py`,
      `mv /root/request.py /root/readiness.py ${GATE}/gate/`,
    ),
    requests: [() => alice('/job?id=1', '-X', 'DELETE')],
    says: /^the service and its submit host are of versions that do not fit; tell the people who run it$/,
    notes: /the service is older than the programs on the submit host: deploy it again/,
    cause: /ended with 64: request not understood/,
  },
]

describe.each(FAULTS)('$name', ({ stop, mend, requests, says, notes, cause }) => {
  test('users get 503 with the reason, availability is false within 15 s, and the log has the cause', async () => {
    await eventually(async () => {
      await check()
      return isUp(await told())
    })
    const before = readFileSync(service.log, 'utf8').length
    await stop()
    try {
      const replies = []
      for (const request of requests) replies.push(await request())
      for (const { status, text, headers } of replies) {
        expect({ status, text: text.trim() }).toEqual({
          status: 503,
          text: expect.stringMatching(says),
        })
        expect(text).not.toMatch(/chdir|sudo:|sh:|Traceback|\/var|\/usr/)
        expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      }
      const body = await eventually(async () => {
        const now = await told()
        return !isUp(now) && now
      }, 15)
      expect(body).toMatch(notes)
      await check()
      expect(await told()).toMatch(notes)
      const lines = readFileSync(service.log, 'utf8').slice(before).split('\n')
      expect(
        lines
          .filter((line) => line.includes('"status":503'))
          .join('\n')
          .replaceAll('","', ' < '),
      ).toMatch(cause)
    } finally {
      await mend()
    }
    await eventually(async () => {
      await check()
      return isUp(await told())
    })
    await submitHeld()
    await removal()
  }, 120_000)
})

test('requiretty, before or after our own file, keeps nothing from working, and availability says so', async () => {
  for (const name of ['aaa', 'zzz']) {
    await root(`echo 'Defaults requiretty' >/etc/sudoers.d/${name}`)
    try {
      await check()
      expect(await told()).toContain('<vosi:available>true<')
      await submitHeld()
      await removal()
    } finally {
      await root(`rm /etc/sudoers.d/${name}`)
    }
  }
})

test('an account that has expired submits nothing, the others do; a locked one goes on, for none has a password', async () => {
  const files = 'ls ~alice/proc 2>/dev/null | wc -l'
  const before = await root(files)
  await root('usermod -e 1 alice')
  try {
    const { status, text } = await submission()
    expect([status, text]).toEqual([
      403,
      'this account has expired on the submit host; ask for access\n',
    ])
    expect(await root(files)).toBe(before)
    await submitHeld(bob)
    await check()
    expect(await told()).toContain('<vosi:available>true<')
  } finally {
    await root("usermod -e '' alice")
  }
  await root('usermod -L alice; chage -M 1 -d 2020-01-01 alice')
  try {
    await submitHeld()
  } finally {
    await root('usermod -U alice; chage -M -1 alice')
  }
  await removal()
  await bob('/job', '-X', 'DELETE')
})

test('the least uid is a setting, and the log of the submit host says which of the two reasons it was', async () => {
  const reasons = async () => (await root('grep "status=77" /var/log/auth.log | tail -1')).trim()
  await root('/root/submit-host/install --min-uid 60000')
  try {
    expect(await submission()).toMatchObject({
      status: 403,
      text: 'this account is not allowed to submit jobs; ask for access\n',
    })
    expect(await reasons()).toMatch(
      /not allowed to submit jobs: uid 59\d\d\d is below 60000 \(install --min-uid\)$/,
    )
  } finally {
    await root('/root/submit-host/install --min-uid 1000')
  }
  await root('gpasswd -d alice condorusers')
  try {
    expect(await submission()).toMatchObject({ status: 403 })
    expect(await reasons()).toMatch(/not allowed to submit jobs: not in the group condorusers$/)
  } finally {
    await root('usermod -aG condorusers alice')
  }
  await submitHeld()
  await removal()
})

test('a disk that is about to fill is told before anything fails', async () => {
  await root(
    `mount -t tmpfs -o size=8m,mode=700 low ${RECORDS}; chown ${user}: ${RECORDS}; dd if=/dev/zero of=${RECORDS}/fill bs=1k count=7900 2>/dev/null; chown ${user} ${RECORDS}/fill`,
  )
  try {
    await check()
    const body = await told()
    expect(body).toContain('<vosi:available>true<')
    expect(body).toMatch(
      /<vosi:note>the submit host's disk of the service's records has 0 MB left<\/vosi:note>/,
    )
  } finally {
    await root(`umount ${RECORDS}`)
  }
})
