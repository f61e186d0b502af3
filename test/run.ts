/** `npm test`: the clients that the tests use, then types, style, patterns and every test. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check, run } from './check.ts'

/** Real clients, from Debian: what astronomers and validators read our documents with. */
const CLIENTS = [
  'curl',
  'openssl',
  'stilts',
  'libxml2-utils',
  'python3-astropy',
  'python3-pyvo',
  'python3-requests',
  'chromium',
]

const installed = (name: string) =>
  spawnSync('dpkg', ['-s', name], { encoding: 'utf8' }).stdout?.includes('\nStatus: install ok') ===
  true

const missing = existsSync('/usr/bin/dpkg') ? CLIENTS.filter((name) => !installed(name)) : []
if (missing.length > 0) {
  if (process.getuid?.() !== 0) {
    console.error(
      `The tests need more Debian packages. As root:\n  apt-get install ${missing.join(' ')}`,
    )
    process.exit(1)
  }
  console.log(`Installing ${missing.join(', ')}`)
  const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = ['-qq', '-o', 'DPkg::Lock::Timeout=300']
  run('apt-get', [...apt, 'update'], quiet)
  run('apt-get', [...apt, 'install', '-y', '--no-install-recommends', ...missing], quiet)
}

await check()

const folder = mkdtempSync(join(tmpdir(), 'canfar-proc-report-'))
const report = join(folder, 'report.json')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const { status } = spawnSync('vitest', ['run', ...reporters, ...process.argv.slice(2)], {
  stdio: 'inherit',
})
if (existsSync(report)) {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  console.log(`${numPassedTests} passed, ${numFailedTests} failed`)
}
rmSync(folder, { recursive: true })
process.exit(status ?? 1)
