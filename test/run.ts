/** `npm test`: the clients that the tests use, then types, style, patterns and every test. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
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

/**
 * What vitest is asked for: some files, or everything in halves that take about as long side by side. Those that wait for
 * real time have the machine for themselves.
 */
const wanted = process.argv.slice(2)
const halves =
  wanted.length > 0 || process.env.PROC_TEST_SLOW
    ? [wanted]
    : [
        ['--project', 'end-to-end'],
        ['--project', 'submit-host', '--project', 'unit'],
      ]

const folder = mkdtempSync(join(tmpdir(), 'canfar-proc-report-'))
const ended = await Promise.all(halves.map(runTests))
rmSync(folder, { recursive: true })
const sum = (of: 'passed' | 'failed') => ended.reduce((total, half) => total + half[of], 0)
console.log(`${sum('passed')} passed, ${sum('failed')} failed`)
process.exit(ended.every(({ code }) => code === 0) ? 0 : 1)

/** The first writes as it goes; what another says is shown when it has ended. */
async function runTests(asked: readonly string[], half: number) {
  const [report, log] = [join(folder, `${half}.json`), join(folder, `${half}.log`)]
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const output = half === 0 ? 'inherit' : openSync(log, 'w')
  const vitest = spawn('vitest', ['run', ...reporters, ...asked], {
    stdio: ['inherit', output, output],
  })
  const code = await new Promise((resolve) => vitest.once('close', resolve))
  if (half > 0) process.stdout.write(readFileSync(log))
  const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : {}
  return { code, passed, failed } as { code: unknown; passed: number; failed: number }
}
