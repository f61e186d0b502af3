/** curl, as the page docs/first-hour.md has it: what this asks can be asked by hand. */
import { spawn } from 'node:child_process'

export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const PATIENCE_MS = 60_000

/** Gives what asks a URL with these arguments always before the others; throws where curl got no answer. */
export const asker =
  (...always: string[]) =>
  async (url: string, ...args: string[]): Promise<Answer> => {
    const { code, output, words } = await run('curl', ['-sS', '-i', ...always, ...args, url])
    if (code !== 0) throw new Error(words.trim() || `curl ended with ${code}`)
    return parse(output)
  }

function run(command: string, args: readonly string[]) {
  return new Promise<{ code: number | null; output: Buffer; words: string }>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS })
    const chunks: Buffer[] = []
    let words = ''
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks), words }))
  })
}

const END = '\r\n\r\n'

/** The last head and what follows it: a `100 Continue`, or a redirect that was followed, comes before. */
function parse(output: Buffer): Answer {
  let head = ''
  let body = output
  do {
    const end = body.indexOf(END)
    if (end === -1) throw new Error('curl printed no head')
    head = body.subarray(0, end).toString('latin1')
    body = body.subarray(end + END.length)
  } while (/^HTTP\/\S+ (100|3\d\d)/.test(head) && /^HTTP\//.test(body.subarray(0, 5).toString()))
  const [line = '', ...fields] = head.split('\r\n')
  const headers = fields.map((field) => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const
  })
  return { status: Number(line.split(' ')[1]), headers: Object.fromEntries(headers), body }
}
