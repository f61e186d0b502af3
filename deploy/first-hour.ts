/**
 * Asks a deployment what only a real account can show, a line for each answer; docs/first-hour.md says what to do with them.
 * It submits held jobs and two that run, as the user, and removes them. Exit status 1 if anything is not as it must be.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { afterIdle, CHECKS, type Site, Skipped } from './first-hour/checks.ts'
import { asker } from './first-hour/curl.ts'

const USAGE = `usage: PASSWORD=... node deploy/first-hour.ts --url https://PASSWORDDOMAIN/proc --user alice
  [--certificate-url https://CERTIFICATEDOMAIN/proc --foreign foreign.pem]   a certificate of another authority
  [--cacert ca.pem]    of a service with a certificate of its own authority
  [--wait 300]         seconds that a job may take to run
  [--idle 600]         also a submission after so many seconds of nothing`

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    user: { type: 'string' },
    'certificate-url': { type: 'string' },
    foreign: { type: 'string' },
    cacert: { type: 'string' },
    wait: { type: 'string', default: '300' },
    idle: { type: 'string' },
  },
})
const { url, user, foreign, cacert } = values
// Arguments can be read by everybody on a machine.
const password = process.env.PASSWORD
if (!url || !user || !password) {
  console.error(USAGE)
  process.exit(64)
}

const folder = mkdtempSync(join(tmpdir(), 'first-hour-'))
let files = 0
const write = (content: string | Buffer) => {
  files += 1
  const path = join(folder, String(files))
  writeFileSync(path, content, { mode: 0o600 })
  return path
}
const ca = cacert ? ['--cacert', cacert] : []
const netrc = write(`machine ${new URL(url).hostname} login ${user} password ${password}\n`)
const certificateUrl = values['certificate-url']
const site: Site = {
  url,
  nobody: asker(...ca),
  user: asker(...ca, '--netrc-file', netrc),
  foreign:
    certificateUrl && foreign
      ? () => asker(...ca, '-E', foreign)(`${certificateUrl}/job`)
      : undefined,
  file: (content) => write(typeof content === 'number' ? Buffer.alloc(content, 'x') : content),
  patience: Number(values.wait),
  clusters: new Set(),
}

let failed = 0
try {
  for (const { row, name, see } of [
    ...CHECKS,
    ...(values.idle ? [afterIdle(Number(values.idle))] : []),
  ]) {
    const say = (word: string, more = '') =>
      console.log(`${word.padEnd(8)}${row.padEnd(5)}${name}${more}`)
    try {
      const seen = await see(site)
      if (seen !== undefined) failed += 1
      say(seen === undefined ? 'ok' : 'DIFFERS', seen && `: ${seen}`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (!(error instanceof Skipped)) failed += 1
      say(error instanceof Skipped ? 'skipped' : 'FAILED', `: ${reason}`)
    }
  }
} finally {
  const ids = [...site.clusters].map((cluster) => `id=${cluster}`).join('&')
  if (ids !== '') await site.user(`${url}/auth/job?${ids}`, '-X', 'DELETE').catch(console.error)
  rmSync(folder, { recursive: true })
}
console.log(failed === 0 ? 'all is as it must be' : `${failed} not as it must be`)
process.exitCode = failed === 0 ? 0 : 1
