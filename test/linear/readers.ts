/** All ways for text from outside into the service, and out of it. */
import type { Reader } from './reader.ts'
import { classads } from './readers/classad.ts'
import { condor } from './readers/condor.ts'
import { documents } from './readers/document.ts'
import { identity } from './readers/identity.ts'
import { request } from './readers/request.ts'
import { state } from './readers/state.ts'
import { submissions } from './readers/submission.ts'
import { tables } from './readers/table.ts'
import { vospace } from './readers/vospace.ts'
import { xml } from './readers/xml.ts'

export const readers: Readonly<Record<string, readonly Reader[]>> = {
  identity,
  request,
  submissions,
  condor,
  classads,
  tables,
  documents,
  state,
  vospace,
  xml,
}
