/** A user's own words in a message: one line, of bounded length, in quotes. */

const LENGTH = 100

export function quoted(text: string): string {
  // One more shows that it is longer.
  const line = text.slice(0, 2 * LENGTH + 1).replace(/\p{Cc}|\p{Zl}|\p{Zp}|\p{Surrogate}/gu, '?')
  const characters = [...line.slice(0, 2 * LENGTH)]
  const cut = line.length > 2 * LENGTH || characters.length > LENGTH
  return `'${characters.slice(0, LENGTH).join('')}${cut ? '...' : ''}'`
}
