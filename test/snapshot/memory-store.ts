/** The object store in memory. */
import { Readable } from 'node:stream'
import type { ObjectStore } from '../../lib/staging/object-store.ts'

export function memoryStore() {
  const objects = new Map<string, Buffer>()
  const store = {
    async put(key: string, body: Buffer) {
      objects.set(key, body)
    },
    async putIfAbsent(key: string, text: string) {
      if (objects.has(key)) return false
      objects.set(key, Buffer.from(text))
      return true
    },
    async putStream(key: string, body: Readable) {
      objects.set(key, Buffer.concat(await body.toArray()))
    },
    open: async (key: string) => {
      const bytes = objects.get(key)
      return bytes ? Readable.from([bytes], { objectMode: false }) : null
    },
    get: async (key: string) => objects.get(key)?.toString() ?? null,
    has: async (key: string) => objects.has(key),
    async remove(keys: readonly string[]) {
      for (const key of keys) objects.delete(key)
    },
    async removeFolder(prefix: string) {
      for (const key of objects.keys()) if (key.startsWith(prefix)) objects.delete(key)
    },
    presign: async (key: string) => `https://store.example/${key}`,
  }
  return { objects, store: store as unknown as ObjectStore }
}
