/** The list of jobs as an answer: whole or narrowed, from a snapshot or from the schedd, in any format. */
import { notFound, unavailable } from '../problem.ts'
import type { Answer, Request } from '../reply/answer.ts'
import { type TableWriter, write } from '../reply/table.ts'
import { holds, weakTag } from '../reply/validator.ts'
import { urlOf } from '../request/base-url.ts'
import type { Narrowing } from '../request/narrowing.ts'
import { acceptsGzip, deliver, redirect } from '../staging/delivery.ts'
import type { ObjectStore } from '../staging/object-store.ts'
import { type JobRow, jobRowTable, parseRow } from './job-row.ts'
import { Page } from './page.ts'
import type { SharedQueue } from './queue.ts'
import { folderOf, type Snapshot } from './state.ts'
import type { Taking } from './taking.ts'

export interface Wanted {
  readonly account: string
  readonly writer: TableWriter
  readonly contentType: string
  readonly narrowing: Narrowing | undefined
}

/** An instance keeps the replies that its last readers got: most ask for the same. */
const REMEMBERED = 2
/** Characters of a header. */
const LONGEST_NOTICE = 1_000

export class JobList {
  readonly #store: () => ObjectStore
  readonly #queue: SharedQueue
  readonly #replies = new Map<string, Answer>()

  constructor(store: () => ObjectStore, queue: SharedQueue) {
    this.#store = store
    this.#queue = queue
  }

  /** Throws Problems: 404 for a snapshot that is gone, 503 instead of a list that is not complete. */
  async answer(request: Request, wanted: Wanted): Promise<Answer> {
    const { account, narrowing } = wanted
    const view =
      narrowing?.snapshot === undefined
        ? await request.measure('snapshot', this.#queue.look(account, request.deadline))
        : earlier(narrowing.snapshot)
    if (!('rows' in view)) return this.#stored(request, wanted, view)
    if (narrowing) return this.#stored(request, wanted, await this.#taken(request, view))

    const pieces = write(wanted.writer, jobRowTable, view.rows())
    const key = replyKey(view.id, request, wanted)
    const delivery = deliver(this.#store, request, pieces, wanted.contentType, key)
    const answer = await request.measure('schedd', delivery)
    if (view.snapshot) return this.#validated(request, wanted, view.snapshot, answer)
    return { ...answer, headers: { ...answer.headers, ...cacheHeaders(view.taken) } }
  }

  /** Takes a snapshot that is then read back. */
  async #taken(request: Request, taking: Taking): Promise<Snapshot> {
    const drain = async () => {
      for await (const _ of taking.rows());
    }
    await request.measure('schedd', drain())
    if (taking.snapshot) return taking.snapshot
    throw unavailable('the object store could not store a file at the moment')
  }

  async #stored(request: Request, wanted: Wanted, snapshot: Snapshot): Promise<Answer> {
    const tag = tagOf(snapshot, request, wanted)
    if (holds(request.event, tag)) return notModified(tag, snapshot, wanted)
    const remembered = this.#replies.get(memoryKey(tag, request, wanted, snapshot))
    if (remembered) return this.#validated(request, wanted, snapshot, remembered)
    const rendered = wanted.narrowing
      ? this.#narrowed(request, wanted, wanted.narrowing, snapshot)
      : this.#whole(request, wanted, snapshot)
    return this.#validated(request, wanted, snapshot, await request.measure('snapshot', rendered))
  }

  async #whole(request: Request, wanted: Wanted, { id }: Snapshot): Promise<Answer> {
    const store = this.#store()
    const key = replyKey(id, request, wanted)
    if (await store.has(key)) return redirect(store, key)
    const lines = await this.#lines(id)
    const rows = async function* (): AsyncGenerator<JobRow[]> {
      for await (const some of lines) yield some.map(parseRow)
    }
    const pieces = write(wanted.writer, jobRowTable, rows())
    return deliver(this.#store, request, pieces, wanted.contentType, key)
  }

  async #narrowed(request: Request, wanted: Wanted, narrowing: Narrowing, { id }: Snapshot) {
    const open = this.#lines.bind(this, id)
    const page = new Page(async function* () {
      yield* await open()
    }, narrowing)
    const pieces = write(wanted.writer, jobRowTable, page.rows(), () => page.overflow)
    const answer = await deliver(this.#store, request, pieces, wanted.contentType)
    const headers = { ...answer.headers, ...noticeOf(page, narrowing) }
    if (!page.overflow || !page.last) return { ...answer, headers }
    const after = `${page.last.cluster}.${page.last.proc}`
    return { ...answer, headers: { ...headers, Link: nextPage(request, after, id) } }
  }

