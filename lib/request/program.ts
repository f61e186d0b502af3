/** A look at the program of a submission: what no worker could start is told before it is queued and held. */
import { badRequest } from '../problem.ts'
import type { Source } from './submission.ts'

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const SCRIPT = Buffer.from('#!')
const LOOKED_AT = 512

/**
 * What the user should know of it, a sentence each. Problem 400 for a script whose first line no kernel
 * understands. Programs that do not come with the request are not looked at.
 */
export function checkProgram(source: Source): string[] {
  if (source.kind !== 'param') return []
  const { bytes, isField = false } = source
  if (bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) {
    throw badRequest(
      'the program starts with a byte order mark, so that no system sees the #! of a script; save it without that mark',
    )
  }
  if (['fffe', 'feff'].includes(bytes.toString('hex', 0, 2))) {
    throw badRequest('the program is a text in UTF-16; save it as UTF-8, without a byte order mark')
  }
  if (bytes.subarray(0, 2).equals(SCRIPT)) {
    checkFirstLine(bytes, isField)
    return []
  }
  if (bytes.length === 0) return ['the program is empty, and cannot be started']
  if (!isText(bytes)) return []
  return [
    'the program is text and does not begin with #!, as in #!/bin/sh: it cannot be started (Exec format error)',
  ]
}

/** `/bin/sh\r` is no program. */
function checkFirstLine(bytes: Buffer, isField: boolean): void {
  const end = bytes.indexOf('\n')
  if (end < 1 || bytes[end - 1] !== 0x0d) return
  throw badRequest(
    isField
      ? 'the lines of the program end in CR LF: it came as a text field, in which browsers and fetch write them so; ' +
          'send it as a file or Blob: form.append(name, new Blob([text]), name)'
      : 'the lines of the program end in CR LF, as Windows writes them; save it with LF alone (dos2unix)',
  )
}

/** As far as it is looked at: no byte that text has not. */
const isText = (bytes: Buffer): boolean =>
  bytes
    .subarray(0, LOOKED_AT)
    .every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d)
