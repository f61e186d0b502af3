/** Pieces of the page as HTML. Text is escaped; in sentences, `code` stands between backticks. */
import { xmlAttribute, xmlText } from '../../reply/xml.ts'
import type { Parameter } from '../parameters.ts'

const prose = (text: string): string => xmlText(text).replace(/`([^`]+)`/g, '<code>$1</code>')

export const paragraph = (...sentences: string[]): string =>
  `<p>${prose(sentences.join(' '))}</p>\n`

export const heading = (text: string): string => `<h3>${xmlText(text)}</h3>\n`

/** Lines to paste into a shell, or into Python. */
export const example = (...lines: string[]): string =>
  `<pre><code>${xmlText(lines.join('\n'))}</code></pre>\n`

export interface Section {
  /** What a link names. */
  readonly id: string
  /** In the contents. */
  readonly short: string
  readonly title: string
  readonly content: readonly string[]
}

export const section = ({ id, title, content }: Section): string =>
  `<h2 id="${id}">${xmlText(title)}</h2>\n${content.join('')}`

/** Wide ones scroll by themselves, also by keyboard. */
export function table(
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = ([first = '', ...cells]: readonly string[]) =>
    `<tr><th scope="row">${prose(first)}</th>${cells.map((cell) => `<td>${prose(cell)}</td>`).join('')}</tr>\n`
  return (
    `<div class="wide" role="region" aria-label="${xmlAttribute(label)}" tabindex="0"><table>\n<thead><tr>` +
    head.map((name) => `<th scope="col">${xmlText(name)}</th>`).join('') +
    `</tr></thead>\n<tbody>${rows.map(line).join('')}</tbody>\n</table></div>\n`
  )
}

export const parameterTable = (label: string, parameters: readonly Parameter[]): string =>
  table(
    label,
    ['Parameter', 'Meaning', 'Example'],
    parameters.map(({ name, description, example }) => [name, description, `\`${example}\``]),
  )
