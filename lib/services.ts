/** The parts that a function instance keeps between events, made when they are first needed. */
import { Connection } from './condor/connection.ts'
import { KNOWN_HOSTS, readKnownHosts } from './condor/known-hosts.ts'
import type { Load } from './health/load.ts'
import { type Maintenance, watchedMaintenance } from './health/maintenance.ts'
import { parseState, STATE } from './health/state.ts'
import { suspect, suspectAfter } from './health/suspicion.ts'
import { readStoreSettings, readSubmitHostSettings } from './settings.ts'
import { watched } from './staging/configuration.ts'
import { ObjectStore } from './staging/object-store.ts'
import { Secret } from './staging/secret.ts'

/** How long a finding is used before it is read again, and when it says nothing any more. */
const LOAD_MS = 10_000
const OUTDATED_MS = 600_000

const storeSettings = readStoreSettings()
const submitHostSettings = readSubmitHostSettings()

let objectStore: ObjectStore | undefined
let connection: Connection | undefined
let found: Load | undefined
let looked = 0
let announced: (() => Promise<Maintenance | undefined>) | undefined

/** Loads the SSH and S3 libraries while the instance starts; for functions that always need both. */
export function preload(): void {
  void store().load()
  void submitHost().load()
}

export function store(): ObjectStore {
  objectStore ??= new ObjectStore(storeSettings)
  return objectStore
}

/** For `answers`: the next question for availability looks for itself. */
export const outages = {
  late: () => suspect(store()),
  failed: (error: unknown) => suspectAfter(store(), error),
}

/** The maintenance window that the operator announced, if any. */
export function maintenance(): Promise<Maintenance | undefined> {
  announced ??= watchedMaintenance(store())
  return announced()
}

/** The scheduler's load at the last scheduled check; undefined if that is more than 10 minutes old. */
export async function load(): Promise<Load | undefined> {
  if (Date.now() - looked > LOAD_MS) {
    looked = Date.now()
    const text = await store()
      .get(STATE)
      .catch(() => null)
    const state = text === null ? undefined : parseState(text)
    found = state && looked - state.checkedAt < OUTDATED_MS ? state.load : undefined
  }
  return found
}

export function submitHost(): Connection {
  if (connection === undefined) {
    const { key, ...host } = submitHostSettings
    const secret = new Secret(key)
    connection = new Connection(host, {
      key: (refused) => secret.text(refused),
      knownHosts: watched(store(), KNOWN_HOSTS, (text) => readKnownHosts(text, host)),
    })
  }
  return connection
}
