/** What can go wrong at a VOSpace service, as switches of the stand-in. */

/** The fault words of cadc-vos-server with their statuses (facts: TransferRunner, NodeFault). */
export const FAULT_STATUS = {
  NodeNotFound: 404,
  ContainerNotFound: 404,
  UnreadableLinkTarget: 404,
  PermissionDenied: 403,
  NotAuthenticated: 401,
  NodeBusy: 409,
  NodeLocked: 423,
  QuotaExceeded: 413,
  InvalidURI: 400,
  InvalidArgument: 400,
  TypeNotSupported: 400,
  ViewNotSupported: 400,
  OptionNotSupported: 400,
  TransientException: 503,
} as const
export type FaultWord = keyof typeof FAULT_STATUS

export type Wire =
  | 'silent' // takes the request and never answers
  | 'reset' // closes the connection without an answer
  | 'truncated' // breaks off before Content-Length
  | 'truncated-chunked' // breaks off between two chunks
  | 'unframed' // neither length nor chunks: ends with the connection, here in the middle
  | 'drip' // a byte every 50 ms
  | 'endless' // bytes for ever
  | 'huge-headers' // 64 KiB of them
  | 'compressed' // stored compressed: Content-Encoding gzip
  | 'wrong-digest'

export type Fault =
  /** `details`: as a status of transferDetails, not as a document without protocols. */
  | { word: FaultWord; details?: boolean; retryAfter?: string }
  | { status: number; body?: string; headers?: Record<string, string> }
  | { wire: Wire }
  /** 'circle' leads to itself, 'endless' to a new URL each time. */
  | { redirect: string; status?: 301 | 302 | 303 | 307 | 308 }

/** A stage of the way to a file; any other key of the switches is a path prefix of files. */
export type Stage =
  | 'registry'
  | 'capabilities'
  | 'nodes'
  | 'synctrans'
  | 'details'
  | 'xfer'
  | 'job'
  | 'job error'

export class Faults {
  readonly #switches = new Map<string, Fault>()

  set(key: Stage | `/${string}`, fault: Fault): void {
    this.#switches.set(key, fault)
  }

  clear(): void {
    this.#switches.clear()
  }

  at(stage: Stage): Fault | undefined {
    return this.#switches.get(stage)
  }

  /** The fault of the longest prefix of a file's path. */
  of(path: string): Fault | undefined {
    let best = ''
    for (const key of this.#switches.keys()) {
      const covers = path === key || path.startsWith(key.endsWith('/') ? key : `${key}/`)
      if (key.startsWith('/') && covers && key.length > best.length) best = key
    }
    return this.#switches.get(best)
  }
}

/** A job's error has the bare word; an answer of /nodes and /files has the node's URI too. */
export const faultText = (word: FaultWord, uri?: string) => `${word}${uri ? `: ${uri}` : ''}\n`
