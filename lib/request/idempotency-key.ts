/** The id of a submission, under which a retry is recognised. */
import { createHash, randomUUID } from 'node:crypto'
import { badRequest } from '../problem.ts'

/**
 * A fresh UUID, or with an Idempotency-Key (1 to 128 printable ASCII characters, else Problem 400)
 * always the same one for that account and key. Two accounts never share one, and no key can be made
 * to give the id of an earlier request without one.
 */
export function requestId(account: string, key: string | undefined): string {
  if (key === undefined) return randomUUID()
  if (!/^[\x20-\x7e]{1,128}$/.test(key)) {
    throw badRequest('Idempotency-Key must be 1 to 128 printable ASCII characters')
  }
  const bytes = createHash('sha256')
    .update(JSON.stringify([account, key]))
    .digest()
  // RFC 9562, section 5.8: version 8 is for ids of one's own making; random ones have version 4.
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex', 0, 16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
