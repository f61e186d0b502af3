/** A submit host as the scenarios see it: what reaches it, what may be asked of it, and what is then to be seen there. */
import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Output {
  status: number
  stdout: string
  stderr: string
}

/** A submit host with alice and bob in the group, carol outside of it and nohome in it, all queues empty of theirs. */
export interface Host {
  /** One ssh command of the service account: `line` with a newline on stdin. */
  gate(line: string): Promise<Output>
  /** A shell script as root on the host. */
  root(script: string): Promise<Output>
  /** Puts bytes in the store; a URL that the gate may fetch from. */
  store(bytes: Buffer): Promise<string>
  /** A URL in the store where there is nothing. */
  nowhere: string
}

export interface Scenario {
  name: string
  /** Minutes rather than seconds: waits for real time limits. */
  slow?: boolean
  run: (host: Host) => Promise<void>
}

export const PROGRAM = Buffer.concat([
  Buffer.from('#!/bin/sh\necho "$@"\nexit 0\n'),
  randomBytes(4096),
])

interface Wanted {
  account?: string
  request?: string
  digest?: string
  description: string
  name?: string
  program?: Buffer
  executable?: { file: string } | { path: string }
  append?: string[]
  /** The files come along; otherwise they wait in the store. */
  carried?: boolean
}

export async function submission(host: Host, wanted: Wanted): Promise<Record<string, unknown>> {
  const staged = async (name: string, bytes: Buffer) => ({
    name,
    ...(wanted.carried ? { content: bytes.toString('base64') } : { url: await host.store(bytes) }),
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  const description = wanted.name ?? 'job.sub'
  const executable = wanted.executable ?? { file: 'program' }
  const files = [await staged(description, Buffer.from(wanted.description))]
  if ('file' in executable) files.push(await staged(executable.file, wanted.program ?? PROGRAM))
  return {
    v: 1,
    op: 'submit',
    account: wanted.account ?? 'alice',
    request: wanted.request ?? randomUUID(),
    digest: wanted.digest ?? 'a'.repeat(64),
    files,
    description,
    executable,
    append: wanted.append ?? ['+VMAMI = "image"'],
  }
}

export const ask = (host: Host, request: object) => host.gate(JSON.stringify(request))

export const submit = async (host: Host, wanted: Wanted) =>
  ask(host, await submission(host, wanted))

/** The cluster of a submission that must succeed. */
export async function cluster(output: Output | Promise<Output>, replayed = false): Promise<number> {
  const { status, stdout, stderr } = await output
  assert.equal(status, 0, stderr)
  const reply = JSON.parse(stdout)
  assert.equal(reply.outcome, 'submitted')
  assert.equal(reply.replayed, replayed)
  assert.ok(Number.isInteger(reply.cluster))
  return reply.cluster
}

export async function refused(output: Output | Promise<Output>, status: number, words: RegExp) {
  const reply = await output
  assert.deepEqual([reply.status, reply.stdout], [status, ''], reply.stderr)
  assert.match(reply.stderr, words)
  assert.match(reply.stderr, /^[^\n]{1,500}\n$/)
  assert.doesNotMatch(reply.stderr, /\/home|\/proc\/|\/usr|\/var|Traceback/)
}

export const queued = async (host: Host, id: number, attributes: string) =>
  (await host.root(`condor_q -allusers ${id} -af:V ${attributes}`)).stdout.trim().split('\n')

export const remove = async (host: Host, account = 'alice') =>
  JSON.parse((await ask(host, { v: 1, op: 'remove', account })).stdout).removed

export const directories = async (host: Host, account = 'alice') =>
  (await host.root(`ls /home/${account}/proc 2>/dev/null | sort`)).stdout

export async function until(condition: () => Promise<boolean>, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; !(await condition()); await sleep(200))
    assert.ok(Date.now() < end, 'did not happen in time')
}

export const finished = (host: Host, id: number) =>
  until(async () => (await host.root(`condor_q -allusers ${id} -af ClusterId`)).stdout === '', 40)

/** The first part of HTCondor's version: 23 or 25. */
export const major = async (host: Host) =>
  Number(/CondorVersion: (\d+)/.exec((await host.root('condor_version')).stdout)?.[1])

export const HELD = 'hold = true\nqueue\n'
