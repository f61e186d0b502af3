/** Who gets in who should not: certificates, passwords, paths, functions called past the authorizer, other people's ids. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import bcrypt from 'bcryptjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issue, makeAuthority } from '../../local/authority.ts'
import { passwordOf } from '../../local/config.ts'
import { alice, bob, curl, eventually, file, scratch, service, submitHeld, VM } from './client.ts'
import { onSubmitHost } from './host.ts'
import { eventFor, instance } from './lambda.ts'
import { CONTENTS, secretsInLogs } from './secrets.ts'

const ca = { certificate: `${service.certs}/ca.pem`, key: `${service.certs}/ca.key` }
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })

afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
  await bob('/job', '-X', 'DELETE')
})

/** Certificates that the gateway does not take: no function is asked, and none writes a line. */
const BY_GATEWAY = ['expired', 'notYet', 'otherAuthority', 'proxy', 'ownAuthority', 'server']

describe('certificates', () => {
  const CLIENT = 'extendedKeyUsage=clientAuth'
  const ALICE = '/C=CA/O=canfar-proc local/CN=alice'
  const at = (name: string) => join(scratch, name)

  /** A certificate of our CA for ALICE that is good from `start` to `end`, as `YYYYMMDDHHMMSSZ`. */
  async function dated(name: string, start: string, end: string): Promise<void> {
    const folder = at(`${name}-ca`)
    execFileSync('mkdir', ['-p', folder])
    writeFileSync(join(folder, 'index.txt'), '')
    writeFileSync(join(folder, 'serial'), '01\n')
    writeFileSync(
      join(folder, 'ca.conf'),
      `[ca]\ndefault_ca=d\n[d]\ndatabase=${folder}/index.txt\nserial=${folder}/serial\nnew_certs_dir=${folder}\n` +
        'default_md=sha256\npolicy=p\nx509_extensions=x\nunique_subject=no\nemail_in_dn=no\n' +
        '[p]\nC=optional\nO=optional\nCN=optional\n[x]\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n',
    )
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc']
    openssl('req', ...key, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', ALICE)
    openssl(
      ...['ca', '-batch', '-notext', '-config', join(folder, 'ca.conf'), '-in', at(`${name}.csr`)],
      ...['-cert', ca.certificate, '-keyfile', ca.key, '-startdate', start, '-enddate', end],
      ...['-out', at(`${name}.crt`)],
    )
    writeFileSync(
      at(`${name}.pem`),
      readFileSync(at(`${name}.crt`), 'utf8') + readFileSync(at(`${name}.key`), 'utf8'),
    )
  }

  /** One that alice herself signed with her own key: RFC 3820, or as if she were an authority. */
  async function signedByAlice(name: string, subject: string, extensions: string): Promise<void> {
    const pem = `${service.certs}/alice.pem`
    await issue({ certificate: pem, key: pem }, at(name), subject, extensions)
    writeFileSync(at(`${name}.pem`), readFileSync(at(`${name}.pem`), 'utf8') + readFileSync(pem))
  }

  beforeAll(async () => {
    await dated('expired', '20200101000000Z', '20210101000000Z')
    await dated('notYet', '20500101000000Z', '20510101000000Z')
    const other = await makeAuthority(at('other'))
    await issue(other, at('otherAuthority'), ALICE, CLIENT)
    const proxy = 'proxyCertInfo=critical,language:id-ppl-inheritAll'
    await signedByAlice('proxy', `${ALICE}/CN=1234567`, proxy)
    await signedByAlice('ownAuthority', '/C=CA/O=canfar-proc local/CN=bob', CLIENT)
    for (const [name, subject] of [
      ['reordered', '/CN=alice/O=canfar-proc local/C=CA'],
      ['oneSet', '/C=CA/O=canfar-proc local+CN=alice'],
      ['slash', '/C=CA/O=canfar-proc local\\/CN=alice'],
      ['slashInName', '/C=CA/O=canfar-proc local/CN=alice\\/CN=carol'],
      ['longer', `${ALICE}/CN=carol`],
      ['legacyProxy', `${ALICE}/CN=proxy`],
      ['shorter', '/CN=alice'],
      ['blank', '/C=CA/O=canfar-proc local/CN=alice '],
      ['twice', '/C=CA/O=canfar-proc local/O=canfar-proc local/CN=alice'],
      ['homoglyph', '/C=CA/O=canfar-proc local/CN=аlice'],
      ['account', '/C=CA/O=canfar-proc local/CN=condorweb'],
      ['root', '/CN=root'],
    ] as const) {
      const multi = name === 'oneSet' ? `${CLIENT}\n` : CLIENT
      await issue(ca, at(name), subject, multi)
    }
    await issue(ca, at('server'), ALICE, 'extendedKeyUsage=serverAuth')
    await issue(ca, at('capitals'), '/C=ca/O=CANFAR-PROC Local/CN=Alice', CLIENT)
  })

  test.each([
    ['expired', 'whose time is over'],
    ['notYet', 'whose time has not come'],
    ['otherAuthority', "with alice's name from an authority of the same name"],
    ['proxy', 'that is an RFC 3820 proxy of alice'],
    ['ownAuthority', 'for bob that alice signed'],
    ['server', "with alice's name for servers only"],
    ['reordered', "with alice's RDNs in another order"],
    ['oneSet', "with alice's attributes in one RDN"],
    ['slash', 'with a slash that would make it alice on one line'],
    ['slashInName', 'with a slash that would begin a name'],
    ['longer', "that goes on after alice's name"],
    ['legacyProxy', 'that looks like an old proxy'],
    ['shorter', 'with a part of her name'],
    ['blank', 'with a blank behind her name'],
    ['twice', 'with an RDN twice'],
    ['homoglyph', 'with a Cyrillic letter'],
    ['account', 'with the name of the service account'],
    ['root', 'with the name of root'],
  ])('%s is 403: one %s', async (name) => {
    const reply = await curl('/job', '-E', at(`${name}.pem`), '-X', 'DELETE')
    const byGateway = BY_GATEWAY.includes(name)
    const says = byGateway ? /^\{"message":"Forbidden"\}$/ : /^[^\n]+\n$/
    expect(reply).toMatchObject({ status: 403, text: expect.stringMatching(says) })
    expect(/this is a proxy certificate .*\(curl -E usercert/.test(reply.text)).toBe(
      name === 'legacyProxy',
    )
    const id = reply.headers[byGateway ? 'x-amzn-requestid' : 'x-request-id']
    const lines = () => {
      const log = readFileSync(service.log, 'utf8').split('\n')
      return log.filter((line) => line.includes(`"${id}"`))
    }
    // A domain refuses before there is a stage that logs.
    if (byGateway) expect(lines()).toEqual([])
    else await eventually(async () => lines().length > 1)
    const advice = lines()
      .map((line) => JSON.parse(line).advice)
      .filter(Boolean)
    const other = [expect.stringMatching(/in the other order/)]
    expect(advice).toEqual(name === 'reordered' ? other : [])
  })

  test('capitals do not make another person, as in Globus', async () => {
    const cluster = await submitHeld(alice)
    const reply = await curl(`/job?id=${cluster}.0`, '-E', at('capitals.pem'))
    expect(reply.status).toBe(200)
  })
})

describe('passwords', () => {
  const { endpoint, region, keys, configBucket } = service.store
  const s3 = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    ...(keys && { credentials: keys }),
  })
  const ODD = 'pä:ss:wörd€ 🔭'
  let htpasswd = ''
  const put = (Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: configBucket, Key: 'htpasswd', Body }))

  const basic = (credentials: string | Buffer) =>
    curl(
      '/auth/job',
      '-H',
      `Authorization: Basic ${Buffer.from(credentials as string).toString('base64')}`,
    )

  beforeAll(async () => {
    const object = await s3.send(new GetObjectCommand({ Bucket: configBucket, Key: 'htpasswd' }))
    htpasswd = (await object.Body?.transformToString()) ?? ''
    const odd = await bcrypt.hash(ODD, 10)
    await put(
      `${htpasswd.replace(/^bob:.*$/m, `bob:${odd}`)}plain:plain\nmd5:$apr1$x$x\nempty:\nroot:${odd}\nzoe:${odd}\n`,
    )
    await eventually(async () => (await basic(`bob:${ODD}`)).status === 200)
  })

  afterAll(async () => {
    await put(htpasswd)
    await eventually(async () => (await basic(`bob:${passwordOf('bob')}`)).status === 200)
    s3.destroy()
  })

  test.each([
    '',
    ':',
    'alice',
    'alice:',
    ':alice-password',
    'bob:pä',
    'bob:pä:ss',
    `bob:${ODD} `,
    `bob::${ODD}`,
    `bob:${'x'.repeat(72)}`,
    `alice:alice-password${'\u0000'}`,
    `alice:alice-password${'x'.repeat(1000)}`,
    'alice\u0000:alice-password',
    'alice\n:alice-password',
    'alic\u0065\u0301:alice-password',
    'ALICE:alice-password',
    '../alice:alice-password',
    'plain:plain',
    'md5:x',
    'empty:',
    `${'a'.repeat(5000)}:x`,
  ])('%j is 403', async (credentials) => {
    expect(await basic(credentials)).toMatchObject({
      status: 403,
      text: expect.stringMatching(/^[^\n]+\n$/),
    })
  })

  test('bytes that are no UTF-8, and a header of 15 KB, are refused', async () => {
    expect((await basic(Buffer.from([0x61, 0xff, 0x3a, 0xfe]))).status).toBe(403)
    expect([403, 431]).toContain((await basic(`alice:${'x'.repeat(11_000)}`)).status)
  })

  test('an operator who lists root, or one without an account, gives them no jobs', async () => {
    for (const user of ['root', 'zoe']) {
      const reply = await curl('/auth/job', '-u', `${user}:${ODD}`, '-X', 'DELETE')
      expect(reply.status, user).toBe(403)
    }
  })

  test('unknown users take as long as known ones', async () => {
    const times = async (user: string) => {
      const taken: number[] = []
      for (let count = 0; count < 9; count++) {
        const start = performance.now()
        expect((await basic(`${user}:wrong-${count}`)).status).toBe(403)
        taken.push(performance.now() - start)
      }
      return taken.toSorted((a, b) => a - b)[4] ?? 0
    }
    const known = await times('alice')
    const unknown = await times('nobody-like-that')
    console.log(
      `wrong password: known user ${known.toFixed(0)} ms, unknown ${unknown.toFixed(0)} ms`,
    )
    expect(unknown / known).toBeGreaterThan(0.6)
    expect(unknown / known).toBeLessThan(1.7)
  })
})

