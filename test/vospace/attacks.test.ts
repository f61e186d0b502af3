import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newGuard } from '../../lib/staging/vospace/guard.ts'
import { ask, readText } from '../../lib/staging/vospace/guarded-request.ts'
import { fetched, type Place, problem, startPlace, TOKEN } from './place.ts'

const TEXT = 'the bytes\n'
const FILE = 'vos://cadc.nrc.ca~arc/test/run.sh'
const NOT_ALLOWED = 'VOSpace led to where this service does not go'

let place: Place
beforeAll(async () => {
  place = await startPlace({ files: { '/test/run.sh': TEXT, '/test/big': { size: 50_000_000 } } })
})
afterEach(() => {
  place.vospace.faults.clear()
  place.vospace.requests.length = 0
})
afterAll(() => place.vospace.stop())

const port = () => place.vospace.port
const refused = async (uri = FILE) => {
  const { status, message } = await problem(uri, place.settings())
  expect([status, message]).toEqual([503, `${NOT_ALLOWED}: ${uri}`])
}
const to = (url: string) => url.replace('PORT', String(port()))

describe('a redirect', () => {
  test.each([
    ['to the metadata address', 'https://169.254.169.254/latest/meta-data/'],
    ['to it over http', 'http://169.254.169.254/latest/meta-data/'],
    ['to it as a number', 'https://2852039166/latest/'],
    ['to it in octal', 'https://0251.0376.0251.0376/'],
    ['to it inside IPv6', 'https://[::ffff:169.254.169.254]/'],
    ['to it through NAT64', 'https://[64:ff9b::a9fe:a9fe]/'],
    ['to its IPv6 address', 'https://[fd00:ec2::254]/'],
    ['to loopback', 'https://127.0.0.1:PORT/'],
    ['to loopback in short', 'https://127.1:PORT/'],
    ['to loopback in hex', 'https://0x7f000001:PORT/'],
    ['to loopback of IPv6', 'https://[::1]:PORT/'],
    ['to the unspecified address', 'https://0.0.0.0:PORT/'],
    ['to a private address', 'https://10.0.0.1/'],
    ['to a name that resolves to loopback', 'https://evil.test:PORT/'],
    ['to an allowed name with another port', 'https://vos.test:1/'],
    ['to http on a name', 'http://evil.test:PORT/'],
    ['with a password in it', 'https://user:secret@vos.test:PORT/arc/capabilities'],
    ['with a user in it', 'https://user@vos.test:PORT/arc/capabilities'],
    ['to a file', 'file:///etc/passwd'],
    ['to data', 'data:text/plain,hello'],
    ['to ftp', 'ftp://vos.test/'],
    ['to nowhere', 'https://'],
    ['in a circle', 'circle'],
    ['without end', 'endless'],
  ])('%s is not followed', async (_name, url) => {
    for (const status of [301, 302, 303, 307, 308] as const) {
      place.vospace.faults.set('/test', { redirect: to(url), status })
      await refused()
    }
    const followed = place.vospace.requests.filter((each) => !each.host.startsWith('vos.test'))
    expect(followed).toEqual([])
  })

  test('to http is refused on a public address too, before a connection', async () => {
    place.vospace.faults.set('/test', { redirect: 'http://public.test/' })
    const resolve = async (name: string) => [
      { address: name === 'public.test' ? '93.184.216.34' : '127.0.0.1', family: 4 },
    ]
    const { message } = await problem(FILE, place.settings({ resolve }))
    expect(message).toBe(`${NOT_ALLOWED}: ${FILE}`)
  })

  test('at any stage is judged', async () => {
    const evil = to('https://evil.test:PORT/')
    for (const stage of ['registry', 'capabilities', 'synctrans', 'details', 'xfer'] as const) {
      place.vospace.faults.set(stage, { redirect: evil })
      await refused('vos://cadc.nrc.ca~vospace/test/run.sh')
      place.vospace.faults.clear()
    }
    expect(place.vospace.requests.some((each) => each.host.startsWith('evil'))).toBe(false)
  })

  test('may happen five times, not six', async () => {
    const server = await raw((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('here')
      else response.writeHead(302, { Location: `/${left - 1}` }).end()
    })
    const guard = newGuard({ networks: ['127.0.0.0/8'], hosts: [] })
    const signal = AbortSignal.timeout(5000)
    const answer = await ask(guard, new URL(`${server.url}/5`), { signal })
    expect(await readText(answer.body, 100)).toBe('here')
    expect(answer.visited).toHaveLength(6)
    await expect(ask(guard, new URL(`${server.url}/6`), { signal })).rejects.toThrow('more than 5')
    await server.stop()
  })
})

