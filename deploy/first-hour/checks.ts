/** What a deployment must do that only a real account can show, see docs/first-hour.md. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, asker } from './curl.ts'

export interface Site {
  /** The service as a user with a password asks it: `https://…/proc`. */
  readonly url: string
  readonly nobody: ReturnType<typeof asker>
  readonly user: ReturnType<typeof asker>
  /** The domain for certificates, and one that it does not trust; undefined where they are not given. */
  readonly foreign: (() => Promise<Answer>) | undefined
  /** A file with so many bytes, or with this text. */
  readonly file: (content: number | string) => string
  /** Seconds that a job may take to run. */
  readonly patience: number
  /** The clusters that were submitted, to be removed at the end. */
  readonly clusters: Set<string>
}

/** `row` is that of the review which the page names. A check says what it saw where that is not as it must be. */
export interface Check {
  readonly row: string
  readonly name: string
  readonly see: (site: Site) => Promise<string | undefined>
}

/** For what could not be looked at. */
export class Skipped extends Error {}

const VM =
  'image=vmi:00000000-0000-4000-8000-000000000001&flavor=fli:00000000-0000-4000-8000-000000000002'
const HELD = 'hold = true\nqueue\n'
const TEXT = 'text/plain; charset=utf-8'

const told = ({ status, headers, body }: Answer) =>
  `${status}, ${headers['content-type']}, ${JSON.stringify(body.subarray(0, 100).toString('latin1'))}`

/** What is wrong with a line of text that the gateway answers by itself. */
const notALine = (answer: Answer, ...statuses: number[]) =>
  statuses.includes(answer.status) &&
  answer.headers['content-type'] === TEXT &&
  answer.headers['x-request-id'] &&
  /^[^\n]+\n$/.test(answer.body.toString())
    ? undefined
    : told(answer)

async function submit(site: Site, description: string, program: string, ...args: string[]) {
  const { url, user, file, clusters } = site
  const form = ['-F', `j=<${file(description)}`, '-F', `e=<${file(program)}`]
  const answer = await user(`${url}/auth/job?job=j,param:j&exec=e,param:e&${VM}`, ...form, ...args)
  const cluster = answer.body.toString()
  if (answer.status !== 200 || !/^\d+$/.test(cluster)) throw new Error(told(answer))
  clusters.add(cluster)
  return cluster
}

/** The id of a job that ran this program to its end. */
async function ran(site: Site, program: string): Promise<string> {
  const id = `${await submit(site, 'output = out\nqueue\n', program)}.0`
  for (const end = Date.now() + site.patience * 1000; Date.now() < end; await sleep(2_000)) {
    const { body } = await site.user(`${site.url}/auth/job?id=${id}&RESPONSEFORMAT=json`)
    if (/"Status":"Completed"/.test(body.toString())) return id
  }
  throw new Skipped(`job ${id} has not run within ${site.patience} s`)
}

const large =
  (bytes: number, ...args: string[]) =>
  ({ url, user, file }: Site) =>
    user(
      `${url}/auth/job?job=j,param:j&exec=e,param:e&${VM}`,
      ...['-F', `j=<${file(HELD)}`, '-F', `e=@${file(bytes)}`, ...args],
    )