describe('paths', () => {
  const PATHS = [
    '/proc//job',
    '//proc/job',
    '/proc/job/',
    '/proc/job//',
    '/proc/job/.',
    '/proc/./job',
    '/proc/auth/../job',
    '/proc/availability/../job',
    '/proc/%6aob',
    '/proc/j%6Fb',
    '/proc%2fjob',
    '/proc/job%2f',
    '/proc/auth%2fjob',
    '/proc/%2e%2e/proc/job',
    '/proc/job%00',
    '/proc/job%20',
    '/proc/job;x=1',
    '/proc/job%3fid=1.0',
    '/proc/job%23',
    '/proc/JOB',
    '/PROC/job',
    '/Proc/Auth/Job',
    '/proc/auth/job/',
    '/proc/auth//job',
    '/proc/availability/job',
    '/job',
    '/proc/',
    '/v1/proc/job',
    '/2015-03-31/functions/get/invocations',
    '/proc/job\\',
    '/proc/jo%62?x',
  ]
  const origins = [service.https, service.http].map((url) => new URL(url).origin)

  test.each(PATHS)('%s gives a stranger nothing', async (path) => {
    for (const origin of origins) {
      for (const method of ['GET', 'DELETE', 'POST']) {
        const reply = await curl(`${origin}${path}`, '--path-as-is', '-X', method)
        expect([400, 403, 404, 405], `${origin} ${method}`).toContain(reply.status)
        expect(reply.text).not.toMatch(/TABLEDATA|marked for removal|at Object|\.ts:|node_modules/)
      }
    }
  })

  test('another way to write the path does not change the way in', async () => {
    for (const path of PATHS) {
      const reply = await curl(
        `${origins[0]}${path}`,
        ...['--path-as-is', '-u', `alice:${passwordOf('alice')}`],
      )
      // A password is good for /proc/auth/job alone, however that is written.
      if (!/auth/i.test(path)) expect(reply.status, path).not.toBe(200)
    }
  })
})