describe('what a document says', () => {
  const capability = (url: string) => `<capabilities>
    <capability standardID="ivo://ivoa.net/std/VOSpace#files-proto"><interface>
    <accessURL use="base">${url}</accessURL></interface></capability></capabilities>`
  const transfer = (urls: string[], method = '') =>
    `<transfer>${urls
      .map(
        (url) => `<protocol uri="ivo://ivoa.net/vospace/core#httpsget">
        <endpoint>${url}</endpoint>${method && `<securityMethod uri="${method}"/>`}</protocol>`,
      )
      .join('')}</transfer>`

  test('is judged as any other URL', async () => {
    for (const url of [
      'https://169.254.169.254',
      'https://10.1.2.3/x',
      to('https://evil.test:PORT'),
    ]) {
      place.vospace.faults.set('registry', { status: 200, body: `ivo://cadc.nrc.ca/arc = ${url}` })
      await refused()
      place.vospace.faults.clear()
      place.vospace.faults.set('capabilities', { status: 200, body: capability(url) })
      await refused()
      place.vospace.faults.clear()
      place.vospace.faults.set('synctrans', { status: 200, body: transfer([url, url]) })
      await refused('vos://cadc.nrc.ca~vospace/test/run.sh')
      place.vospace.faults.clear()
    }
    expect(place.vospace.requests.some((each) => each.host.startsWith('evil'))).toBe(false)
  })

  test('a file: URL in capabilities is no interface', async () => {
    place.vospace.faults.set('capabilities', { status: 200, body: capability('file:///etc') })
    const { status, message } = await problem(FILE, place.settings())
    expect([status, message]).toEqual([
      503,
      `VOSpace gave an answer that cannot be understood: ${FILE}`,
    ])
  })

  test('a thousand endpoints are not a thousand requests', async () => {
    const urls = Array.from({ length: 1000 }, (_, at) => to(`https://store.test:PORT/minoc/${at}`))
    place.vospace.faults.set('synctrans', { status: 200, body: transfer(urls) })
    await problem('vos://cadc.nrc.ca~vospace/test/run.sh', place.settings())
    const tried = place.vospace.requests.filter((each) => each.host.startsWith('store'))
    expect(tried).toHaveLength(5)
  })

  test('an endpoint elsewhere that wants our token does not get it', async () => {
    const method = 'ivo://ivoa.net/sso#token'
    const urls = [to('https://store.test:PORT/minoc/a')]
    place.vospace.faults.set('synctrans', { status: 200, body: transfer(urls, method) })
    const settings = place.settings({
      authorities: {
        'cadc.nrc.ca~vospace': {
          resourceId: 'ivo://cadc.nrc.ca/vospace',
          credential: { token: TOKEN, hosts: [to('vos.test:PORT')] },
        },
      },
    })
    await problem('vos://cadc.nrc.ca~vospace/test/run.sh', settings)
    const elsewhere = place.vospace.requests.filter((each) => each.host.startsWith('store'))
    expect(elsewhere.map((each) => each.authorization)).toEqual([undefined])
  })
})

describe('name service', () => {
  test('is asked once for a connection, so that a second answer has no effect', async () => {
    const asked = new Map<string, number>()
    const resolve = async (name: string) => {
      const times = (asked.get(name) ?? 0) + 1
      asked.set(name, times)
      // A rebinding name: good for the check, then the target of the attack.
      const bad = name === 'store.test' && times > 1
      return [{ address: bad ? '169.254.169.254' : '127.0.0.1', family: 4 }]
    }
    const settings = place.settings({ resolve })
    const vault = 'vos://cadc.nrc.ca~vault/test/run.sh'
    expect((await fetched(vault, settings)).toString()).toBe(TEXT)
    expect(asked.get('store.test')).toBe(1)
    expect((await problem(vault, settings)).message).toBe(`${NOT_ALLOWED}: ${vault}`)
    expect(asked.get('store.test')).toBe(2)
  })

  test('with one bad address among good ones is refused', async () => {
    place.vospace.faults.set('/test', { redirect: 'https://mixed.test/' })
    const resolve = async (name: string) =>
      name === 'mixed.test'
        ? [
            { address: '93.184.216.34', family: 4 },
            { address: '::1', family: 6 },
          ]
        : [{ address: '127.0.0.1', family: 4 }]
    const { message } = await problem(FILE, place.settings({ resolve }))
    expect(message).toBe(`${NOT_ALLOWED}: ${FILE}`)
  })

  test('that fails, or knows no address, or does not answer, is 503', async () => {
    const reached = `VOSpace cannot be reached, try again later: ${FILE}`
    const failing = async () => {
      throw new Error('ENOTFOUND')
    }
    expect((await problem(FILE, place.settings({ resolve: failing }))).message).toBe(reached)
    expect((await problem(FILE, place.settings({ resolve: async () => [] }))).message).toBe(reached)
    const silent = () => new Promise<never>(() => {})
    const { status, message } = await problem(FILE, place.settings({ resolve: silent }), 300)
    expect([status, message.slice(0, 21)]).toEqual([503, 'VOSpace took too long'])
  })
})

describe('TLS', () => {
  const reached = `VOSpace cannot be reached, try again later: ${FILE}`

  test('of an unknown authority is refused', async () => {
    const { ca: _ca, ...settings } = place.settings()
    expect((await problem(FILE, settings)).message).toBe(reached)
  })

  test('for another name is refused', async () => {
    const host = to('wrong.test:PORT')
    const settings = place.settings({ registry: `https://${host}/reg`, privateHosts: [host] })
    expect((await problem(FILE, settings)).message).toBe(reached)
    expect(place.vospace.requests).toEqual([])
  })
})

async function raw(handle: http.RequestListener) {
  const server = http.createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () => new Promise((resolve) => server.close(resolve))
  return { url: `http://127.0.0.1:${port}`, stop }
}
