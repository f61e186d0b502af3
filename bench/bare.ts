/** The bare thing beside which everything is measured: the same commands over ssh. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'ssh2'
import { BARE_USER, type Scene } from './scene.ts'

export interface Bare {
  /** Runs a command with that input, its output to nowhere; resolves to seconds, rejects unless it succeeds. */
  run(command: string, input?: string): Promise<number>
  close(): void
}

/** An open connection, with Nagle's algorithm off as the service has it. */
export async function connectBare({ service: { submitHost } }: Scene): Promise<Bare> {
  const client = new Client()
  await new Promise<void>((resolve, reject) =>
    client
      .once('ready', () => resolve())
      .once('error', reject)
      .connect({
        host: submitHost.host,
        port: submitHost.port,
        username: BARE_USER,
        privateKey: readFileSync(submitHost.keyFile),
      }),
  )
  client.setNoDelay(true)
  return {
    run: (command, input = '') =>
      new Promise((resolve, reject) => {
        const started = performance.now()
        client.exec(command, (error, channel) => {
          if (error) return reject(error)
          let said = ''
          channel.stderr.on('data', (chunk) => {
            said += chunk
          })
          channel
            .on('data', () => {})
            .on('close', (code: number | undefined) => {
              if (code === 0) resolve((performance.now() - started) / 1000)
              else reject(new Error(`${command}: ${code} ${said}`))
            })
          channel.end(input)
        })
      }),
    close: () => client.end(),
  }
}

/** The ssh program with a connection of its own; resolves to seconds. */
export function sshProgram({ service }: Scene, command: string): Promise<number> {
  const { host, port, keyFile } = service.submitHost
  const options = [
    ['-F', 'none', '-i', keyFile, '-p', String(port), '-o', 'StrictHostKeyChecking=accept-new'],
    ['-o', `UserKnownHostsFile=${join(service.dir, 'bench-known-hosts')}`, '-o', 'LogLevel=ERROR'],
  ].flat()
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const ssh = spawn('ssh', [...options, `${BARE_USER}@${host}`, command], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    ssh.stdout.resume()
    ssh.once('error', reject).once('close', (code) => {
      if (code === 0) resolve((performance.now() - started) / 1000)
      else reject(new Error(`ssh ${command}: ${code}`))
    })
  })
}
