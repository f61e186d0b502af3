/**
 * A look at a submit description before it travels. It gives a clear sentence early for what the
 * submit host would refuse anyhow; it is a courtesy and not the wall, since a description is a program
 * and has more disguises than a filter knows. What HTCondor might accept passes, but for a count of 0,
 * and for an include or a command in a branch that it would pass over.
 */
import { DESCRIPTION_BYTES } from '../limits.ts'
import { badRequest, tooLarge } from '../problem.ts'
import { QueueCounts } from './queue-count.ts'
import { isQueue, itemsFollow, readQueue } from './queue-statement.ts'
import { quoted } from './quotation.ts'
import { type OwnFiles, WrittenFiles } from './written-file.ts'

/** What the service sets itself, and from what: the words are the original's. */
const GENERATED = new Map([
  ['requirements', ['Requirements', 'image']],
  ['vmami', ['+VMAMI', 'image']],
  ['vmimage', ['+VMImage', 'image']],
  ['vminstancetype', ['+VMInstanceType', 'flavor']],
] as const)

/** Commands of which condor_submit says nothing that helps. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  [
    'use_oauth_services',
    'it would have condor_submit start programs; the job can fetch its own tokens',
  ],
  ['x509userproxy', 'the submit host has no proxy of yours; the job can fetch its own'],
  ['use_x509userproxy', 'the submit host has no proxy of yours; the job can fetch its own'],
])

/** Docker and container jobs are vanilla jobs, whose program runs in an image. */
const UNIVERSES = ['', 'vanilla', '5', 'docker', 'container']

/**
 * `own`: files that the job must not write over. Throws Problem 400, or 413 above 4 MiB. Bytes that
 * are not UTF-8 are let through: HTCondor takes any, and an argument may be a file name in Latin-1.
 */
export function checkDescription(bytes: Buffer, own: OwnFiles = {}): void {
  if (bytes.length > DESCRIPTION_BYTES) {
    throw tooLarge('the submit description is larger than 4 MiB')
  }
  checkEncoding(bytes)
  let queued = false
  let depth = 0
  const counts = new QueueCounts()
  const written = new WrittenFiles(own)
  // Latin-1 keeps every byte in its place; all that is looked for is ASCII.
  for (const statement of statements(bytes.toString('latin1'))) {
    if (isQueue(statement)) {
      checkQueue(statement)
      // HTCondor knows whether the branch is taken.
      if (depth === 0) {
        checkCount(statement, counts)
        written.check(statement)
      } else {
        counts.read(statement, true)
      }
      queued = true
    } else if (/^@?include(?![\w.])(?!\s*@?=)/i.test(statement)) {
      throw badRequest('a submit description may not include other files or commands here')
    } else {
      if (/^if(?:\s|$)/i.test(statement)) depth += 1
      if (/^endif(?:\s|$)/i.test(statement)) depth -= 1
      checkAssignment(statement, depth > 0, written)
      counts.read(statement, depth > 0)
    }
  }
  if (queued) return
  const script = bytes.toString('latin1', 0, 2) === '#!'
  throw badRequest(
    script
      ? 'the submit description has no queue statement; it is a script: are job and exec swapped?'
      : 'the submit description has no queue statement',
  )
}

function checkEncoding(bytes: Buffer): void {
  const start = bytes.toString('hex', 0, 3)
  if (start === 'efbbbf') {
    throw badRequest('the submit description starts with a byte order mark; save it without one')
  }
  if (start.startsWith('fffe') || start.startsWith('feff')) {
    throw badRequest('the submit description is in UTF-16; save it as plain text or UTF-8')
  }
  if (bytes.includes(0)) {
    throw badRequest('the submit description is not text: it has a NUL byte')
  }
}