export const CHECKS: readonly Check[] = [
  ...['*/*', 'text/html', 'application/x-votable+xml', ''].map((accept) => ({
    row: '8',
    name: `a refusal is a line of text, with Accept: ${accept}`,
    see: async ({ url, nobody }: Site) =>
      notALine(await nobody(`${url}/job`, '-H', `Accept: ${accept}`), 403),
  })),
  {
    row: '15',
    name: 'a refusal of HEAD has no body',
    see: async ({ url, nobody }) => {
      const answer = await nobody(`${url}/job`, '-I')
      return answer.status === 403 && answer.body.length === 0 ? undefined : told(answer)
    },
  },
  {
    row: '4',
    name: 'a certificate of another authority is refused by the domain',
    see: async ({ foreign }) => {
      if (foreign === undefined) throw new Skipped('--certificate-url and --foreign are not given')
      const answer = await foreign()
      const body = answer.body.toString()
      return answer.status === 403 && body === '{"message":"Forbidden"}' ? undefined : told(answer)
    },
  },
  {
    row: '7',
    name: 'a request id that the client chooses names nothing',
    see: async ({ url, nobody }) => {
      const own = `x-amzn-RequestId: ${randomUUID()}`
      const { headers } = await nobody(`${url}/availability`, '-H', own)
      return headers['x-request-id'] ? undefined : 'no X-Request-Id'
    },
  },
  {
    row: '10a',
    name: 'a body of 5 MB is too large',
    see: async (site) => notALine(await large(5_000_000)(site), 413),
  },
  {
    row: '10a',
    name: 'a body of 11 MB is too large',
    see: async (site) => notALine(await large(11_000_000)(site), 413),
  },
  {
    row: '10a',
    name: 'a body of 5 MB whose length is not said is told of its size',
    see: async (site) => {
      const answer = await large(5_000_000, '-H', 'Transfer-Encoding: chunked')(site)
      const says = /too large|4\.5 MB/.test(answer.body.toString())
      return notALine(answer, 413, 503) ?? (says ? undefined : told(answer))
    },
  },
  {
    row: '10b',
    name: 'without an Accept a list is text',
    see: async ({ url, user }) => {
      const answer = await user(`${url}/auth/job?user=me&RESPONSEFORMAT=csv`, '-H', 'Accept:')
      return answer.body.toString().startsWith('Job ID,') ? undefined : told(answer)
    },
  },
  {
    row: '13',
    name: 'headers of a list come by their own names, and 304 while nothing changed',
    see: async ({ url, user }) => {
      const list = `${url}/auth/job?user=me&RESPONSEFORMAT=csv`
      const { headers } = await user(list, '--compressed')
      const wanted = ['etag', 'vary', 'age', 'content-encoding', 'x-content-type-options']
      const lacking = wanted.filter((name) => headers[name] === undefined)
      if (lacking.length > 0) return `no ${lacking.join(', ')} among ${Object.keys(headers)}`
      const again = await user(list, '--compressed', '-H', `If-None-Match: ${headers.etag}`)
      return [200, 304].includes(again.status) ? undefined : told(again)
    },
  },
  {
    row: '15',
    name: 'HEAD of a list has no body',
    see: async ({ url, user }) => {
      const answer = await user(`${url}/auth/job?user=me&RESPONSEFORMAT=csv`, '-I')
      return answer.status === 200 && answer.body.length === 0 ? undefined : told(answer)
    },
  },
  {
    row: '14',
    name: 'a URL of more than 10,240 characters is refused',
    see: async ({ url, user }) => {
      const answer = await user(`${url}/auth/job?id=${'1'.repeat(11_000)}`)
      return answer.status >= 400 && answer.status < 500 ? undefined : told(answer)
    },
  },
  {
    row: '16',
    name: 'a semicolon splits a query, and a bar is refused',
    see: async ({ url, user }) => {
      const split = await user(`${url}/auth/job?user=me;RESPONSEFORMAT=csv`)
      if (!split.body.toString().startsWith('Job ID,')) return told(split)
      const bar = await user(`${url}/auth/job?id=1|2`)
      return bar.status >= 400 && bar.status < 500 ? undefined : told(bar)
    },
  },
  {
    row: '-',
    name: 'another method is 405 with Allow, another path is 404',
    see: async ({ url, nobody }) => {
      const method = await nobody(`${url}/job`, '-X', 'PUT')
      if (method.status !== 405 || !method.headers.allow) return told(method)
      return notALine(await nobody(`${url}/nowhere`), 404)
    },
  },
  {
    row: '-',
    name: 'the same Idempotency-Key submits once',
    see: async (site) => {
      const key = ['-H', `Idempotency-Key: ${randomUUID()}`]
      const first = await submit(site, HELD, '#!/bin/sh\n', ...key)
      const second = await submit(site, HELD, '#!/bin/sh\n', ...key)
      return first === second ? undefined : `clusters ${first} and ${second}`
    },
  },
  {
    row: '1',
    name: 'an output of 6.9 MB comes by a link, whole',
    see: async (site) => {
      const id = await ran(site, '#!/bin/sh\nseq 1000000\n')
      const answer = await site.user(`${site.url}/auth/job?id=${id}&view=stdout`, '-L')
      const whole =
        answer.body.length === 6_888_896 && answer.body.subarray(-8).toString() === '1000000\n'
      return answer.status === 200 && whole
        ? undefined
        : `${answer.body.length} bytes, ${told(answer)}`
    },
  },
  {
    row: '13',
    name: 'a part of an output is 206 with its range, bytes unchanged',
    see: async (site) => {
      const id = await ran(site, '#!/bin/sh\nprintf "\\377\\376bytes"\n')
      const answer = await site.user(`${site.url}/auth/job?id=${id}&view=stdout`, '-r', '0-2')
      const bytes = answer.body.toString('latin1')
      return answer.status === 206 &&
        answer.headers['content-range'] === 'bytes 0-2/7' &&
        bytes === '\xff\xfeb'
        ? undefined
        : `${answer.headers['content-range']}, ${told(answer)}`
    },
  },
]

/** Takes a while, and is done on demand alone. */
export const afterIdle = (seconds: number): Check => ({
  row: '24',
  name: `a submission after ${seconds} s of nothing`,
  see: async (site) => {
    await sleep(seconds * 1000)
    await submit(site, HELD, '#!/bin/sh\n')
    return undefined
  },
})
