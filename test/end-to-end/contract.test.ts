/** Thousands of requests, good and bad: no answer that /proc/openapi.json does not describe, and no 5xx. */
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, bob, curl, eventually, service, submitHeld, VM } from './client.ts'
import { type Answered, Description } from './contract-description.ts'
import { type Asked, asText, known, requests } from './contract-requests.ts'

const COUNT = Number(process.env.PROC_TEST_REQUESTS ?? (process.env.PROC_TEST_SLOW ? 5_000 : 3_000))
const SEED = Number(process.env.PROC_TEST_SEED ?? 20_261_124)
const AT_ONCE = 4

const ca = readFileSync(`${service.certs}/ca.pem`)
const agents = new Map<string, Agent>()
afterAll(async () => {
  for (const agent of agents.values()) agent.destroy()
  await alice('/job', '-X', 'DELETE')
  await bob('/job', '-X', 'DELETE')
})

/** Well below what the gateway keeps an idle connection for: it must not be closed just when it is used again. */
const IDLE_MS = 30_000

/** Connections stay open, one bundle of them for each certificate. */
function agentOf(who: string | undefined): Agent {
  const certificate = who === undefined || who.includes(':') ? undefined : who
  const key = certificate ?? ''
  const pem = certificate && readFileSync(`${service.certs}/${certificate}.pem`)
  const agent =
    agents.get(key) ??
    new Agent({ ca, keepAlive: true, timeout: IDLE_MS, ...(pem && { cert: pem, key: pem }) })
  agents.set(key, agent)
  return agent
}

function ask({ method, path, query, headers, body, who }: Asked): Promise<Answered> {
  const { origin } = new URL(service.https)
  const search = query.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('&')
  return new Promise((resolve, reject) => {
    const asked = request(
      `${origin}${path}${search && `?${search}`}`,
      {
        method,
        headers: {
          ...Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [
              name,
              Buffer.from(value).toString('latin1'),
            ]),
          ),
          ...(who?.includes(':') && {
            Authorization: `Basic ${Buffer.from(who).toString('base64')}`,
          }),
        },
        agent: agentOf(who),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject)
        response.once('end', () => {
          const { statusCode: status = 0, headers } = response
          const bytes = Buffer.concat(chunks)
          const text =
            headers['content-encoding'] === 'gzip' && bytes.length > 0 ? gunzipSync(bytes) : bytes
          resolve({ status, headers, text: text.toString() })
        })
      },
    )
    asked.once('error', reject).end(body)
  })
}

/** What the service noted of a request: why it failed is not in the answer. */
const logged = (id: string) =>
  readFileSync(service.log, 'utf8')
    .split('\n')
    .filter((line) => line.includes(id))
    .join('; ')

let description: Description
const clusters: string[] = []
beforeAll(async () => {
  description = await Description.of(JSON.parse((await curl('/openapi.json')).text))
  for (const user of [alice, alice, bob]) clusters.push(String(await submitHeld(user, 'queue 3')))
  const finished = await alice(
    `/job?job=echo.sub,param:j&exec=echo,vm:/bin/echo&${VM}`,
    ...['-X', 'POST', '-F', 'j=arguments = hello\noutput = out\nerror = err\nlog = log\nqueue\n'],
  )
  clusters.push(finished.text)
  await eventually(
    async () => (await alice(`/job?id=${finished.text}.0&view=stdout`)).text === 'hello\n',
  )
})

test('every parameter of the document is one that the requests know how to fill in', () => {
  const names = description.operations().flatMap(({ parameters }) => parameters)
  expect(names.filter((name) => !known.has(name))).toEqual([])
})

test('the document lists the parameters that each call knows', async () => {
  for (const { path, method, parameters } of description.operations()) {
    if (method === 'head') continue
    const calls = method === 'post' ? ['', '&action=hold'] : ['']
    const told = new Set<string>()
    for (const call of calls) {
      const reply = await ask({
        ...{ method: method.toUpperCase(), path, headers: {}, body: undefined },
        query: [...new URLSearchParams(`nonsense=1${call}`)].map(([name, value]) => ({
          name,
          value,
        })),
        who: path === '/proc/auth/job' ? 'alice:alice-password' : 'alice',
      })
      const [, list] = /known here are (.*)\n/.exec(reply.text) ?? []
      for (const name of list?.split(', ') ?? []) told.add(name)
    }
    expect([...told].sort(), `${method} ${path}`).toEqual([...parameters].sort())
  }
})

test(`${COUNT} requests, seed ${SEED}`, { timeout: 300_000 }, async () => {
  const found: string[] = []
  const seen = new Map<string, number>()
  const list = requests(description.operations(), clusters, { count: COUNT, seed: SEED })
  const started = Date.now()
  const next = list.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const asked of next) {
        const answered = await ask(asked)
        const { status } = answered
        const faults = description.faults(asked, answered)
        if (status >= 500) {
          const id = String(answered.headers['x-request-id'])
          faults.push(`status ${status}: ${answered.text} ${logged(id)}`)
        }
        if (description.forbids(asked) && status !== 400 && status !== 403) {
          faults.push(`status ${status} although the document forbids the query`)
        }
        if (asked.method === 'DELETE' && asked.body !== undefined && status === 200) {
          faults.push('a DELETE with a body removed jobs')
        }
        if (faults.length > 0) found.push(`${asText(asked)}: ${faults.join('; ')}`)
        const key = `${asked.method} ${status}`
        seen.set(key, (seen.get(key) ?? 0) + 1)
      }
    }),
  )
  console.log(
    `${COUNT} requests in ${Math.round((Date.now() - started) / 1000)} s: ` +
      [...seen]
        .sort()
        .map(([key, times]) => `${key} ${times}`)
        .join(', '),
  )
  expect(found.slice(0, 20)).toEqual([])
  for (const answer of [
    'GET 200',
    'GET 206',
    'GET 304',
    'GET 400',
    'GET 403',
    'GET 404',
    'GET 416',
  ]) {
    expect(seen.has(answer), answer).toBe(true)
  }
  for (const answer of [
    'HEAD 200',
    'POST 200',
    'POST 400',
    'POST 409',
    'POST 413',
    'POST 422',
    'DELETE 200',
    'DELETE 404',
    'PUT 405',
  ]) {
    expect(seen.has(answer), answer).toBe(true)
  }
})
