/** Asks the service what a user would ask first, before it is called ready. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'

/**
 * Throws an Error that says what does not work. `certs` is the folder of the development CA; `user`
 * has a certificate there and an account, undefined where accounts are not ours to know.
 */
export async function selfCheck(url: string, certs: string, user: string | undefined) {
  const availability = await get(`${url}/proc/availability`, certs)
  if (!/available>\s*true\s*</.test(availability.body)) {
    throw new Error(`/proc/availability says: ${availability.status} ${availability.body}`)
  }
  if (user === undefined) return
  const list = await get(`${url}/proc/job`, certs, user)
  if (list.status !== 200) {
    throw new Error(`${user}'s GET /proc/job says: ${list.status} ${list.body}`)
  }
}

function get(url: string, certs: string, user?: string) {
  const pem = user && readFileSync(join(certs, `${user}.pem`))
  const ca = readFileSync(join(certs, 'ca.pem'))
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = request(url, { ca, agent: false, ...(pem && { cert: pem, key: pem }) })
    asked.once('error', reject).once('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      )
    })
    asked.end()
  })
}
