/** What docs/operate.md tells an operator to do, command by command, while users are at work: none of their requests fails. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, expect, test } from 'vitest'
import { alice, bob, eventually, program, scratch, service, submitHeld } from './client.ts'
import { onSubmitHost } from './host.ts'
import { eventFor, instance } from './lambda.ts'
import { type Answer, everyday, type Load, newcomer, readers, startLoad } from './load.ts'

const { host, port, user, keyFile } = service.submitHost
const { endpoint, region, keys, configBucket: Bucket } = service.store
const s3 = new S3Client({
  endpoint,
  region,
  forcePathStyle: true,
  ...(keys && { credentials: keys }),
})

const get = async (Key: string) =>
  (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? ''
const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }))

async function root(script: string): Promise<string> {
  const { status, stdout, stderr } = await onSubmitHost('bash', '-c', script)
  if (status !== 0) throw new Error(`${script}: status ${status} ${stdout}${stderr}`)
  return stdout
}
const install = (words = '') => root(`/root/submit-host/install ${words}`)

/** sshd 9.8 and later shut an address out for a while after refused logins; this is what exempts ours. */
const exempt = async () => {
  restore.push(() => install('--from any'))
  await install(`--from ${host}`)
}

/** Ends every session of the service: a frozen function finds its connection dead when it thaws. */
const endSessions = () =>
  root(`pkill -u ${user} sshd; while pgrep -u ${user} sshd >/dev/null; do sleep 0.05; done`)

/** What puts the service back as the other test files know it, the last one first. */
const restore: (() => Promise<unknown>)[] = []
let load: Load | undefined

afterEach(async () => {
  await load?.stop()
  for (const step of restore.splice(0).reverse()) await step()
})
afterAll(async () => {
  await alice('/job', '-X', 'DELETE')
  await bob('/job', '-X', 'DELETE')
  s3.destroy()
})

const failed = ({ status }: Answer) => status !== 200

/** Waits until every client has had an answer: its instance then holds the keys and lists that the test is about to change. */
async function atWork({ clients, answers }: Load): Promise<void> {
  await eventually(async () =>
    clients.every((name) => answers.some(({ client }) => client === name)),
  )
}

/** Ends the load when every client was at work, however slow the machine; no request of it failed. */
async function nothingFailed(what: string, { clients, answers, stop }: Load): Promise<void> {
  const count = (name: string) => answers.filter(({ client }) => client === name).length
  await eventually(async () => clients.every((client) => count(client) > 5), 60)
  await stop()
  expect(answers.filter(failed)).toEqual([])
  const slowest = Math.max(...answers.map(({ asked, answered }) => answered - asked))
  const told = clients.map((client) => `${client} ${count(client)}`).join(', ')
  console.log(`${what}: ${answers.length} answers, none failed, slowest ${slowest} ms (${told})`)
}

const fingerprint = async (file: string) =>
  (await program('ssh-keygen', ['-l', '-f', file])).stdout.toString().split(' ')[1] ?? ''

/** Whether the submit host lets the key in, asked with ssh itself; undefined where it refuses it. */
async function ping(key: string): Promise<string | undefined> {
  const options = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null']
  const line = `echo '{"v":1,"op":"ping"}' | ssh -q -i ${key} -o BatchMode=yes -o IdentitiesOnly=yes`
  const ssh = `${line} ${options.join(' ')} -p ${port} ${user}@${host}`
  const { code, stdout } = await program('bash', ['-c', ssh])
  return code === 0 ? stdout.toString() : undefined
}