describe('functions called past the authorizer', () => {
  const contexts: [string, unknown][] = [
    ['no context', undefined],
    ['no authorizer', { requestId: 'x' }],
    ['null', { authorizer: null }],
    ['an empty authorizer', { authorizer: {} }],
    ['no account', { authorizer: { principalId: 'alice' } }],
    ['an empty account', { authorizer: { account: '' } }],
    ['root by number', { authorizer: { account: 0 } }],
    ['a list', { authorizer: { account: ['alice'] } }],
    ['capitals', { authorizer: { account: 'Alice' } }],
    ['an option', { authorizer: { account: '-u' } }],
    ['a path', { authorizer: { account: '../alice' } }],
    ['two lines', { authorizer: { account: 'alice\nbob' } }],
    ['a quote', { authorizer: { account: 'alice" || true || "' } }],
    ['claims', { authorizer: { claims: { sub: 'alice' } } }],
    ['an identity', { identity: { user: 'alice', caller: 'alice', userArn: 'alice' } }],
  ]

  test.each(['get', 'post', 'delete'])('%s does nothing', async (name) => {
    const cluster = await submitHeld(alice)
    const called = instance(name)
    try {
      const method = name.toUpperCase()
      const headers = { Authorization: 'Basic YWxpY2U6YWxpY2UtcGFzc3dvcmQ=', 'X-Account': 'alice' }
      for (const [what, requestContext] of contexts) {
        const event = eventFor('alice', method, {}, { requestContext, headers } as never)
        const { result } = await called.invoke(event)
        expect(result.statusCode, what).toBe(403)
        expect(result.body, what).toMatch(/^[^\n]+\n$/)
      }
      for (const account of ['root', 'condorweb', 'condor', 'nosuch', 'erin']) {
        const query = name === 'post' ? Object.fromEntries(new URLSearchParams(`${VM}`)) : {}
        const more = { job: 'j,vos://cadc.nrc.ca~vault/test/held', exec: 'e,vm:/bin/true' }
        const asked = name === 'post' ? { ...query, ...more } : name === 'get' ? { id: '1.0' } : {}
        const { result } = await called.invoke(eventFor(account, method, asked))
        expect(result.statusCode, account).toBe(403)
      }
    } finally {
      called.stop()
    }
    const { stdout } = await onSubmitHost('condor_q', '-allusers', String(cluster), '-af', 'Owner')
    expect(stdout).toBe('alice\n')
  })
})

