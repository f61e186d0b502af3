/** The regular expressions of a source file. */
import { parseSync } from 'oxc-parser'

export interface Pattern {
  readonly source: string
  readonly flags: string
  /** Counts from 1. */
  readonly line: number
}

export interface Patterns {
  readonly patterns: readonly Pattern[]
  /** Lines that make a pattern which nobody can judge beforehand. */
  readonly hidden: readonly number[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [member: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

/** Methods that take a string for a pattern. */
const MATCHING = new Set(['match', 'matchAll', 'search'])

/** Throws on what is no TypeScript. */
export function patternsOf(file: string, text: string): Patterns {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const patterns: Pattern[] = []
  const hidden: number[] = []
  const lineOf = ({ start }: Node) => text.slice(0, start).split('\n').length

  function look(value: unknown): void {
    if (Array.isArray(value)) value.forEach(look)
    if (!isNode(value) || value.type === 'TSTypeReference') return
    const written = literal(value) ?? constructed(value)
    if (written) patterns.push({ ...written, line: lineOf(value) })
    else if (isRegExp(value) || takesString(value)) hidden.push(lineOf(value))
    else for (const member of Object.values(value)) look(member)
  }
  look(program)
  return { patterns, hidden }
}

type Written = Omit<Pattern, 'line'>

function literal({ type, regex }: Node): Written | undefined {
  if (type !== 'Literal' || regex === undefined) return undefined
  const { pattern, flags } = regex as { pattern: string; flags: string }
  return { source: pattern, flags }
}

/** `new RegExp('…', '…')` of texts that stand there. */
function constructed(node: Node): Written | undefined {
  if (!isCall(node) || !isRegExp(node.callee)) return undefined
  const texts = argumentsOf(node).map(textOf)
  const [source, flags = ''] = texts
  return source === undefined || texts.includes(undefined) ? undefined : { source, flags }
}

/** Whatever else is done with it can make any pattern: another name for it, `Reflect.construct`. */
const isRegExp = (value: unknown): boolean =>
  isNode(value) && value.type === 'Identifier' && value.name === 'RegExp'

function takesString(node: Node): boolean {
  if (!isCall(node) || !isNode(node.callee)) return false
  const { property } = node.callee
  const [first] = argumentsOf(node)
  return (
    isNode(property) &&
    MATCHING.has(String(property.name)) &&
    isNode(first) &&
    (first.type === 'TemplateLiteral' || textOf(first) !== undefined)
  )
}

const isCall = ({ type }: Node): boolean => type === 'NewExpression' || type === 'CallExpression'

const argumentsOf = (node: Node): unknown[] => node.arguments as unknown[]

const textOf = (value: unknown): string | undefined =>
  isNode(value) && value.type === 'Literal' && typeof value.value === 'string'
    ? value.value
    : undefined
