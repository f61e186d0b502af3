/** condor-gate itself, asked over ssh with the service's key: what the functions do, and what a thief of the key can. */
import { readFileSync } from 'node:fs'
import { Client } from 'ssh2'
import type { Output } from '../../local/command.ts'
import { service } from './client.ts'

const { host, port, user, keyFile } = service.submitHost

/** One ssh command of the service account, on a connection of its own; status -1 where none came back. */
export function gate(line: string, command = 'condor-gate'): Promise<Output> {
  return new Promise((resolve, reject) => {
    const client = new Client()
    client.on('error', reject)
    client.on('ready', () => {
      client.exec(command, (error, channel) => {
        if (error) return reject(error)
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
        channel.on('close', () => {
          client.end()
          resolve({ status, stdout, stderr })
        })
        channel.end(`${line}\n`)
      })
    })
    client.connect({ host, port, username: user, privateKey: readFileSync(keyFile) })
  })
}

/** Asks with a request object. */
export const ask = (request: object) => gate(JSON.stringify({ v: 1, ...request }))
