/** What the clients of astronomers make of our documents: stilts, astropy, pyvo, xmllint, requests. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  alice,
  as,
  curl,
  eventually,
  file,
  program,
  queue,
  scratch,
  service,
  submitHeld,
  VM,
} from './client.ts'

/** Debian's own python, the one that sees Debian's modules. */
const python = (script: string, ...args: string[]) =>
  program('/usr/bin/python3', ['-c', script, ...args])

const documents: Record<string, string> = {}
let cluster = 0

beforeAll(async () => {
  await alice('/job', '-X', 'DELETE')
  // One that ran stays in the queue until its worker has given it up.
  await eventually(async () => (await queue()).length === 0)
  documents.empty = file('empty.vot', (await alice('/job')).bytes)
  // Text of a user's that XML cannot hold, or that would be markup.
  cluster = await submitHeld(
    alice,
    'batch_name = <TD>&amp; "x" \u001b[31m \u0007 end\narguments = "a \'b  c\' <d>"\nqueue 2',
  )
  documents.jobs = file('jobs.vot', (await alice('/job')).bytes)
  documents.job = file('job.vot', (await alice(`/job?id=${cluster}.1`)).bytes)
  documents.status = file('status.vot', (await alice('/job?status=true')).bytes)
  const error = await alice('/job?id=999999.0&RESPONSEFORMAT=votable')
  expect(error.status).toBe(404)
  documents.error = file('error.vot', error.bytes)
})

afterAll(() => alice('/job', '-X', 'DELETE'))

test.each(['empty', 'jobs', 'job', 'status', 'error'])(
  'stilts votlint finds nothing to say of the %s document',
  async (name) => {
    const { stdout, stderr, code } = await program('stilts', [
      'votlint',
      `votable=${documents[name]}`,
    ])
    expect({ code, said: stdout.toString() + stderr }).toEqual({ code: 0, said: '' })
  },
)

test('stilts votlint does find a fault when there is one', async () => {
  const broken = file('broken.vot', '<VOTABLE version="1.4"><RESOURCE type="result"/></VOTABLE>')
  const { stdout, stderr } = await program('stilts', ['votlint', `votable=${broken}`])
  expect(stdout.toString() + stderr).toContain('ERROR')
})

test('astropy reads every table without a warning, with the columns legacy clients name', async () => {
  const script = `
import sys, warnings, json
from astropy.io.votable import parse
for name in sys.argv[1:]:
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        document = parse(name, verify='exception')
        table = document.get_first_table().to_table()
    status = [i.value for i in document.resources[0].infos if i.name == 'QUERY_STATUS']
    print(json.dumps([status, len(table), table.colnames[:9]]))
`
  const names = ['empty', 'jobs', 'job', 'status'].map((name) => documents[name] ?? '')
  const { stdout, stderr, code } = await python(script, ...names)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [empty, jobs, job, status] = stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const columns = 'Job_ID User Started_on Status Command VM_Type CPUs Memory Job_Starts'.split(' ')
  expect(empty).toEqual([['OK'], 0, columns])
  expect(jobs).toEqual([['OK'], 2, columns])
  expect(job).toEqual([['OK'], 1, columns])
  expect(status).toEqual([['OK'], 1, expect.arrayContaining(['Name', 'Total_Jobs'])])
})

test('the error document says ERROR', async () => {
  const script = `
import sys
from astropy.io.votable import parse
info = parse(sys.argv[1]).resources[0].infos[0]
print(info.name, info.value, info.content)
`
  const { stdout } = await python(script, documents.error ?? '')
  expect(stdout.toString()).toBe(
    'QUERY_STATUS ERROR you have no job 999999.0, queued or lately finished\n',
  )
})

test('availability: valid by the VOSI schema, and pyvo reads it', async () => {
  const document = file('availability.xml', (await curl('/availability')).bytes)
  const valid = await program('stilts', [
    'xsdvalidate',
    'uselocals=true',
    `doc=${document}`,
    'topel=availability',
  ])
  expect({ code: valid.code, said: valid.stdout.toString() }).toEqual({ code: 0, said: '' })
  const schema = 'uk/ac/starlink/ttools/taplint/VOSIAvailability-v1.0.xsd'
  await program('unzip', ['-oj', '-d', scratch, '/usr/share/java/starlink-ttools.jar', schema])
  const lint = await program('xmllint', [
    '--noout',
    '--nonet',
    '--schema',
    `${scratch}/VOSIAvailability-v1.0.xsd`,
    document,
  ])
  expect(lint).toMatchObject({ code: 0 })
  const { stdout } = await python(
    'import sys, pyvo.io.vosi as v; a = v.parse_availability(sys.argv[1], pedantic=True); print(a.available, list(a.notes))',
    document,
  )
  expect(stdout.toString()).toBe("True ['service is accepting jobs']\n")
})

