/** The bare thing beside which everything is measured: the same commands over an open ssh connection. */
import { readFileSync } from 'node:fs'
import { Client } from 'ssh2'
import type { Service } from '../local/service.ts'

export interface Bare {
  /** Runs a command with that input, its output to nowhere; resolves to seconds, rejects unless it succeeds. */
  run(command: string, input?: string): Promise<number>
  close(): void
}

const USER = 'bench'

/** Makes an account on the local submit host that may do what the measured commands need. */
export async function prepareBare({ stack, submitHost }: Service): Promise<void> {
  if (!stack) throw new Error('the bench needs the local submit host')
  const key = readFileSync(`${submitHost.keyFile}.pub`, 'utf8').trim()
  const script = `set -e
id ${USER} 2>/dev/null || useradd --create-home --shell /bin/bash --password '*' ${USER}
install -d -m 700 -o ${USER} /home/${USER}/.ssh
echo '${key}' >/home/${USER}/.ssh/authorized_keys
chown ${USER} /home/${USER}/.ssh/authorized_keys
echo '${USER} ALL=(alice) CWD=* NOPASSWD: NOEXEC: /usr/bin/condor_submit' >/etc/sudoers.d/${USER}
chmod 440 /etc/sudoers.d/${USER}`
  const { status, stderr } = await stack.run('bash', '-c', script)
  if (status !== 0) throw new Error(stderr)
}

/** A new connection, with Nagle's algorithm off as the service has it. */
export async function connectBare({ submitHost }: Service): Promise<Bare> {
  const client = new Client()
  await new Promise<void>((resolve, reject) =>
    client
      .once('ready', () => resolve())
      .once('error', reject)
      .connect({
        host: submitHost.host,
        port: submitHost.port,
        username: USER,
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