/** A list whose first items stand behind its bracket; a slice can be in front. */
const LIST = /^(?:\[[^\]]*\]\s*)?\(/

/** `queue ... from <command> |` would run the command on the submit host. */
function checkQueue(statement: string): void {
  const { keyword, items = '' } = readQueue(statement)
  if (keyword === 'from' && items.endsWith('|') && !LIST.test(items)) {
    throw badRequest(
      'a submit description may not queue from a command here; list the items: queue x from (...)',
    )
  }
}

function checkCount(statement: string, counts: QueueCounts): void {
  if (!counts.isZero(statement)) return
  throw badRequest(
    `${shown(statement)} queues no jobs, for its count is 0; leave it out, or write how many`,
  )
}

function checkAssignment(statement: string, conditional: boolean, files: WrittenFiles): void {
  const [, prefix = '', written = '', sign, value = ''] =
    /^([+-]\s*|my\.\s*)?([a-z]\w*)\s*(@?=)\s*(.*)$/is.exec(statement) ?? []
  const name = written.toLowerCase()
  if (prefix === '') files.assign(name, conditional || sign === '@=' ? undefined : value)
  const generated = GENERATED.get(name as 'vmami')
  // Without + or MY. the others are a user's own macros, which say nothing to Cloud Scheduler.
  if (generated && (prefix !== '' || name === 'requirements')) {
    const [shown, source] = generated
    throw badRequest(
      `jobfile should not contain parameter '${shown}'. Reason: Generated from ${source}`,
    )
  }
  const advice =
    prefix === '' && !conditional && !/^(?:false|no|0)?$/i.test(value)
      ? ADVICE.get(name)
      : undefined
  if (advice) throw badRequest(`${name} is not available here: ${advice}`)
  // HTCondor knows whether the branch is taken, and the schedd refuses other universes itself.
  if (conditional) return
  const universe = prefix === '' ? name === 'universe' : name === 'jobuniverse'
  const wanted = value.replace(/^"(.*)"$/, '$1').toLowerCase()
  if (universe && !wanted.includes('$(') && !UNIVERSES.includes(wanted)) {
    throw badRequest(
      `universe ${shown(value)} is not available here; only vanilla, docker and container are`,
    )
  }
}

/** Text that was read as Latin-1, which is UTF-8 as a rule. */
const shown = (text: string) => quoted(Buffer.from(text, 'latin1').toString())

/**
 * The statements as HTCondor reads them: trimmed lines, joined where one ends in a backslash;
 * without comments, without the items of `queue ... from (` and the text of `name @=tag ... @tag`.
 * A list or a text that nothing ends is not taken for one: HTCondor refuses it, or passes over its branch.
 */
function* statements(text: string): Generator<string> {
  const lines = [...joined(text)]
  const last = new Map<string, number>()
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('@')) last.set(line, at)
    else if (line.startsWith(')')) last.set(')', at)
  }
  let end: string | undefined
  for (const [at, line] of lines.entries()) {
    if (end !== undefined) {
      if (end === ')' ? line.startsWith(')') : line === end) end = undefined
      continue
    }
    if (line === '' || line.startsWith('#')) continue
    // HTCondor takes a colon away in front of an `if` and of what stands in one, and refuses it elsewhere.
    const statement = line.startsWith(':') ? line.slice(1) : line
    yield statement
    const closing = isQueue(statement) ? itemsFollow(statement) && ')' : tagOf(statement)
    if (closing && (last.get(closing) ?? 0) > at) end = closing
  }
}

/** The line that ends the text of `name @=tag`; the tag may be empty. */
function tagOf(line: string): string | undefined {
  const [start] = /^(?!(?:if|elif)\s)[^\s:=]+\s[^:=@]*@=/i.exec(line) ?? []
  return start === undefined ? undefined : `@${line.slice(start.length).trimStart()}`
}

/** A comment is never continued. Of one behind a line that is continued HTCondor takes the last character. */
function* joined(text: string): Generator<string> {
  let pending: string[] = []
  for (const raw of text.split('\n')) {
    const whole = trimmed(raw)
    const comment = whole.startsWith('#')
    const line = comment && pending.length > 0 ? whole.slice(-1) : whole
    const continues = line.endsWith('\\') && (!comment || pending.length > 0)
    pending.push(continues ? line.slice(0, -1) : line)
    if (continues) continue
    yield pending.join('')
    pending = []
  }
  if (pending.length > 0) yield pending.join('')
}

const BLANKS = ' \t\r\v\f'

/** As C's isspace() has it: trim() would take 0xA0 too, a byte of many letters in UTF-8. */
function trimmed(line: string): string {
  let start = 0
  let end = line.length
  while (start < end && BLANKS.includes(line.charAt(start))) start += 1
  while (start < end && BLANKS.includes(line.charAt(end - 1))) end -= 1
  return line.slice(start, end)
}