test("a page of another site does nothing in its reader's name", async () => {
  const cluster = await submitHeld(alice)
  for (const site of ['cross-site', 'same-site']) {
    const said = ['-H', `Sec-Fetch-Site: ${site}`]
    for (const [path, method] of [
      [`/job?job=j,param:j&exec=e,vm:/bin/true&${VM}`, 'POST'],
      [`/job?action=release&id=${cluster}`, 'POST'],
      ['/job', 'DELETE'],
    ] as const) {
      const withCertificate = await alice(path, '-X', method, ...said)
      expect(withCertificate, withCertificate.text).toMatchObject({
        status: 403,
        text: expect.stringContaining('another site'),
      })
      const user = ['-u', 'alice:alice-password']
      const withPassword = await curl(
        path.replace('/job', '/auth/job'),
        '-X',
        method,
        ...user,
        ...said,
      )
      expect(withPassword.status).toBe(403)
    }
    expect((await alice('/job', ...said)).status).toBe(200) // a link
  }
  const details = await alice(`/job?id=${cluster}.0&RESPONSEFORMAT=json`)
  expect(JSON.parse(details.text)).toMatchObject([{ Status: 'Held' }])
  const own = await alice('/job', '-X', 'DELETE', '-H', 'Sec-Fetch-Site: same-origin')
  expect(own.status).toBe(200)
})

