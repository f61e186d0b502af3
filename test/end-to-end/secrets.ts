/** What no log may hold, looked for in all that the parts of a run have written. */
import { createReadStream, readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { passwordOf } from '../../local/config.ts'

/** A test puts this into a description and an executable: contents are nobody's business either. */
export const CONTENTS = 'words-of-a-submission-that-no-log-holds'

export interface Logged {
  /** Folder of the service's own logs. */
  readonly logs: string
  /** The submit host's first process; undefined where it is not ours. */
  readonly pid: number | undefined
  readonly keyFile: string
  readonly storeKey: string | undefined
}

const USERS = ['alice', 'bob', 'erin', 'dave']

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

function forbidden({ keyFile, storeKey }: Logged): RegExp {
  const secrets = [
    ...USERS.map(passwordOf),
    ...USERS.map((user) => Buffer.from(`${user}:${passwordOf(user)}`).toString('base64')),
    readFileSync(keyFile, 'utf8').split('\n')[2],
    storeKey,
    CONTENTS,
    'PRIVATE KEY',
    'X-Amz-Signature',
    'X-Amz-Credential',
  ].flatMap((secret) => secret || [])
  return new RegExp([...secrets.map(escaped), 'authorization:? *basic'].join('|'), 'i')
}

/** The gate and sudo have no business with the address of anything. */
const URL = /https?:\/\//

/** Patterns of the files, on this machine. On the host: sshd's, the gate's and sudo's syslog, HTCondor's, the records. */
const places = ({ logs, pid }: Logged) => [
  `${logs}/*.log`,
  ...(pid === undefined
    ? []
    : ['log/sshd.log', 'log/auth.log', 'log/condor/*Log*', 'lib/condor-gate/*/*'].map(
        (path) => `/proc/${pid}/root/var/${path}`,
      )),
]

/** A line for each place that was found, at most three of a file. `seen` gets the name of each file with something in it. */
export async function secretsInLogs(logged: Logged, seen = new Set<string>()): Promise<string[]> {
  const pattern = forbidden(logged)
  const found: string[] = []
  for await (const path of glob(places(logged))) {
    let left = 3
    for await (const line of createInterface(createReadStream(path))) {
      seen.add(path)
      const secret = pattern.exec(line) ?? (path.endsWith('/auth.log') ? URL.exec(line) : null)
      if (secret && left-- > 0) {
        const from = Math.max(0, secret.index - 200)
        found.push(`${path}: ${line.slice(from, secret.index + 200)}`)
      }
    }
  }
  return found
}