test('the ssh key is rotated', async () => {
  const old = join(scratch, 'old-key')
  const next = join(scratch, 'next-key')
  await writeFile(old, await readFile(keyFile), { mode: 0o600 })
  await program('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'next', '-f', next])
  const [oldLine, nextLine] = await Promise.all(
    [`${keyFile}.pub`, `${next}.pub`].map((file) => readFile(file, 'utf8')),
  )
  await root(`echo '${oldLine?.trim()}' >/root/old.pub; echo '${nextLine?.trim()}' >/root/next.pub`)
  /** As Secrets Manager does it: there is always a whole key. */
  const give = async (key: string) => {
    await writeFile(`${keyFile}.new`, await readFile(key), { mode: 0o600 })
    await rename(`${keyFile}.new`, keyFile)
  }
  await exempt()
  const sleeper = instance('get')
  const wake = async () =>
    (await sleeper.invoke(eventFor('alice', 'GET', { RESPONSEFORMAT: 'text/plain' }))).result
      .statusCode
  restore.push(
    async () => sleeper.stop(),
    () => endSessions(),
    () => install('--key /root/old.pub'),
    () => give(old),
  )
  expect(await wake()).toBe(200)

  load = startLoad({ ...everyday(), ...newcomer() })
  await atWork(load)
  await install('--add-key /root/next.pub')
  expect(await ping(old)).toContain('schedd')
  expect(await ping(next)).toContain('schedd')
  await give(next)
  // Instances that start now come with the new key.
  const accepted = `grep -c 'Accepted publickey for ${user} .*${await fingerprint(next)}' /var/log/sshd.log || true`
  const before = Number(await root(accepted))
  await eventually(async () => {
    // The load's lists may come from another instance's snapshot; this has the instance open a connection of its own.
    const fresh = instance('get')
    await fresh.invoke(eventFor('alice', 'GET', { id: '1' })).finally(() => fresh.stop())
    return Number(await root(accepted)) > before
  })
  await install('--key /root/next.pub')
  expect(await ping(old)).toBeUndefined()
  expect(await ping(next)).toContain('schedd')

  // Those that still remember the old one are refused, and read it anew.
  await load.pause()
  await endSessions()
  expect(await wake()).toBe(200)
  load.resume()
  await sleep(2_000)
  await nothingFailed('ssh key', load)
}, 120_000)

test('the host key is changed', async () => {
  const file = '/etc/ssh/ssh_host_ed25519_key'
  const reload = 'kill -HUP $(cat /run/sshd.pid)'
  const pinned = await get('known_hosts')
  const shown = async () => {
    const { stdout } = await program('ssh-keyscan', ['-t', 'ed25519', '-p', String(port), host])
    return stdout.toString().trim()
  }
  expect(await shown()).toBe(pinned.trim())
  await exempt()
  await root(`cp -p ${file} /root/old-host-key; cp -p ${file}.pub /root/old-host-key.pub`)
  restore.push(
    () => endSessions(),
    () => put('known_hosts', pinned),
    () => root(`mv /root/old-host-key ${file}; mv /root/old-host-key.pub ${file}.pub; ${reload}`),
  )

  load = startLoad({ ...everyday(), ...newcomer() })
  await atWork(load)
  const next = '/etc/ssh/next_host_key'
  await root(`ssh-keygen -q -t ed25519 -N '' -f ${next}`)
  const line = `[${host}]:${port} ${(await root(`cut -d' ' -f1,2 ${next}.pub`)).trim()}`
  await put('known_hosts', `${pinned.trim()}\n${line}\n`)
  await sleep(1_000)
  await root(`mv ${next} ${file}; mv ${next}.pub ${file}.pub; ${reload}`)
  await eventually(async () => (await shown()) === line)
  await load.pause()
  await endSessions()
  load.resume()
  await sleep(2_000)
  await put('known_hosts', `${line}\n`)
  await load.pause()
  await endSessions()
  load.resume()
  await sleep(2_000)
  await nothingFailed('host key', load)
}, 120_000)

test('a user is revoked within 10 s, by certificate and by password, and nobody else notices', async () => {
  // what the guide gives to sed
  const lists = { 'grid-mapfile': '/CN=bob[,"]/d', htpasswd: '/^bob:/d' }
  load = startLoad(everyday())
  const revoked = startLoad(readers('bob'))
  restore.push(() => revoked.stop())
  for (const name of Object.keys(lists)) {
    const before = await get(name)
    restore.push(() => put(name, before))
  }
  await atWork(revoked)
  expect(revoked.answers.filter(failed)).toEqual([])
  restore.push(() => root('usermod -aG condorusers bob'))
  await root('gpasswd -d bob condorusers')
  for (const [name, edit] of Object.entries(lists)) {
    const copy = join(scratch, name)
    const before = await get(name)
    await writeFile(copy, before)
    await program('sed', ['-i', edit, copy])
    const after = await readFile(copy, 'utf8')
    expect(after.split('\n').length).toBe(before.split('\n').length - 1)
    await put(name, after)
  }
  const done = Date.now()
  await sleep(11_000)
  await revoked.stop()
  const others = revoked.answers.filter(({ status }) => status !== 200 && status !== 403)
  expect(others).toEqual([])
  for (const way of Object.keys(readers('bob'))) {
    const last = revoked.answers
      .filter(({ client, status }) => client === way && status === 200)
      .at(-1)
    const seconds = ((last?.asked ?? 0) - done) / 1000
    console.log(`revoked: ${way}: the last request that was let in came ${seconds} s after`)
    expect(seconds).toBeLessThan(10)
    expect(revoked.answers.findLast(({ client }) => client === way)?.status).toBe(403)
  }
  await nothingFailed('revocation', load)
  for (const step of restore.splice(0).reverse()) await step()
  // Instances read the lists each in its own time: one that lets bob in says nothing of the others
  // until every one has read them again, and that takes as long as to revoke him.
  await sleep(11_000)
  expect((await bob('/job')).status).toBe(200)
}, 120_000)

test('a user who is taken out of the group on the submit host submits nothing from then on', async () => {
  load = startLoad(everyday())
  expect(await submitHeld(bob)).toBeGreaterThan(0)
  restore.push(() => root('usermod -aG condorusers bob'))
  await root('gpasswd -d bob condorusers')
  await expect(submitHeld(bob)).rejects.toThrow(/403 .*not allowed to submit/)
  await sleep(1_000)
  await nothingFailed('group', load)
  await root('usermod -aG condorusers bob')
  expect(await submitHeld(bob)).toBeGreaterThan(0)
}, 120_000)

test.each([
  ['missing', undefined],
  ['broken', '<html>this is not the list that was meant</html>\n'],
])(
  'while the lists and host keys are %s an instance goes on with its last good ones',
  async (state, text) => {
    const authorize = instance('authorize')
    const list = instance('get')
    restore.push(async () => [authorize, list].map((one) => one.stop()))
    /** The authorizer itself, as the gateway asks it. */
    const ask = async (event: object) => {
      const asked = { methodArn: 'arn:aws:execute-api:::x', headers: {}, ...event } as never
      const { policyDocument, context } = (await authorize.invoke(asked)).result as unknown as {
        policyDocument: { Statement: { Effect: string }[] }
        context: { account?: string }
      }
      const allowed = policyDocument.Statement[0]?.Effect === 'Allow' && context.account === 'bob'
      return { status: allowed ? 200 : 403, text: JSON.stringify(context) }
    }
    const clientCertPem = await readFile(`${service.certs}/bob.pem`, 'utf8')
    const Authorization = `Basic ${Buffer.from('bob:bob-password').toString('base64')}`
    const requestContext = { requestId: 'operations', identity: { clientCert: { clientCertPem } } }
    const authorizing = async () => {
      const reply = await ask({ resource: '/proc/job', requestContext })
      if (reply.status !== 200) return reply
      return ask({ resource: '/proc/auth/job', requestContext, headers: { Authorization } })
    }
    const listing = async () => {
      const { result } = await list.invoke(eventFor('bob', 'GET', { RESPONSEFORMAT: 'text/plain' }))
      return { status: result.statusCode, text: result.body }
    }
    // The load's lists may come from another instance's snapshot; this has the instance open a connection of its own.
    await list.invoke(eventFor('bob', 'GET', { id: '1' }))
    load = startLoad({ authorizer: authorizing, lists: listing })
    await atWork(load)
    for (const Key of ['grid-mapfile', 'htpasswd', 'known_hosts']) {
      const good = await get(Key)
      restore.push(() => put(Key, good))
      await (text ? put(Key, text) : s3.send(new DeleteObjectCommand({ Bucket, Key })))
    }
    await sleep(6_000)
    await load.pause()
    await endSessions()
    load.resume()
    await sleep(1_500)
    await nothingFailed(`lists ${state}`, load)
  },
  120_000,
)

test('install --check names what was changed, and install mends it', async () => {
  restore.push(() => install())
  expect(await install('--check')).toBe('nothing differs\n')
  const changes = [
    ['/etc/sudoers.d/condor-gate', 'chmod 640'],
    ['/etc/condor/config.d/60-condor-gate', 'echo "# by hand" >>'],
    ['/usr/local/libexec/condor-gate/gate/message.py', 'mv -t /root'],
    ['/etc/ssh/condor-gate.keys', 'sed -i s/^restrict,//'],
  ] as const
  for (const [file, change] of changes) await root(`${change} ${file}`)
  const check = await onSubmitHost('/root/submit-host/install', '--check')
  expect(check.status).toBe(1)
  const said = check.stdout.trim().split('\n')
  expect(said.filter((line) => line.startsWith('differs')).sort()).toEqual(
    changes.map(([file]) => `differs: ${file}`).sort(),
  )
  // A part of the gate is away.
  expect(said).toContainEqual(expect.stringMatching(/^not in effect: the gate, which says: /))
  const mended = await install()
  for (const [file] of changes) expect(mended).toContain(`installed ${file}`)
  expect(await install('--check')).toBe('nothing differs\n')
  expect((await alice('/job')).status).toBe(200)
})

test('install --remove leaves accounts and records, and install brings the service back', async () => {
  const again = `--store "$(cat /local/store)" --key /local/key.pub`
  restore.push(() => install(again))
  const records = await root('ls -R /var/lib/condor-gate | wc -l')
  const removed = await install('--remove')
  expect(removed).toContain(`left: account ${user}, group condorusers, /var/lib/condor-gate`)
  expect(await root('find /etc /usr/local -name "*condor-gate*"')).toBe('')
  expect(await root('ls -R /var/lib/condor-gate | wc -l')).toBe(records)
  expect(await root(`id -u ${user}; getent group condorusers`)).toMatch(/^\d+\ncondorusers:.*alice/)
  expect(await ping(keyFile)).toBeUndefined()
  await install(again)
  expect(await install('--check')).toBe('nothing differs\n')
  expect(await ping(keyFile)).toContain('schedd')
  await eventually(async () => (await alice('/job')).status === 200)
})
