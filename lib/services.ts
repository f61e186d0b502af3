/** The parts that a function instance keeps between events, made when they are first needed. */
import { Connection } from './condor/connection.ts'
import { type Maintenance, parseMaintenance } from './health/maintenance.ts'
import { readStoreSettings, readSubmitHostSettings } from './settings.ts'
import { watched, watchedIfAny } from './staging/configuration.ts'
import { ObjectStore } from './staging/object-store.ts'
import { Secret } from './staging/secret.ts'

const storeSettings = readStoreSettings()
const submitHostSettings = readSubmitHostSettings()

let objectStore: ObjectStore | undefined
let connection: Connection | undefined
let announced: (() => Promise<Maintenance | undefined>) | undefined

export function store(): ObjectStore {
  objectStore ??= new ObjectStore(storeSettings)
  return objectStore
}

/** The maintenance window that the operator announced, if any. */
export function maintenance(): Promise<Maintenance | undefined> {
  announced ??= watchedIfAny(store(), 'maintenance.json', parseMaintenance)
  return announced()
}

export function submitHost(): Connection {
  if (connection === undefined) {
    const { key, ...host } = submitHostSettings
    const secret = new Secret(key)
    connection = new Connection(host, {
      key: (refused) => secret.text(refused),
      knownHosts: watched(store(), 'known_hosts', (text) => text),
    })
  }
  return connection
}
