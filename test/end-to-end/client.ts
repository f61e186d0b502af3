/** The clients of the end-to-end tests: curl as users run it, and the other programs they read with. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'

export interface Reply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
  readonly text: string
}

export const service = inject('service')
export const scratch = mkdtempSync(join(tmpdir(), 'canfar-proc-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true })) // a worker is ended without an exit event

export const IMAGE = 'vmi:a4728b62-d15f-4e10-8475-1481ea3037d4'
export const FLAVOR = 'fli:de7afe99-a559-4744-bab7-fbc30e85fcfc'
/** The two parameters that every submission carries. */
export const VM = `image=${IMAGE}&flavor=${FLAVOR}`

export interface Ended {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** A program's exit status and output; it never rejects. */
export function program(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { encoding: 'buffer', maxBuffer: 1 << 28, timeout: 60_000 } as const
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 255
      resolve({ code, stdout, stderr: stderr.toString() })
    })
  })
}

/** What curl got from `path` (below /proc) of the https listener, or from a whole URL. */
export async function curl(path: string, ...args: string[]): Promise<Reply> {
  const url = /^https?:/.test(path) ? path : `${service.https}${path}`
  const head = join(scratch, `head-${process.hrtime.bigint()}`)
  const { code, stdout, stderr } = await program('curl', [
    '-sS',
    '--cacert',
    `${service.certs}/ca.pem`,
    '-D',
    head,
    ...args,
    url,
  ])
  if (code !== 0) throw new Error(`curl ended with ${code}: ${stderr}`)
  // The last block: what came before is "100 Continue", or a redirect that was followed.
  const block = readFileSync(head, 'latin1').trimEnd().split('\r\n\r\n').at(-1) ?? ''
  const [line, ...fields] = block.split('\r\n')
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
    }),
  )
  return {
    status: Number(line?.split(' ')[1]),
    headers,
    bytes: stdout,
    text: stdout.toString('utf8'),
  }
}

/** curl with the certificate of a user. */
export const as =
  (user: string) =>
  (path: string, ...args: string[]) =>
    curl(path, '-E', `${service.certs}/${user}.pem`, ...args)

export const alice = as('alice')
export const bob = as('bob')

/** A file of these bytes, for curl's -F. */
export function file(name: string, bytes: string | Buffer): string {
  const path = join(scratch, name)
  writeFileSync(path, bytes)
  return path
}

/** Polls until `found` gives something; the time limit is the test's. */
export async function eventually<T>(
  found: () => Promise<T | undefined | false>,
  seconds = 45,
): Promise<T> {
  const until = Date.now() + seconds * 1000
  for (;;) {
    const value = await found()
    if (value !== undefined && value !== false) return value
    if (Date.now() > until) throw new Error(`not within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

/** The rows of a tab-separated reply, by column name. */
export function rows(text: string): Record<string, string>[] {
  const [head, ...lines] = text.trimEnd().split('\n')
  const names = (head ?? '').split('\t')
  return lines
    .filter((line) => line !== '')
    .map((line) =>
      Object.fromEntries(line.split('\t').map((cell, index) => [names[index] ?? '', cell])),
    )
}

export async function queue(user = alice): Promise<Record<string, string>[]> {
  return rows((await user('/job?RESPONSEFORMAT=text/plain')).text)
}

/** Submits jobs that stay: they are on hold. Gives their cluster. */
export async function submitHeld(user = alice, queueLines = 'queue'): Promise<number> {
  const description = file('held.sub', `hold = true\n${queueLines}\n`)
  const reply = await user(
    `/job?job=held.sub,param:j&exec=sleep,vm:/bin/sleep&${VM}`,
    '-X',
    'POST',
    '-F',
    `j=<${description}`,
  )
  if (!/^\d+$/.test(reply.text)) throw new Error(`not submitted: ${reply.status} ${reply.text}`)
  return Number(reply.text)
}
