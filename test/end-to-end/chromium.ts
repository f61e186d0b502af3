/** Debian's Chromium without a window, driven over its DevTools protocol. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { scratch } from './client.ts'

export interface Look {
  readonly scheme: 'light' | 'dark'
  /** In CSS pixels. */
  readonly width: number
}

export interface Page {
  /** Opens a URL and resolves when it has loaded. */
  open(url: string, look: Look, headers?: Record<string, string>): Promise<void>
  /** What an expression of JavaScript gives in the page. */
  evaluate<T>(expression: string): Promise<T>
  press(key: 'Tab' | 'Enter' | 'ArrowRight'): Promise<void>
  /** What went to the console as an error since it was opened, and what the page threw. */
  readonly errors: string[]
  close(): Promise<void>
}

const KEYS = {
  Tab: { windowsVirtualKeyCode: 9 },
  Enter: { windowsVirtualKeyCode: 13, text: '\r' },
  ArrowRight: { windowsVirtualKeyCode: 39 },
}

const FLAGS = [
  '--headless=new',
  '--no-sandbox', // the tests run as root
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
  '--remote-debugging-port=0',
]

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { message: string }
}

export async function openChromium(): Promise<Page> {
  const chromium = spawn(
    'chromium',
    [...FLAGS, `--user-data-dir=${scratch}/chromium`, 'about:blank'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const port = await debuggingPort(chromium.stderr)
  const targets = await fetch(`http://127.0.0.1:${port}/json/list`).then((reply) => reply.json())
  const tab = (targets as { type: string; webSocketDebuggerUrl: string }[]).find(
    ({ type }) => type === 'page',
  )
  const socket = new WebSocket(tab?.webSocketDebuggerUrl ?? '')
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })

  const errors: string[] = []
  const waiting = new Map<number, (message: Message) => void>()
  const events = new Map<string, () => void>()
  let sent = 0
  socket.addEventListener('message', ({ data }) => {
    const message: Message = JSON.parse(String(data))
    const { id, method, params = {} } = message
    if (id !== undefined) waiting.get(id)?.(message)
    if (method !== undefined) events.get(method)?.()
    const said = (params.entry ?? params) as { level?: string; type?: string }
    const bad =
      method === 'Runtime.exceptionThrown' ||
      method === 'Page.javascriptDialogOpening' ||
      (method === 'Log.entryAdded' && said.level === 'error') ||
      (method === 'Runtime.consoleAPICalled' && said.type === 'error')
    if (bad) errors.push(JSON.stringify(params))
  })
  async function send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++sent
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params }))
    const { result, error } = await answer
    waiting.delete(id)
    if (error) throw new Error(`${method}: ${error.message}`)
    return result ?? {}
  }
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`)

  return {
    errors,
    async open(url, { scheme, width }, headers = {}) {
      errors.length = 0
      await send('Network.setExtraHTTPHeaders', { headers })
      await send('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      })
      const phone = { width, height: 740, deviceScaleFactor: 1, mobile: width < 600 }
      await send('Emulation.setDeviceMetricsOverride', phone)
      const loaded = new Promise<void>((resolve) => events.set('Page.loadEventFired', resolve))
      await send('Page.navigate', { url })
      await loaded
    },
    async evaluate<T>(expression: string) {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
      })
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
      return (result as { value: T }).value
    },
    async press(key) {
      const params = { key, code: key, ...KEYS[key] }
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...params })
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...params })
    },
    async close() {
      socket.close()
      chromium.kill()
      await once(chromium, 'close')
    },
  }
}

async function debuggingPort(stderr: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface(stderr)
  for await (const line of lines) {
    const [, port] = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line) ?? []
    if (port === undefined) continue
    stderr.resume() // it goes on to talk, to nobody
    return port
  }
  throw new Error('chromium ended at once')
}
