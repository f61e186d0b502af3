/** `queue [count] [variables] [in|from|matching [qualifiers] items]`, taken apart as HTCondor does. */

const KEYWORD = /[\s(](?:in|from|matching)(?=[\s(])/i
const QUALIFIERS =
  /^(?:(?:(?:files|dirs|any)(?=[\s(])|table(?=[\s(])\s*(?:\([^)]*\))?|\[[^\]]*\])\s*)+/i

export interface QueueStatement {
  /** The count, and the variables where there are items. */
  readonly start: string
  /** What stands behind the keyword and its qualifiers; undefined without a keyword. */
  readonly items: string | undefined
}

/** `statement` begins with the word queue. */
export function readQueue(statement: string): QueueStatement {
  const text = statement.slice('queue'.length)
  const keyword = KEYWORD.exec(text)
  if (keyword === null) return { start: text, items: undefined }
  const items = text.slice(keyword.index + keyword[0].length).replace(/^\s+/, '')
  const [qualifiers = ''] = QUALIFIERS.exec(items) ?? []
  return { start: text.slice(0, keyword.index), items: items.slice(qualifiers.length) }
}

/** `queue x from (`: the items follow in lines of their own. */
export function itemsFollow(statement: string): boolean {
  const { items } = readQueue(statement)
  return items?.startsWith('(') === true && !items.endsWith(')')
}
