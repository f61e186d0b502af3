/** The parts that a function instance keeps between events, made when they are first needed. */
import { Connection } from './condor/connection.ts'
import { readStoreSettings, readSubmitHostSettings } from './settings.ts'
import { watched } from './staging/configuration.ts'
import { ObjectStore } from './staging/object-store.ts'

const storeSettings = readStoreSettings()
const submitHostSettings = readSubmitHostSettings()

let objectStore: ObjectStore | undefined
let connection: Connection | undefined

export function store(): ObjectStore {
  objectStore ??= new ObjectStore(storeSettings)
  return objectStore
}

export function submitHost(): Connection {
  connection ??= new Connection(
    submitHostSettings,
    watched(store(), 'known_hosts', (text) => text),
  )
  return connection
}
