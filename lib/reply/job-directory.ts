/** HTCondor's words about a job, without where its directory lies and without its program's arguments. */

const PARENT = '/proc/'
/** `<request id>/`, behind the parent. */
const DIRECTORY = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/$/
const DIRECTORY_LENGTH = 37
const ARGUMENTS = ' with arguments '
const ERROR = ': (errno='

/** Relative to the job's directory, whose path is the submit host's own business. The last such directory counts. */
export function inJobDirectory(path: string): string {
  for (let at = path.lastIndexOf(PARENT); at !== -1; ) {
    const end = at + PARENT.length + DIRECTORY_LENGTH
    if (DIRECTORY.test(path.slice(at + PARENT.length, end))) return path.slice(end)
    at = at === 0 ? -1 : path.lastIndexOf(PARENT, at - 1)
  }
  return path
}

/**
 * HTCondor names the arguments of a program that it cannot start: `Failed to execute '/home/…/prog' with arguments
 * --token secret: (errno=8: 'Exec format error')`. Whatever follows them is left out where it is not that end.
 */
export function holdReason(reason: string | undefined): string | undefined {
  // Most reasons have neither.
  if (!reason?.includes(ARGUMENTS) && !reason?.includes(PARENT)) return reason
  return withoutArguments(reason).replace(/[^\s'"]+/g, inJobDirectory)
}

function withoutArguments(reason: string): string {
  const from = reason.indexOf(ARGUMENTS)
  if (from === -1) return reason
  return reason.slice(0, from) + errorOf(reason.slice(from + ARGUMENTS.length))
}

/** `: (errno=8: 'Exec format error')` at the end; empty where it ends otherwise. */
function errorOf(text: string): string {
  if (!text.endsWith("')")) return ''
  const quote = text.lastIndexOf("'", text.length - 3)
  const error = text.lastIndexOf(ERROR, quote)
  if (error === -1 || !/^\d+: $/.test(text.slice(error + ERROR.length, quote))) return ''
  return text.slice(error)
}
