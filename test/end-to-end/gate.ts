/** condor-gate itself, asked over ssh with the service's key: what the functions do, and what a thief of the key can. */
import { readFileSync } from 'node:fs'
import { Client, type ClientChannel } from 'ssh2'
import type { Output } from '../../local/command.ts'
import { service } from './client.ts'

const { host, port, user, keyFile } = service.submitHost

/** A connection of the service's, logged in with its key. */
export function connected(): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client()
    client.once('error', reject)
    client.once('ready', () => resolve(client))
    client.connect({ host, port, username: user, privateKey: readFileSync(keyFile) })
  })
}

/** What comes back on a channel for `line`; status -1 where none came back. */
export function reply(channel: ClientChannel, line: string): Promise<Output> {
  return new Promise((resolve) => {
    let stdout = ''
    let stderr = ''
    let status = -1
    channel.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    channel.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    channel.on('exit', (code: number | null) => {
      status = code ?? -1
    })
    channel.on('close', () => resolve({ status, stdout, stderr }))
    channel.end(`${line}\n`)
  })
}

/** One ssh command of the service account, on a connection of its own. */
export async function gate(line: string, command = 'condor-gate'): Promise<Output> {
  const client = await connected()
  try {
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.once('error', reject)
      client.exec(command, (error, opened) => (error ? reject(error) : resolve(opened)))
    })
    return await reply(channel, line)
  } finally {
    client.end()
  }
}

/** Asks with a request object. */
export const ask = (request: object) => gate(JSON.stringify({ v: 1, ...request }))
