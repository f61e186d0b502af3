import net, { type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openVosFile } from '../../lib/staging/vospace.ts'
import { type Place, problem, startPlace } from './place.ts'

const FILE = 'vos://cadc.nrc.ca~arc/test/run.sh'

let place: Place
beforeAll(async () => {
  place = await startPlace({ files: { '/test/run.sh': 'x', '/test/big': { size: 50_000_000 } } })
})
afterEach(() => place.vospace.faults.clear())
afterAll(() => place.vospace.stop())

describe('a server that does not speak HTTP as it should', () => {
  const say = async (text: string, more?: (socket: net.Socket) => void, limit = 1500) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write(text)
        if (more) more(socket)
        else socket.end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    place.vospace.faults.set('/test', { redirect: `http://127.0.0.1:${port}/` })
    try {
      const settings = place.settings({ privateNetworks: ['127.0.0.0/8'] })
      return await problem(FILE, settings, limit)
    } finally {
      server.close()
    }
  }

  test.each([
    ['rubbish', 'SSH-2.0-OpenSSH_10.0\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nhello'],
    [
      'length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX'],
    [
      'another protocol',
      'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhello',
    ],
    ['a part of a file', 'HTTP/1.1 206 Partial\r\nContent-Length: 5\r\n\r\nhello'],
    ['a success of another kind', 'HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nhello'],
    ['no end', 'HTTP/1.1 200 OK\r\n\r\nhello'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello'],
  ])('saying %s is 503', async (_name, text) => {
    const { status, message } = await say(text)
    expect(status).toBe(503)
    expect(message.endsWith(FILE)).toBe(true)
  })

  test('that fails in a text without end is not waited for', async () => {
    const began = Date.now()
    const drip = (socket: net.Socket) => {
      socket.write('NodeNotFound ')
      const timer = setInterval(() => socket.write('.'), 20)
      socket.on('close', () => clearInterval(timer))
    }
    const { status } = await say('HTTP/1.1 404 Not Found\r\n\r\n', drip, 10_000)
    expect(status).toBe(400)
    expect(Date.now() - began).toBeLessThan(4000)
  })

  test('with headers for ever is ended', async () => {
    const { status } = await say('HTTP/1.1 200 OK\r\n', (socket) => {
      const timer = setInterval(() => socket.write(`X: ${'x'.repeat(1000)}\r\n`), 1)
      socket.on('close', () => clearInterval(timer))
    })
    expect(status).toBe(503)
  })
})

describe('a reader', () => {
  const big = 'vos://cadc.nrc.ca~arc/test/big'

  test('who leaves closes the connection, though no byte comes', async () => {
    let closed = () => {}
    const gone = new Promise<void>((resolve) => {
      closed = resolve
    })
    const server = net.createServer((socket) => {
      socket.on('error', () => {}).on('close', closed)
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    place.vospace.faults.set('/test', { redirect: `http://127.0.0.1:${port}/` })
    const settings = place.settings({ privateNetworks: ['127.0.0.0/8'] })
    const { body } = await openVosFile(FILE, settings, { signal: AbortSignal.timeout(60_000) })
    for await (const chunk of body) {
      expect(String(chunk)).toBe('one')
      break
    }
    await gone
    server.close()
  }, 5000)

  test('whose time is up while bytes come gets the Problem', async () => {
    const deadline = new AbortController()
    const { signal } = deadline
    const { body } = await openVosFile(big, place.settings({ maxBytes: 1e9 }), { signal })
    const read = async () => {
      for await (const _chunk of body) deadline.abort()
    }
    await expect(read()).rejects.toMatchObject({
      status: 503,
      message: `VOSpace took too long to send the file, try again: ${big}`,
    })
  })

  test('who came too late asks nothing', async () => {
    const late = openVosFile(big, place.settings(), { signal: AbortSignal.abort() })
    await expect(late).rejects.toMatchObject({ status: 503 })
  })
})
