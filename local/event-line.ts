/** The functions' log lines as a person reads them in a terminal. */

type Line = Record<string, unknown> & { problem?: unknown; audit?: unknown }

/** One line without its line end; undefined for words that are no event of the service's. */
export function eventLine(text: string): string | undefined {
  const line = parse(text)
  if (line === undefined) return undefined
  if (line.operation === 'gateway') {
    // What a function answered shows in the function's own line.
    if (line.refused === '-') return undefined
    const moment = new Date(Number(line.time)).toISOString().slice(11, 19)
    return `${moment}  ${line.status} gateway ${line.method} ${line.path}  ${line.refused}  ${line.request}`
  }
  const time = String(line.time).slice(11, 19)
  const causes = Array.isArray(line.problem) ? `  ${line.problem.join(' < ')}` : ''
  if (typeof line.status !== 'number') {
    const { operation, outcome, available } = line
    // Who got in shows in the line of the request itself.
    if (operation === 'authorize' && outcome === 'allowed') return undefined
    if (line.zeros !== undefined) return undefined
    const said = outcome ?? (available === undefined ? '' : `available ${available}`)
    return `${time}  ${operation} ${said}${causes}`
  }
  const { account = '-', method, path, status, milliseconds, request } = line
  const audit = line.audit ? `  ${JSON.stringify(line.audit)}` : ''
  return `${time}  ${status} ${account} ${method} ${path}  ${milliseconds} ms${audit}  ${request}${causes}`
}

function parse(text: string): Line | undefined {
  if (!text.startsWith('{"time":')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
