/** The VOSpace client: from a user's `vos://` URI to the bytes of the file. */
import { badRequest, Problem, unavailable } from '../problem.ts'
import { withoutSlashes } from '../request/slashes.ts'
import { FILES, type Interface, interfaceFor, readCapabilities } from './vospace/capabilities.ts'
import { type Credential, securityMethod } from './vospace/credential.ts'
import { faultProblem } from './vospace/fault.ts'
import { fileBody, tookTooLong, type VosFile } from './vospace/file-body.ts'
import { type Guard, newGuard, Refused, type Resolve } from './vospace/guard.ts'
import { ask, readText } from './vospace/guarded-request.ts'
import { below, negotiate, type Outcome, openUrl, type Wanted } from './vospace/negotiation.ts'
import { capabilitiesUrl, readResourceCaps } from './vospace/registry.ts'
import { Remembered } from './vospace/remembered.ts'
import { canonicalAuthority, readVosUri, shown, usage } from './vospace/vos-uri.ts'
import { BadDocument } from './vospace/xml.ts'

export type { Credential, VosFile }

export type VospaceAuthority = {
  /** The service that holds the files, `ivo://cadc.nrc.ca/vault`: it may be a later one. */
  readonly resourceId: string
  /** Absent: files are read anonymously. */
  readonly credential?: Credential
}

export type VospaceSettings = {
  /** Base URL of the registry, `https://ws.cadc-ccda.hia-iha.nrc-cnrc.gc.ca/reg`. */
  readonly registry: string
  /** By authority as it stands in a vos URI, `cadc.nrc.ca~vospace`; no other is read from. */
  readonly authorities: Readonly<Record<string, VospaceAuthority>>
  /** Bytes that a file may have. */
  readonly maxBytes: number
  /** Private networks that VOSpace may be in: `10.20.0.0/16`. */
  readonly privateNetworks?: readonly string[]
  /** Hosts that may have a private address: `vos.site.example`, `localhost:9443`. */
  readonly privateHosts?: readonly string[]
  /** PEM of further certificate authorities. */
  readonly ca?: string
  /** The system's resolver where absent. */
  readonly resolve?: Resolve
}

type Client = {
  readonly guard: Guard
  readonly authorities: ReadonlyMap<string, VospaceAuthority>
  readonly capabilities: Remembered<readonly Interface[]>
}

const MAX_REGISTRY = 4 * 1024 * 1024
const MAX_CAPABILITIES = 1024 * 1024

/** Registry and capabilities are remembered as long as the settings live: for the process. */
const clients = new WeakMap<VospaceSettings, Client>()

/**
 * Throws an Error that names the setting if the settings cannot be used; for the start of the
 * process, because no request of a user should be the first to find out.
 */
export function checkVospaceSettings(settings: VospaceSettings): void {
  clientOf(settings)
}

/**
 * Opens a VOSpace file for reading; the bytes stream as the reader takes them. Problem 400: no such
 * file, no file, or not an authority of the settings; 403: it may not be read; 413: too large; 503:
 * everything else, also when `signal` aborts, which ends the body too.
 */
export async function openVosFile(
  uri: string,
  settings: VospaceSettings,
  { signal }: { signal: AbortSignal },
): Promise<VosFile> {
  const client = clientOf(settings)
  const known = [...client.authorities.keys()]
  const { authority: name, path } = readVosUri(uri, known)
  const authority = client.authorities.get(name)
  const text = shown(uri)
  if (!authority) {
    throw badRequest(`not a VOSpace that is read here: ${text} (${usage(known)})`)
  }
  const { resourceId, credential } = authority
  try {
    const interfaces = await client.capabilities.get(resourceId, signal)
    const wanted = { guard: client.guard, interfaces, resourceId, path, credential, signal }
    const outcome = await open(wanted)
    if ('fault' in outcome) throw faultProblem(outcome.fault, text, credential !== undefined)
    return fileBody(outcome.file, text, { maxBytes: settings.maxBytes, signal })
  } catch (error) {
    throw problemOf(error, text, signal)
  }
}

function open(wanted: Wanted): Promise<Outcome> {
  const files = interfaceFor(wanted.interfaces, FILES, securityMethod(wanted.credential))
  if (!files) return negotiate(wanted)
  return openUrl(wanted, below(files.url, wanted.path), wanted.credential)
}

/** No URL, host or word of a service reaches the user: those are in the cause, for the log. */
function problemOf(error: unknown, uri: string, signal: AbortSignal): Problem {
  if (error instanceof Problem) return error
  if (signal.aborted) return tookTooLong(uri, error)
  if (error instanceof Refused) {
    return unavailable(`VOSpace led to where this service does not go: ${uri}`, error)
  }
  if (error instanceof BadDocument) {
    return unavailable(`VOSpace gave an answer that cannot be understood: ${uri}`, error)
  }
  return unavailable(`VOSpace cannot be reached, try again later: ${uri}`, error)
}

function clientOf(settings: VospaceSettings): Client {
  const existing = clients.get(settings)
  if (existing) return existing
  const client = newClient(settings)
  clients.set(settings, client)
  return client
}

function newClient(settings: VospaceSettings): Client {
  if (!URL.canParse(settings.registry)) throw new Error('the VOSpace registry is not a URL')
  const authorities = new Map<string, VospaceAuthority>()
  for (const [name, authority] of Object.entries(settings.authorities)) {
    if (!/^ivo:\/\/[^\s/]+\/\S+$/.test(authority.resourceId)) {
      throw new Error(`not a resource id such as ivo://cadc.nrc.ca/vault: ${authority.resourceId}`)
    }
    authorities.set(canonicalAuthority(name), authority)
  }
  const guard = newGuard({
    networks: settings.privateNetworks ?? [],
    hosts: settings.privateHosts ?? [],
    ca: settings.ca,
    resolve: settings.resolve,
  })
  for (const { credential } of authorities.values()) guard.context(credential)

  const document = async (url: URL, limit: number, signal: AbortSignal) => {
    const answer = await ask(guard, url, { signal })
    const text = await readText(answer.body, limit)
    if (answer.status !== 200) throw new Error(`${answer.status} from ${url}`)
    return text
  }
  const caps = new URL(`${withoutSlashes(settings.registry)}/resource-caps`)
  const registry = new Remembered(async (_key, signal) =>
    readResourceCaps(await document(caps, MAX_REGISTRY, signal)),
  )
  const capabilities = new Remembered(async (resourceId, signal) => {
    const url = capabilitiesUrl(await registry.get('resource-caps', signal), resourceId)
    return readCapabilities(await document(url, MAX_CAPABILITIES, signal))
  })
  return { guard, authorities, capabilities }
}
