/** What is measured: a local service, its functions set as on AWS, and an account for the bare commands. */
import { readFileSync } from 'node:fs'
import { jobTable } from '../lib/reply/job-table.ts'
import { attributesOf } from '../lib/reply/table.ts'
import { readStoreSettings } from '../lib/settings.ts'
import { ObjectStore } from '../lib/staging/object-store.ts'
import { type Instance, nodeOptions, startInstance } from '../local/lambda.ts'
import type { Service } from '../local/service.ts'

export interface Scene {
  readonly service: Service
  readonly store: ObjectStore
  readonly quick: boolean
  /** A function in a process of its own. */
  instance(name: string): Instance
  /** Runs a script inside the submit host as root; its stdout. */
  root(script: string): Promise<string>
}

export const BARE_USER = 'bench'

/** What both sides ask for in a list. */
export const LIST = `condor_q -allusers -json -attributes ${attributesOf(jobTable).join(',')}`

export async function prepare(service: Service, quick: boolean): Promise<Scene> {
  const { stack, submitHost, functionEnvironment } = service
  if (!stack) throw new Error('the bench needs the local submit host')
  Object.assign(process.env, functionEnvironment) // the store's keys
  const scene: Scene = {
    service,
    store: new ObjectStore(readStoreSettings(functionEnvironment)),
    quick,
    instance: (name) =>
      startInstance(name, { ...functionEnvironment, NODE_OPTIONS: nodeOptions(name) }),
    async root(script) {
      const { status, stdout, stderr } = await stack.run('bash', '-c', script)
      if (status !== 0) throw new Error(`${script}: ${stderr}`)
      return stdout
    },
  }
  const key = readFileSync(`${submitHost.keyFile}.pub`, 'utf8').trim()
  await scene.root(`set -e
id ${BARE_USER} 2>/dev/null || useradd --create-home --shell /bin/bash --password '*' ${BARE_USER}
install -d -m 700 -o ${BARE_USER} /home/${BARE_USER}/.ssh
echo '${key}' >/home/${BARE_USER}/.ssh/authorized_keys
chown ${BARE_USER} /home/${BARE_USER}/.ssh/authorized_keys
echo '${BARE_USER} ALL=(alice) CWD=* NOPASSWD: NOEXEC: /usr/bin/condor_submit' >/etc/sudoers.d/${BARE_USER}
chmod 440 /etc/sudoers.d/${BARE_USER}`)
  return scene
}
