/**
 * Runs the scenarios on a submit host that is already there: `node test/submit-host/by-hand.ts SSH ROOT STORE [words]`.
 * SSH is a command that reaches the gate, ROOT one that runs its arguments as root on the host (both split at blanks),
 * STORE the port of 127.0.0.1 that the host's /etc/condor-gate.json allows; `words` choose scenarios, `slow` all.
 */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { Host, Output } from './scenarios/host.ts'
import { scenarios } from './scenarios.ts'

const [ssh, root, port, ...words] = process.argv.slice(2)
if (!ssh || !root || !port) throw new Error('usage: by-hand.ts SSH ROOT STORE-PORT [words]')

const objects = new Map<string, Buffer>()
const store = createServer((request, response) => {
  const body = objects.get(request.url ?? '')
  response.writeHead(body ? 200 : 404).end(body)
})
await new Promise<void>((resolve) => store.listen(Number(port), '127.0.0.1', resolve))

function run(command: string[], stdin = ''): Promise<Output> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.stdin.on('error', () => {})
    child.on('error', reject)
    child.on('close', (status) => resolve({ status: status ?? -1, stdout, stderr }))
    child.stdin.end(stdin)
  })
}

const host: Host = {
  gate: (line) => run(ssh.split(' '), `${line}\n`),
  root: (script) => run([...root.split(' '), 'sh', '-c', script]),
  store: async (bytes) => {
    const path = `/${objects.size}?secret=a%2Fb`
    objects.set(path, bytes)
    return `http://127.0.0.1:${port}${path}`
  },
  nowhere: `http://127.0.0.1:${port}/nothing`,
}

let failed = 0
for (const { name, slow, run: check } of scenarios) {
  if (slow ? !words.includes('slow') : words.length && !words.some((word) => name.includes(word)))
    continue
  const start = performance.now()
  const error = await check(host).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error) failed++
  console.log(`${error ? 'FAILED' : 'ok    '} ${Math.round(performance.now() - start)} ms  ${name}`)
  if (error) console.log(error)
}
store.close()
process.exitCode = failed ? 1 : 0
