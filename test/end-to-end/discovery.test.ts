/** What describes the service, read by the clients that look for it. */
import { beforeAll, expect, test } from 'vitest'
import { curl, file, program, scratch, service } from './client.ts'

const python = (script: string, ...args: string[]) =>
  program('/usr/bin/python3', ['-c', script, ...args])

let capabilities = ''
beforeAll(async () => {
  const reply = await curl('/capabilities')
  expect(reply).toMatchObject({ status: 200 })
  expect(reply.headers['content-type']).toBe('text/xml; charset=utf-8')
  capabilities = file('capabilities.xml', reply.bytes)
})

test('capabilities are valid by the schemas of VOSI and VODataService', async () => {
  const { code, stdout } = await program('stilts', [
    'xsdvalidate',
    'uselocals=true',
    `doc=${capabilities}`,
    'topel=capabilities',
  ])
  expect({ code, said: stdout.toString() }).toEqual({ code: 0, said: '' })
})

test('pyvo reads where to go with which credentials', async () => {
  const script = `
import sys, json, pyvo.io.vosi as vosi
found = {}
for capability in vosi.parse_capabilities(sys.argv[1], pedantic=True):
    for interface in capability.interfaces:
        methods = [method.standardid for method in interface.securitymethods]
        found.setdefault(capability.standardid, []).append([interface.accessurls[0].content, methods])
print(json.dumps(found))
`
  const { stdout, stderr } = await python(script, capabilities)
  expect(stderr).toBe('')
  const base = service.https
  expect(JSON.parse(stdout.toString())).toEqual({
    'ivo://ivoa.net/std/VOSI#capabilities': [[`${base}/capabilities`, []]],
    'ivo://ivoa.net/std/VOSI#availability': [[`${base}/availability`, []]],
    'vos://cadc.nrc.ca~vospace/CADC/std/Proc#jobs-1.0': [
      [`${base}/job`, ['ivo://ivoa.net/sso#tls-with-certificate']],
      [`${base}/auth/job`, ['ivo://ivoa.net/sso#BasicAA']],
    ],
  })
})

test('pyvo asks the running service for both', async () => {
  const script = `
import sys, os
os.environ['REQUESTS_CA_BUNDLE'] = sys.argv[2]
from pyvo.dal import TAPService
service = TAPService(sys.argv[1])
print(service.available, len(list(service.capabilities)))
`
  const { stdout, stderr } = await python(script, service.https, `${service.certs}/ca.pem`)
  expect({ stderr, stdout: stdout.toString() }).toEqual({ stderr: '', stdout: 'True 3\n' })
})

test('stilts taplint finds no error in capabilities and availability', async () => {
  const store = `${scratch}/truststore.p12`
  const authority = await program('keytool', [
    ...'-importcert -noprompt -storetype PKCS12 -storepass truststore -alias ca'.split(' '),
    ...['-keystore', store, '-file', `${service.certs}/ca.pem`],
  ])
  expect(authority).toMatchObject({ code: 0 })
  const { stdout } = await program('stilts', [
    `-Djavax.net.ssl.trustStore=${store}`,
    '-Djavax.net.ssl.trustStorePassword=truststore',
    'taplint',
    `tapurl=${service.https}`,
    'stages=CPV AVV',
  ])
  expect(stdout.toString()).toContain('Totals: Errors: 0;')
})

test('a document that has not changed is not sent again', async () => {
  const { headers } = await curl('/capabilities')
  const again = await curl('/capabilities', '-H', `If-None-Match: ${headers.etag}`)
  expect(again).toMatchObject({ status: 304, text: '' })
})
