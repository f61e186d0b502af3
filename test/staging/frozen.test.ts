/** A function that Lambda froze: the connections that it left idle are dead when it goes on. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { storeServer } from './store-server.ts'

/** More than there are attempts. */
const POOL = 6
const FROZEN_MS = 5_500

let end: (() => void)[] = []
afterEach(() => {
  for (const each of end) each()
  end = []
})

/** A store whose connections of before `die` answer nothing any more, or cut off whoever uses them. */
async function mortal(how: 'silent' | 'reset' = 'silent') {
  const dead = new Set<Socket>()
  const open = new Set<Socket>()
  const server = await storeServer(({ socket }, response) => {
    open.add(socket)
    // Answered late enough for all of them to be open at once.
    if (!dead.has(socket)) setTimeout(() => response.end('text'), 100)
    else if (how === 'reset') socket.resetAndDestroy()
  })
  end.push(server.stop)
  const die = () => {
    for (const socket of open) dead.add(socket)
    return dead.size
  }
  return { port: server.port, open, die }
}

function startReader(port: number): ChildProcess {
  const path = fileURLToPath(new URL('frozen-reader.ts', import.meta.url))
  const child = fork(path, [String(port)])
  end.push(() => child.kill('SIGKILL'))
  return child
}

async function ask(child: ChildProcess, count: number) {
  child.send(count)
  const [told] = await once(child, 'message')
  return told as { failed: number; milliseconds: number }
}

test.each(['silent', 'reset'] as const)(
  'a thawed process asks over new connections where all old ones are dead (%s)',
  async (how) => {
    const { port, die } = await mortal(how)
    const child = startReader(port)
    expect(await ask(child, POOL)).toMatchObject({ failed: 0 })
    child.kill('SIGSTOP')
    expect(die()).toBe(POOL)
    await sleep(FROZEN_MS)
    const answer = ask(child, 1)
    child.kill('SIGCONT')
    const { failed, milliseconds } = await answer
    expect(failed).toBe(0)
    expect(milliseconds).toBeLessThan(1_000)
    // All of them at once, too.
    expect(await ask(child, POOL)).toMatchObject({ failed: 0 })
  },
)

test('connections in steady use are used again', async () => {
  const { port, open } = await mortal()
  const child = startReader(port)
  for (let i = 0; i < 5; i++) await ask(child, 1)
  expect(open.size).toBe(1)
})
