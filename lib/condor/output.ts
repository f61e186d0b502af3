/** What a job wrote, read on the submit host as its user, from the job's own directory alone. */
import type { ByteRange } from '../request/byte-range.ts'
import type { Connection } from './connection.ts'
import { stream } from './gate.ts'

export type OutputFile = 'stdout' | 'stderr' | 'log'

export interface OutputRequest {
  readonly account: string
  readonly cluster: number
  readonly proc: number
  readonly file: OutputFile
  readonly range: ByteRange | undefined
  /** The most bytes of a range: of a longer one the whole file is given. */
  readonly most: number
}

export interface Output {
  /** Of the whole file, in bytes. */
  readonly size: number
  /** Where `bytes` stand in it; undefined where the range lies outside of the file. */
  readonly part: { readonly first: number; readonly length: number } | undefined
  /** Throws where they do not come to their end. To be read to the end, unless `leave` is called. */
  readonly bytes: AsyncIterable<Buffer>
  /** Ends the exchange, whose connection would wait for a reader until the deadline. */
  leave(): Promise<unknown>
}

/** A header line in front of the bytes says what they are. */
const HEADER_BYTES = 1_000

/** Throws Problems: 404 says why there is nothing to read. */
export async function openOutput(
  connection: Connection,
  { range, ...wanted }: OutputRequest,
  deadline: number,
): Promise<Output> {
  const chunks = stream(connection, { op: 'output', ...wanted, ...range }, deadline)
  let head = Buffer.alloc(0)
  let end = -1
  while (end === -1 && head.length < HEADER_BYTES) {
    const next = await chunks.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
    end = head.indexOf('\n')
  }
  if (end === -1) throw new Error('the submit host gave no header before the output')
  const { size, first, length } = JSON.parse(head.toString('utf8', 0, end))
  const numbers = first === undefined ? [size] : [size, first, length]
  if (!numbers.every((value) => Number.isSafeInteger(value) && value >= 0)) {
    throw new Error('the header before the output is not understood')
  }
  return {
    size,
    part: first === undefined ? undefined : { first, length },
    bytes: following(head.subarray(end + 1), chunks, length ?? 0),
    // Not `following`'s own return(): where that generator has not started, return() ends it alone, and `chunks` stays open.
    leave: () => chunks.return(undefined),
  }
}

async function* following(rest: Buffer, chunks: AsyncGenerator<Buffer>, length: number) {
  let left = length - rest.length
  if (rest.length > 0) yield rest
  for await (const chunk of chunks) {
    left -= chunk.length
    yield chunk
  }
  if (left !== 0) throw new Error('the submit host gave another number of bytes than it said')
}
