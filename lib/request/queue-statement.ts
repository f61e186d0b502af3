/** `queue [count] [variables] [in|from|matching items]`; HTCondor 25 also calls it `iterate`. */

const QUEUE = /^(?:queue|iter(?:a(?:te?)?)?)(?=\s|$)/i
const KEYWORD = /[\s(](in|from|matching)(?=[\s(])/i

export const isQueue = (statement: string): boolean => QUEUE.test(statement)

export interface QueueStatement {
  /** The count, and the variables where there are items. */
  readonly start: string
  /** `in`, `from` or `matching`, in small letters. */
  readonly keyword?: string
  /** What stands behind the keyword: qualifiers, and a list, or the name of a file. */
  readonly items?: string
}

export function readQueue(statement: string): QueueStatement {
  const text = statement.replace(QUEUE, '')
  const match = KEYWORD.exec(text)
  if (match === null) return { start: text }
  const { 0: found, 1: keyword = '', index } = match
  const items = text.slice(index + found.length).replace(/^\s+/, '')
  return { start: text.slice(0, index), keyword: keyword.toLowerCase(), items }
}

/**
 * Whether the lines that follow, up to one that starts with a closing bracket, can be items, as in `queue x from (`.
 * A macro among the items may end in a bracket or begin with one.
 */
export function itemsFollow(statement: string): boolean {
  const { items = '' } = readQueue(statement)
  return items.includes('$') || (items.includes('(') && !items.endsWith(')'))
}
