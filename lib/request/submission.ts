/** What a POST asks for: the submit description, the executable, and where they run. */
import { badRequest } from '../problem.ts'
import type { FormPart } from './form.ts'
import type { Parameters } from './parameters.ts'
import { quoted } from './quotation.ts'

export type Source =
  /** Bytes that came with the request, in the part of that name. */
  | {
      readonly kind: 'param'
      readonly part: string
      readonly bytes: Buffer
      readonly isField?: boolean
    }
  /** A VOSpace file, `vos://authority/path`. */
  | { readonly kind: 'vos'; readonly uri: string }
  /** A file that is already on the virtual machine, by its absolute path. */
  | { readonly kind: 'vm'; readonly path: string }

export interface Submission {
  readonly job: { readonly name: string; readonly source: Exclude<Source, { kind: 'vm' }> }
  readonly exec: { readonly name: string; readonly source: Source }
  /** Lower-case UUIDs. */
  readonly image: string
  readonly flavor: string
}

const REQUIRED = ['job', 'exec', 'image', 'flavor'] as const
const USAGE = {
  job: '<name>,<uri>',
  exec: '<name>,<uri>',
  image: 'vmi:<uuid>',
  flavor: 'fli:<uuid>',
}

/**
 * Reads `job=<name>,<uri>&exec=<name>,<uri>&image=vmi:<uuid>&flavor=fli:<uuid>`. Problem 400 that
 * names the parameter and what it should be, or a part that nothing asks for.
 */
export function readSubmission(
  parameters: Parameters,
  parts: ReadonlyMap<string, FormPart>,
): Submission {
  const missing = REQUIRED.filter((name) => !parameters.has(name))
  if (missing.length > 0) {
    const usage = missing.map((name) => `${name}=${USAGE[name]}`).join('&')
    const what = missing.length > 1 ? 'missing parameters' : 'missing parameter'
    throw badRequest(`${what}: ${usage} in the URL (after the ?, not in the body)`)
  }
  const value = (name: (typeof REQUIRED)[number]) => parameters.get(name) ?? ''
  const job = readFile('job', value('job'), parts)
  const exec = readFile('exec', value('exec'), parts)
  if (job.source.kind === 'vm') {
    throw badRequest('job cannot be on the VM (vm:); use param: or vos:')
  }
  if (job.name === exec.name) {
    throw badRequest(`job and exec are both named ${quoted(job.name)}; their names must differ`)
  }
  const image = readUuid('image', 'vmi', value('image'))
  const flavor = readUuid('flavor', 'fli', value('flavor'))
  refuseOthers(parts, [job.source, exec.source])
  return { job: { name: job.name, source: job.source }, exec, image, flavor }
}

/** The job would miss a part that is passed over, and be held. Throws Problem 400. */
function refuseOthers(parts: ReadonlyMap<string, FormPart>, sources: readonly Source[]): void {
  const named = sources.map((source) => (source.kind === 'param' ? source.part : undefined))
  const other = [...parts.keys()].find((name) => !named.includes(name))
  if (other === undefined) return
  throw badRequest(
    `the form has a part ${quoted(other)} that neither job nor exec names (param:<part>); input files are not taken ` +
      'from the form: put them into VOSpace or on the shared file system',
  )
}

/** `<name>,<uri>`: a name has no comma, a URI may. */
function readFile(
  parameter: 'job' | 'exec',
  value: string,
  parts: ReadonlyMap<string, FormPart>,
): { name: string; source: Source } {
  const comma = value.indexOf(',')
  if (comma < 0) throw badRequest(`${parameter} must be <name>,<uri>, not ${quoted(value)}`)
  const name = value.slice(0, comma)
  if (!isFileName(name)) {
    throw badRequest(
      `${parameter}: ${quoted(name)} cannot be a file name here; it starts with a letter, a digit or _ ` +
        'and goes on with those, blanks and . _ + @ = ~ : - (200 bytes at most)',
    )
  }
  return { name, source: readSource(parameter, value.slice(comma + 1), parts) }
}

function readSource(
  parameter: 'job' | 'exec',
  uri: string,
  parts: ReadonlyMap<string, FormPart>,
): Source {
  const colon = uri.indexOf(':')
  const rest = uri.slice(colon + 1)
  switch (uri.slice(0, Math.max(0, colon)).toLowerCase()) {
    case 'param': {
      const part = parts.get(rest)
      if (part) return { kind: 'param', part: rest, ...part }
      const received = [...parts.keys()].map(quoted).join(', ') || 'none'
      throw badRequest(`${parameter}: the body has no part ${quoted(rest)}; received: ${received}`)
    }
    case 'vos':
      // What an authority and a path may hold is for lib/staging to say.
      if (/^\/\/[^/]+\/[^/]/.test(rest) && !/\p{Cc}/u.test(rest)) {
        return { kind: 'vos', uri: `vos:${rest}` }
      }
      throw badRequest(`${parameter}: ${quoted(uri)} is not vos://authority/path`)
    case 'vm':
      if (parameter === 'job' || isPath(rest)) return { kind: 'vm', path: rest }
      throw badRequest(
        `exec: ${quoted(rest)} is not the absolute path of a file on the VM (vm:/folder/file), ` +
          'with names of letters, digits, blanks and . _ + @ = ~ : -',
      )
    default: {
      const allowed = parameter === 'job' ? 'param:, vos:' : 'param:, vos:, vm:'
      throw badRequest(
        `${parameter}: what follows the comma must begin with one of ${allowed}, not ${quoted(uri)}`,
      )
    }
  }
}

/** Safe as the name of a file in the job's own directory, and in a submit description. */
const FILE_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N} ._+@=~:-]*$/u

const isFileName = (name: string) =>
  FILE_NAME.test(name) && !name.endsWith(' ') && Buffer.byteLength(name) <= 200

const isPath = (path: string) =>
  path.startsWith('/') &&
  Buffer.byteLength(path) <= 1024 &&
  path
    .slice(1)
    .split('/')
    .every((name) => name !== '.' && name !== '..' && isFileName(name.replace(/^\./, '_')))

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function readUuid(parameter: 'image' | 'flavor', scheme: string, value: string): string {
  const colon = value.indexOf(':')
  if (value.slice(0, Math.max(0, colon)).toLowerCase() !== scheme) {
    throw badRequest(`${parameter} must be ${scheme}:<uuid>, not ${quoted(value)}`)
  }
  const uuid = value.slice(colon + 1).toLowerCase()
  if (UUID.test(uuid)) return uuid
  // The original's own words.
  throw badRequest(`${parameter}_id ${quoted(value.slice(colon + 1))} is not a valid UUID`)
}
