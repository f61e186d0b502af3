/** How the stand-in answers: texts, redirects, the bytes of a file, and all that goes wrong. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { FAULT_STATUS, type Fault, faultText, type Wire } from './stand-in-faults.ts'
import type { Node } from './stand-in-files.ts'

export function answer(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}

export const plain = (response: ServerResponse, status: number, text: string, headers = {}) =>
  answer(response, status, 'text/plain', text, headers)

export const redirect = (response: ServerResponse, to: string, status = 303) =>
  plain(response, status, '', { Location: to })

/** Answers with a fault; `uri` is that of the node. The wire faults here have no file to send. */
export async function fail(response: ServerResponse, fault: Fault, uri?: string): Promise<void> {
  if ('word' in fault) {
    const status = FAULT_STATUS[fault.word]
    plain(response, status, faultText(fault.word, uri), {
      ...(status === 401 && {
        'WWW-Authenticate': 'ivoa_bearer standard_id="ivo://ivoa.net/sso#OpenID"',
      }),
      ...(fault.retryAfter !== undefined && { 'Retry-After': fault.retryAfter }),
    })
  } else if ('status' in fault && fault.status && !('redirect' in fault)) {
    plain(response, fault.status, fault.body ?? '', fault.headers)
  } else if ('redirect' in fault) {
    redirect(response, redirectOf(response.req, fault.redirect), fault.status)
  } else if ('wire' in fault) {
    await sendOnWire(response, fault.wire, Buffer.alloc(256 * 1024, 'x'))
  }
}

/** The answer of GET or HEAD for a file: 200, or 204 where it is empty. */
export async function sendFile(
  response: ServerResponse,
  name: string,
  file: Extract<Node, { kind: 'file' }>,
  wire?: Wire,
): Promise<void> {
  if (wire) return sendOnWire(response, wire, await buffer(file.open()))
  const digest = file.md5 && { digest: `md5=${file.md5.toString('base64')}` }
  if (file.size === 0) {
    response.writeHead(204)
    response.end()
    return
  }
  response.writeHead(200, {
    'Content-Length': file.size,
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `inline; filename="${encodeURIComponent(name)}"`,
    'Last-Modified': 'Mon, 23 Nov 2026 18:00:00 GMT',
    ...digest,
  })
  if (response.req.method === 'HEAD') response.end()
  // A reader may leave before the end: that is no fault of the server's.
  else await pipeline(file.open(), response).catch(() => {})
}

async function sendOnWire(response: ServerResponse, wire: Wire, bytes: Buffer): Promise<void> {
  const half = bytes.subarray(0, bytes.length >> 1)
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const socket = response.socket
  const breakOff = () => setTimeout(() => socket?.destroy(), 20)
  switch (wire) {
    case 'silent':
      return
    case 'reset':
      socket?.destroy()
      return
    case 'truncated':
      response.writeHead(200, { 'Content-Length': bytes.length })
      response.write(half, breakOff)
      return
    case 'truncated-chunked':
      response.write(half, breakOff)
      return
    case 'unframed':
      socket?.end(
        Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'), half]),
      )
      return
    case 'drip':
      response.writeHead(200, { 'Content-Length': bytes.length })
      for (let at = 0; at < bytes.length && !gone.signal.aborted; at++) {
        response.write(bytes.subarray(at, at + 1))
        await sleep(50, undefined, { signal: gone.signal }).catch(() => {})
      }
      response.end()
      return
    case 'endless': {
      const block = Buffer.alloc(64 * 1024, 'x')
      const forever = function* () {
        for (;;) yield block
      }
      await pipeline(Readable.from(forever(), { objectMode: false }), response).catch(() => {})
      return
    }
    case 'huge-headers':
      response.writeHead(200, { 'Content-Length': bytes.length, 'X-Long': 'x'.repeat(64 * 1024) })
      response.end(bytes)
      return
    case 'compressed': {
      const stored = gzipSync(bytes)
      response.writeHead(200, { 'Content-Length': stored.length, 'Content-Encoding': 'gzip' })
      response.end(stored)
      return
    }
    case 'wrong-digest':
      response.writeHead(200, {
        'Content-Length': bytes.length,
        digest: `md5=${Buffer.alloc(16).toString('base64')}`,
      })
      response.end(bytes)
      return
  }
}

let hops = 0

function redirectOf(request: IncomingMessage, to: string): string {
  if (to === 'circle') return request.url ?? '/'
  if (to === 'endless') return `${request.url?.split('?')[0]}?hop=${++hops}`
  return to
}
