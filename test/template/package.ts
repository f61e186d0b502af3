/** `serverless package` as an operator runs it, where there is no network and no account. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Template } from './template.ts'

const PROJECT = join(import.meta.dirname, '../..')
/** Measured: 4 s, 2 of them for the bundles. */
const LIMIT_MS = 90_000

/** Packages into `folder`; throws with what the framework said when it fails or takes too long. */
export function packageInto(folder: string): Template {
  const alone = process.getuid?.() === 0 ? ['--net'] : ['--user', '--map-root-user', '--net']
  const serverless = join(PROJECT, 'node_modules/serverless/bin/serverless.js')
  const { PATH, HOME } = process.env
  const { status, error, stdout, stderr } = spawnSync(
    'unshare',
    [...alone, process.execPath, serverless, 'package', '--package', folder],
    {
      cwd: PROJECT,
      env: { PATH, HOME },
      encoding: 'utf8',
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    },
  )
  if (status !== 0) throw new Error(`serverless package: ${stdout}${stderr}`, { cause: error })
  const template = readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8')
  return JSON.parse(template)
}

/** Names of the files in a zip, from its central directory (APPNOTE 4.3.12). */
export function filesIn(zip: Buffer): string[] {
  const end = zip.lastIndexOf('PK\x05\x06')
  const names: string[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const length = zip.readUInt16LE(at + 28)
    names.push(zip.toString('utf8', at + 46, at + 46 + length))
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return names
}