  async #lines(id: string): Promise<AsyncIterable<string[]>> {
    const lines = await this.#queue.open(id)
    if (lines) return lines
    throw notFound(`snapshot ${id} is not kept any more; begin again without snapshot and after`)
  }

  /** Adds what tells the client how old the list is; 304 where it turns out to be the one it has. */
  #validated(request: Request, wanted: Wanted, snapshot: Snapshot, answer: Answer): Answer {
    const tag = tagOf(snapshot, request, wanted)
    if (holds(request.event, tag)) return notModified(tag, snapshot, wanted)
    const headers = { ...answer.headers, ...cacheHeaders(snapshot.taken) }
    if (answer.status !== 200) return { ...answer, headers }
    const key = memoryKey(tag, request, wanted, snapshot)
    this.#replies.delete(key)
    this.#replies.set(key, answer)
    const [oldest] = this.#replies.keys()
    if (this.#replies.size > REMEMBERED && oldest !== undefined) this.#replies.delete(oldest)
    return { ...answer, headers: { ...headers, ETag: tag } }
  }
}

/** A snapshot that a page's Link header named; its id begins with the time when it was taken. */
function earlier(id: string): Snapshot {
  const taken = Number.parseInt(id, 36)
  return { id, taken, published: taken, digest: id }
}

/** `no-cache`: a copy may be kept, and is asked about before it is used. One's own jobs show at once. */
const cacheHeaders = (taken: number) => ({
  'Cache-Control': 'private, no-cache',
  'Last-Modified': new Date(taken).toUTCString(),
  Age: String(Math.max(0, Math.floor((Date.now() - taken) / 1000))),
  Vary: 'Accept, Accept-Encoding',
})

/** With the type of the list: caches copy a 304's headers to what they hold. */
const notModified = (tag: string, { taken }: Snapshot, { contentType }: Wanted): Answer => ({
  status: 304,
  contentType,
  body: '',
  headers: { ...cacheHeaders(taken), ETag: tag },
})

/** A page's Link names its snapshot, which is gone after a while: in a later one it is another page. */
const tagOf = (
  { id, digest }: Snapshot,
  request: Request,
  { contentType, narrowing }: Wanted,
): string =>
  weakTag(
    narrowing?.most === undefined ? digest : id,
    contentType,
    acceptsGzip(request),
    words(narrowing),
  )

/**
 * Not the tag alone: an earlier snapshot's reply says less of the jobs that run, and a page's Link repeats the URL
 * of its own request.
 */
const memoryKey = (
  tag: string,
  { event }: Request,
  { narrowing }: Wanted,
  { id }: Snapshot,
): string =>
  narrowing?.most === undefined
    ? id + tag
    : id + tag + JSON.stringify([urlOf(event), event.multiValueQueryStringParameters])

const words = (narrowing: Narrowing | undefined) =>
  JSON.stringify({
    ...narrowing,
    states: narrowing?.states && [...narrowing.states],
    users: narrowing?.users && [...narrowing.users],
    clusters: narrowing?.clusters && [...narrowing.clusters],
  })

/** Where a reply lies that is too large for the gateway: once for all who ask for the same. */
const replyKey = (id: string, request: Request, { contentType }: Wanted) =>
  `${folderOf(id)}${contentType.replace(/[^a-z0-9]+/g, '-')}${acceptsGzip(request) ? '.gz' : ''}`

/** Why a list is shorter than whoever asked may think: nobody tells a misspelled account from one that has no jobs. */
function noticeOf(page: Page, { users, states }: Narrowing): Record<string, string> {
  const absent = [...(users ?? [])].filter((user) => !page.present.has(user))
  const notices = [
    ...(absent.length > 0 ? [`no jobs of ${absent.join(', ')} are in the queue`] : []),
    ...(states?.has('Completed') && !page.last
      ? ['jobs that have completed leave the queue: ask for them with id']
      : []),
  ]
  return notices.length > 0 ? { 'X-Notice': notices.join('; ').slice(0, LONGEST_NOTICE) } : {}
}

/** The URL of the page that follows (RFC 8288), whole: python-requests does not resolve a relative one. */
function nextPage({ event }: Request, after: string, snapshot: string): string {
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    if (/^(after|snapshot)$/i.test(name)) continue
    for (const value of values ?? []) query.append(name, value)
  }
  query.set('after', after)
  query.set('snapshot', snapshot)
  return `<${urlOf(event)}?${query}>; rel="next"`
}
