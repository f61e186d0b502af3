/** The script for whoever deploys first: it passes here, where the gateway behaves as AWS, and sees what is otherwise. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { alice, program, queue, service } from './client.ts'

const script = (url: string, ...args: string[]) =>
  program('env', [
    'PASSWORD=alice-password',
    process.execPath,
    'deploy/first-hour.ts',
    ...['--url', url, '--user', 'alice', '--cacert', `${service.certs}/ca.pem`, ...args],
  ])

test('everything that it asks the local service is as it must be, and its jobs are gone', async () => {
  await alice('/job', '-X', 'DELETE')
  const foreign = ['--certificate-url', service.https, '--foreign', `${service.certs}/mallory.pem`]
  const { code, stdout, stderr } = await script(service.https, ...foreign)
  const lines = stdout.toString().trim().split('\n')
  expect([code, stderr, lines.at(-1)]).toEqual([0, '', 'all is as it must be'])
  expect(lines.slice(0, -1).filter((line) => !line.startsWith('ok '))).toEqual([])
  expect(lines.length).toBeGreaterThan(18)
  expect((await queue()).filter(({ User }) => User === 'alice')).toEqual([])
  expect(stdout.toString()).not.toContain('alice-password')
}, 120_000)

test.each([
  ['JSON for everything', 200, 'application/json', '{}'],
  ['a page for everything', 403, 'text/html', '<html>Forbidden</html>'],
])(
  'a service that answers %s passes no check of its answers',
  async (_, status, type, body) => {
    const server = createServer((request, response) => {
      request.resume()
      request.on('end', () => response.writeHead(status, { 'Content-Type': type }).end(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      const { code, stdout } = await script(`http://127.0.0.1:${port}/proc`, '--wait', '1')
      const passed = stdout
        .toString()
        .split('\n')
        .filter((line) => line.startsWith('ok '))
      expect(code).toBe(1)
      // What a client error is enough for.
      const lenient = status === 403 ? ['14', '15'] : ['15']
      expect(passed.filter((line) => !lenient.includes(line.split(/\s+/)[1] ?? ''))).toEqual([])
    } finally {
      server.close()
    }
  },
  60_000,
)

test('without a password it says what it needs', async () => {
  const { code, stderr } = await program('env', [
    '-u',
    'PASSWORD',
    process.execPath,
    'deploy/first-hour.ts',
  ])
  expect([code, stderr]).toEqual([64, expect.stringMatching(/^usage: /)])
})
