/** Requests for the contract test: made from the OpenAPI document, good and bad, the same for the same seed. */
import fc from 'fast-check'
import { FORM_PARTS } from '../../lib/limits.ts'
import { VM } from './client.ts'

export interface Query {
  readonly name: string
  readonly value: string
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: readonly Query[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** A certificate's name, or `name:password`; undefined is nobody. */
  readonly who: string | undefined
}

export const asText = ({ method, path, query, headers, who }: Asked): string =>
  `${method} ${path}?${query.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('&')} ` +
  `by ${who ?? 'nobody'} ${JSON.stringify(headers)}`

const pick = (...values: string[]) => fc.constantFrom(...values)
const junk = fc.oneof(
  pick(
    '',
    ' ',
    '0',
    '-1',
    '1.',
    '.1',
    '1.0.0',
    'true',
    'me',
    'alice',
    '*',
    '%',
    "' || true",
    '9'.repeat(20),
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.toWellFormed()),
)

/** Good values by the name of the parameter; every documented one must be here. */
const valuesFor = (clusters: readonly string[]): Record<string, fc.Arbitrary<string>> => {
  const cluster = fc.oneof(pick(...clusters), fc.nat({ max: 2 ** 31 - 1 }).map(String))
  const jobId = fc.tuple(cluster, fc.integer({ min: 0, max: 3 })).map((id) => id.join('.'))
  return {
    id: fc.oneof(jobId, jobId, cluster),
    view: pick('details', 'analyze', 'stdout', 'stderr', 'log', 'LOG'),
    WAIT: pick('0', '0', '1'),
    status: pick('true', 'false', 'TRUE'),
    user: pick('me', 'alice', 'bob', 'nobody', 'Zoë'),
    state: pick('idle', 'held', 'idle,held', 'Running, Held', 'transferring', 'removed'),
    cluster,
    MAXREC: pick('0', '1', '2', '1000'),
    after: jobId,
    snapshot: pick('1-1', 'zzz-0a'),
    RESPONSEFORMAT: pick(
      ...['votable', 'text', 'tsv', 'csv', 'json', 'html', 'JSON', 'text/xml', 'text/plain'],
      ...['application/x-votable+xml', 'text/csv;header=present', 'application/json', 'text/html'],
    ),
    job: pick('jobFile,param:part', 'jobFile,param:part', 'j,param:none', 'a b,vos://x~y/z'),
    exec: pick('execFile,vm:/bin/sleep', 'execFile,param:part', 'jobFile,vm:/bin/sleep'),
    image: pick('vmi:a4728b62-d15f-4e10-8475-1481ea3037d4'),
    flavor: pick('fli:de7afe99-a559-4744-bab7-fbc30e85fcfc'),
    action: pick('hold', 'release', 'prio'),
    prio: pick('0', '5', '-3', '+1'),
    detail: pick('min', 'max'),
  }
}
export const known = new Set(Object.keys(valuesFor(['1'])))

const accept = pick(
  ...['*/*', 'application/json', 'text/html,application/xhtml+xml,*/*;q=0.8', 'text/csv'],
  ...['application/x-votable+xml', 'text/*;q=0.3, text/plain;q=0', 'nonsense', 'application/pdf'],
)
const headers = fc.record(
  {
    Accept: accept,
    'Accept-Encoding': pick('gzip', 'identity', '*;q=0'),
    'If-None-Match': pick('*', '"x"', 'W/"x"'),
    Range: pick('bytes=0-0', 'bytes=-5', 'bytes=999999-', 'lines=1-2', 'bytes=5-1'),
    'Idempotency-Key': pick('a', 'b', 'c', 'x'.repeat(128), 'x'.repeat(129), 'ü'),
  },
  { requiredKeys: [] },
)

const MULTIPART = 'multipart/form-data; boundary=x'
const form = (text: string) =>
  `--x\r\nContent-Disposition: form-data; name="part"\r\n\r\n${text}\r\n--x--\r\n`
const tooManyParts = `${Array.from(
  { length: FORM_PARTS + 1 },
  (_, id) => `--x\r\nContent-Disposition: form-data; name="${id}"\r\n\r\n\r\n`,
).join('')}--x--\r\n`
/** Type and bytes; a description that is good leaves jobs that stay. */
const bodies = fc.oneof(
  { weight: 6, arbitrary: fc.constant([MULTIPART, form('hold = true\nqueue 2')] as const) },
  { weight: 1, arbitrary: fc.constant([MULTIPART, form('hold = true')] as const) },
  { weight: 1, arbitrary: fc.constant([MULTIPART, '--x\r\n'] as const) },
  { weight: 1, arbitrary: fc.constant([MULTIPART, tooManyParts] as const) },
  { weight: 1, arbitrary: fc.constant(['application/json', '{}'] as const) },
)

/** How many requests of a method have a body, for one that has none; a DELETE takes none. */
const BODIES: Readonly<Record<string, number>> = { POST: 6, DELETE: 1 }

interface Operation {
  readonly path: string
  readonly method: string
  readonly parameters: readonly string[]
}

const submission = (program: string): Query[] =>
  [...new URLSearchParams(`job=jobFile,param:part&exec=e,vm:${program}&${VM}`)].map(
    ([name, value]) => ({ name, value }),
  )

/** Parameters that are documented, most of them with good values, and now and then one that is not. */
function queries(names: readonly string[], clusters: readonly string[]): fc.Arbitrary<Query[]> {
  const values = valuesFor(clusters)
  const good = (name: string) => (values[name] ?? junk).map((value) => ({ name, value }))
  const named = names.length === 0 ? fc.constant('x') : pick(...names)
  const one = fc.oneof(
    { weight: 8, arbitrary: named.chain(good) },
    { weight: 2, arbitrary: fc.record({ name: named, value: junk }) },
    { weight: 1, arbitrary: named.chain((name) => good(name.toLowerCase())) },
    { weight: 1, arbitrary: fc.record({ name: pick('jobid', 'x', 'constructor'), value: junk }) },
  )
  const some = fc.array(one, { maxLength: 3, size: 'max' })
  if (names.includes('exec')) {
    // two that differ: the same Idempotency-Key is good for one of them
    const whole = fc.constantFrom(submission('/bin/sleep'), submission('/bin/cat'))
    const longer = fc.tuple(whole, some).map(([one, more]) => [...one, ...more])
    return fc.oneof(some, some, whole, longer)
  }
  if (!names.includes('view')) return some
  // of a job that there is, what it wrote
  const written = fc
    .tuple(pick(...clusters), good('view'))
    .map(([cluster, view]) => [{ name: 'id', value: `${cluster}.0` }, view])
  return fc.oneof({ weight: 7, arbitrary: some }, { weight: 1, arbitrary: written })
}

const certificates = fc.oneof(
  { weight: 16, arbitrary: pick('alice') },
  { weight: 5, arbitrary: pick('bob') },
  { weight: 1, arbitrary: fc.constantFrom('carol', undefined) },
)
const passwords = fc.oneof(
  { weight: 8, arbitrary: pick('alice:alice-password', 'bob:bob-password') },
  { weight: 1, arbitrary: fc.constantFrom('alice:wrong', 'nobody:x', undefined) },
)

const WEIGHTS: Readonly<Record<string, number>> = { get: 12, head: 2, post: 5, delete: 3 }
const PATHS: Readonly<Record<string, number>> = { '/proc/job': 6 }

/** `clusters` are some that there are. */
export function requests(
  operations: readonly Operation[],
  clusters: readonly string[],
  { count, seed }: { readonly count: number; readonly seed: number },
): Asked[] {
  const asked = askedOf(clusters)
  const described = operations.map(({ path, method, parameters }) => ({
    weight: (PATHS[path] ?? 1) * (WEIGHTS[method] ?? 1),
    arbitrary: asked(path, method.toUpperCase(), parameters),
  }))
  const paths = operations.map(({ path }) => path)
  const other = fc
    .record({
      path: pick(...paths, '/', '/proc/', '/proc/jobs', '/proc/job/1.0', '/x%00', '/proc/job%2F'),
      method: pick('PUT', 'PATCH', 'OPTIONS', 'GET', 'POST', 'DELETE'),
    })
    .chain(({ path, method }) => asked(path, method, []))
  const all = described.reduce((sum, { weight }) => sum + weight, 0)
  const any = fc.oneof(...described, { weight: Math.ceil(all / 15), arbitrary: other })
  return fc
    .sample(any, { numRuns: count, seed })
    .flatMap((one, at) => (at % 100 === 0 ? [...twins(`twins ${at}`), one] : [one]))
    .slice(0, count)
}

/** The same submission twice at once: one of them may find the other at work. */
function twins(key: string): Asked[] {
  const twin: Asked = {
    method: 'POST',
    path: '/proc/job',
    query: submission('/bin/sleep'),
    headers: { 'Content-Type': MULTIPART, 'Idempotency-Key': key },
    body: form('hold = true\nqueue'),
    who: 'alice',
  }
  return [twin, twin]
}

const askedOf =
  (clusters: readonly string[]) =>
  (path: string, method: string, parameters: readonly string[]): fc.Arbitrary<Asked> =>
    fc
      .record({
        query: queries(parameters, clusters),
        headers,
        body:
          method in BODIES
            ? fc.option(bodies, { freq: BODIES[method] ?? 1, nil: undefined })
            : fc.constant(undefined),
        who: path === '/proc/auth/job' ? passwords : certificates,
      })
      .map(({ query, headers, body, who }) => ({
        method,
        path,
        query,
        headers: body === undefined ? headers : { ...headers, 'Content-Type': body[0] },
        body: body?.[1],
        who,
      }))