test('xmllint finds every document well-formed', async () => {
  const { code } = await program('xmllint', ['--noout', '--nonet', ...Object.values(documents)])
  expect(code).toBe(0)
})

test('python-requests posts as the public legacy client does', async () => {
  // Parts named like the query parameters, each with a filename; commas percent-encoded by requests.
  const script = `
import sys, requests
url, ca, query = sys.argv[1:4]
params = {'job': 'job,param:job', 'exec': 'test_script.bash,param:exec',
          'image': query.split('&')[0].split('=')[1], 'flavor': query.split('&')[1].split('=')[1]}
files = {'job': ('job', b'hold = true\\nqueue\\n'), 'exec': ('test_script.bash', b'#!/bin/bash\\nexit 0\\n')}
r = requests.post(url, params=params, files=files, auth=('bob', 'bob-password'), verify=ca)
r.raise_for_status()
assert '%2C' in r.request.url
print(r.text)
`
  const { stdout, stderr, code } = await python(
    script,
    `${service.https}/auth/job`,
    `${service.certs}/ca.pem`,
    VM,
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.toString()).toMatch(/^\d+\n$/)
  const submitted = (await queue()).filter((row) => row.User === 'bob')
  expect(submitted).toMatchObject([{ Command: 'test_script.bash', Status: 'Held' }])
  await as('bob')('/job', '-X', 'DELETE')
})

test('python-requests acts by the URL alone: an id in data or json is refused', async () => {
  const script = `
import sys, requests
url, ca, cluster = sys.argv[1:4]
options = {'auth': ('bob', 'bob-password'), 'verify': ca}
job = {'id': cluster + '.0'}
print(requests.delete(url, data=job, **options).status_code, requests.delete(url, json=job, **options).status_code)
r = requests.post(url, params={'action': 'prio', 'prio': '3', 'id': cluster}, **options)
print(r.status_code, r.request.headers.get('Content-Length'))
print(requests.delete(url, params=job, **options).text.split('\\t')[-2:])
`
  const cluster = await submitHeld(as('bob'), 'queue 2')
  const { stdout, stderr } = await python(
    script,
    `${service.https}/auth/job`,
    `${service.certs}/ca.pem`,
    String(cluster),
  )
  expect(stderr).toBe('')
  expect(stdout.toString()).toBe("400 400\n200 0\n['removed', '1\\n']\n")
  expect((await queue()).filter((row) => row.User === 'bob')).toHaveLength(1)
  await as('bob')('/job', '-X', 'DELETE')
})

test('python-requests follows the Link of a page, with a certificate and with a password', async () => {
  const script = `
import sys, requests
certs, cluster = sys.argv[1:3]
ways = {'/job': {'cert': certs + '/alice.pem'}, '/auth/job': {'auth': ('bob', 'bob-password')}}
for url, path in zip(sys.argv[3:], ways):
    params = {'MAXREC': 2, 'cluster': cluster, 'RESPONSEFORMAT': 'csv'}
    r = requests.get(url + path, params=params, verify=certs + '/ca.pem', **ways[path])
    pages = [r]
    while 'next' in r.links:
        r = requests.get(r.links['next']['url'], verify=certs + '/ca.pem', **ways[path])
        pages.append(r)
    print([line.split(',')[0] for page in pages for line in page.text.splitlines()[1:]])
`
  const cluster = await submitHeld(alice, 'queue 5')
  const { stdout, stderr } = await python(
    script,
    ...[service.certs, String(cluster), service.https, service.http],
  )
  expect(stderr).toBe('')
  const jobs = [0, 1, 2, 3, 4].map((proc) => `'${cluster}.${proc}'`).join(', ')
  expect(stdout.toString()).toBe(`[${jobs}]\n[${jobs}]\n`)
})

/** It sends all of a body before it reads the answer, and keeps its connections. */
test.each([5, 11, 30])('python-requests reads 413 after a body of %i MB', async (megabytes) => {
  const script = `
import sys, requests
url, ca, size = sys.argv[1:4]
users = requests.Session()
for user in ('bob', 'nobody'):
    r = users.post(url, files={'job': b'x' * int(size)}, auth=(user, 'bob-password'), verify=ca)
    print(r.status_code, r.headers.get('Keep-Alive'))
`
  const url = `${service.https}/auth/job?job=job,param:job&exec=e,vm:/bin/true&${VM}`
  const size = String(megabytes * 1_000_000)
  const { stdout, stderr } = await python(script, url, `${service.certs}/ca.pem`, size)
  expect(stderr).toBe('')
  // Who asks every few seconds must not meet a connection that is closed at that moment.
  const refused = megabytes < 10 ? 403 : 413
  expect(stdout.toString()).toBe(`413 timeout=65\n${refused} timeout=65\n`)
})