describe("another's ids", () => {
  test("a job's id, queued and finished, with every format", async () => {
    const cluster = await submitHeld(bob)
    for (const state of ['queued', 'finished']) {
      for (const format of ['', '&RESPONSEFORMAT=text/plain', '&RESPONSEFORMAT=votable']) {
        const reply = await alice(`/job?id=${cluster}.0${format}`)
        expect(reply.status, state).toBe(404)
        expect(reply.text).not.toMatch(/sleep|held\.sub|home/)
      }
      if (state === 'queued') await bob('/job', '-X', 'DELETE')
    }
  })

  test('a request id as key gives nothing of the request', async () => {
    const post = (user: typeof alice, key: string) =>
      user(
        `/job?job=j.sub,param:j&exec=e,vm:/bin/true&${VM}`,
        ...['-X', 'POST', '-H', `Idempotency-Key: ${key}`],
        ...['-F', `j=<${file('id.sub', 'hold = true\nqueue\n')}`],
      )
    const his = await post(bob, randomUUID())
    const id = his.headers['x-request-id'] ?? ''
    for (const user of [alice, bob]) {
      const reply = await post(user, id)
      expect(reply.status).toBe(200)
      expect(reply.text).not.toBe(his.text)
      expect(reply.headers['x-request-id']).not.toBe(id)
      expect(reply.headers['idempotency-replayed']).toBeUndefined()
    }
  })
})

describe('logs', () => {
  const logged = {
    logs: dirname(service.log),
    pid: service.pid,
    keyFile: service.submitHost.keyFile,
    storeKey: service.store.keys?.secretAccessKey,
  }

  // The same is done at the end of each run, with what all tests had the parts write: global-setup.ts.
  test('no line of the service, the stack or the submit host holds a secret, and each log is looked at', async () => {
    const query = `job=j.sub,param:j&exec=e,param:e&${VM}`
    const parts = [
      `j=<${file('logged.sub', `# ${CONTENTS}\nhold = true\nqueue\n`)}`,
      `e=<${file('logged', `#!/bin/sh\n# ${CONTENTS}\n`)}`,
    ]
    const reply = await alice(
      `/job?${query}`,
      '-X',
      'POST',
      ...parts.flatMap((part) => ['-F', part]),
    )
    expect(reply.text).toMatch(/^\d+$/)
    const seen = new Set<string>()
    expect(await secretsInLogs(logged, seen)).toEqual([])
    for (const name of ['functions', 'stack', 'sshd', 'auth', 'condor/SchedLog', 'condor-gate']) {
      const there = [...seen].some((path) => path.includes(name))
      expect(there, name).toBe(true)
    }
    const { stdout } = await onSubmitHost('cat', '/var/log/auth.log')
    const request = reply.headers['x-request-id']
    expect(stdout).toMatch(
      new RegExp(
        `condor-gate\\[\\d+\\]: op=submit account=alice request=${request} status=0 ms=\\d+`,
      ),
    )
    expect(stdout).toMatch(
      /sudo(\[\d+\])?: condorweb : .*COMMAND=\/usr\/local\/libexec\/condor-gate\/condor-gate-submit/,
    )
  })

  test('a secret in any of them is noticed', async () => {
    const password = Buffer.from(`bob:${passwordOf('bob')}`).toString('base64')
    const plant = (line: string) => onSubmitHost('sh', '-c', `echo '${line}' >>/var/log/auth.log`)
    for (const line of [
      `Authorization: Basic ${password}`,
      `x ${password} y`,
      CONTENTS,
      'https://store/x',
    ]) {
      await plant(line)
      expect(await secretsInLogs(logged), line).toEqual([expect.stringContaining(line)])
      await onSubmitHost('sed', '-i', '$d', '/var/log/auth.log')
    }
  })
})
