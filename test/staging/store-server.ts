/** An S3 store in this process that takes what it is sent, or says nothing. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ObjectStore } from '../../lib/staging/object-store.ts'

process.env.AWS_ACCESS_KEY_ID ??= 'key'
process.env.AWS_SECRET_ACCESS_KEY ??= 'secret'

type React = (request: IncomingMessage, response: ServerResponse) => void

export async function storeServer(react: React) {
  const server = createServer((request, response) => {
    request.on('error', () => {})
    react(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const store = new ObjectStore({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    stagingBucket: 'staging',
    configBucket: 'config',
  })
  return {
    store,
    port,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
