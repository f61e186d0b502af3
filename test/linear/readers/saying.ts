/** A submit host that says what it is told to. */
import { Readable } from 'node:stream'
import type { Connection } from '../../../lib/condor/connection.ts'
import { arriving } from '../reader.ts'

export const later = () => Date.now() + 10_000

export const saying = (words: string) =>
  ({
    send: async () => ({
      stdout: Readable.from(arriving(words), { objectMode: false }),
      ended: Promise.resolve({ status: 0, stderr: '' }),
    }),
  }) as unknown as Connection
