/** One line of JSON for each request. Never a header, a body or a URL's query: they hold secrets. */

export interface RequestLine {
  readonly request: string
  readonly account: string | undefined
  readonly method: string
  readonly path: string
  readonly status: number
  readonly milliseconds: number
  readonly error: unknown
}

export function logRequest({ error, ...line }: RequestLine): void {
  const problem = error === undefined ? {} : { problem: causes(error) }
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), ...line, ...problem })}\n`,
  )
}

/** The error and what caused it, names and messages only, without the query of any URL. */
export function causes(error: unknown): string[] {
  const told: string[] = []
  for (let at = error; at !== undefined && at !== null && told.length < 6; ) {
    const text = at instanceof Error ? `${at.name}: ${at.message}` : String(at)
    told.push(text.replace(/(https?:\/\/[^\s?]*)\?\S*/g, '$1?…').slice(0, 1000))
    at = at instanceof Error ? at.cause : undefined
  }
  return told
}
