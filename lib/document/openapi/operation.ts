/** Pieces of an operation: its parameters, and HEAD beside GET. */
import type { Parameter } from '../parameters.ts'
import type { Json } from './schemas.ts'

export const parameters = (list: readonly Parameter[]): Json[] =>
  list.map(({ name, description, schema, example, required = false, repeatable = false }) => ({
    name,
    in: 'query',
    description,
    required,
    schema: repeatable ? { type: 'array', items: schema } : schema,
    ...(repeatable && { style: 'form', explode: true }),
    example: repeatable ? [example] : example,
  }))

export const header = (
  name: string,
  description: string,
  schema: Json = { type: 'string' },
): Json => ({
  name,
  in: 'header',
  description,
  schema,
})

/** GET, and HEAD, which answers with the same headers and no body. */
export function readable(id: string, get: Json & { readonly responses: Json }): Json {
  const responses = Object.entries(get.responses).map(([status, response]) => {
    const { content: _, ...bare } = response as Json
    return [status, bare]
  })
  return {
    get: { operationId: `${id}Get`, ...get },
    head: {
      ...get,
      operationId: `${id}Head`,
      summary: `Headers of: ${get.summary}`,
      responses: Object.fromEntries(responses),
    },
  }
}
