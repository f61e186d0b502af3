/** The OpenAPI document as a judge: what does it say of this request, and of this answer? */
import { registerSchema, validate } from '@hyperjump/json-schema/openapi-3-1'
import type { Asked } from './contract-requests.ts'

/** A part of the document; what is not an object is read by String(). */
interface Node {
  readonly [name: string]: Node
}

export interface Answered {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** What HTTP itself and the gateway add to every answer. */
const TRANSPORT = new Set([
  ...['content-type', 'content-length', 'date', 'connection', 'keep-alive', 'transfer-encoding'],
  'x-amzn-requestid',
])

type Validator = (value: unknown) => { valid: boolean }

export class Description {
  readonly #document: Node
  readonly #validators = new Map<object, Validator>()

  private constructor(document: Node) {
    this.#document = document
  }

  /** Schemas are made ready at once, so that judging needs no waiting. */
  static async of(document: unknown): Promise<Description> {
    const description = new Description(document as Node)
    await description.#compile(document as Node)
    return description
  }

  operations() {
    return Object.entries(this.#document.paths ?? {}).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => /^(get|head|post|delete)$/.test(method))
        .map(([method, operation]) => ({ path, method, parameters: this.#parameters(operation) })),
    )
  }

  /** What is wrong with the answer by the document; nothing where all is as it says. */
  faults(asked: Asked, answered: Answered): string[] {
    const response = this.#response(asked, answered.status)
    if (response === undefined) return [`status ${answered.status} is not described`]
    const described = Object.entries(response.headers ?? {}).map(
      ([name, header]) => [name.toLowerCase(), this.#resolve(header)] as const,
    )
    const names = new Set(described.map(([name]) => name))
    const present = Object.keys(answered.headers)
    return [
      ...described
        .filter(([name, header]) => String(header.required) === 'true' && !present.includes(name))
        .map(([name]) => `header ${name} is missing`),
      ...present
        .filter((name) => !names.has(name) && !TRANSPORT.has(name))
        .map((name) => `header ${name} is not described`),
      ...this.#body(asked, answered, response.content),
    ]
  }

  /** Whether the document itself forbids the query. */
  forbids({ method, path, query }: Asked): boolean {
    const operation = this.#document.paths?.[path]?.[method.toLowerCase()]
    if (operation === undefined) return false
    const known = this.#documented(operation)
    const seen = new Set<string>()
    return query.some(({ name, value }) => {
      const parameter = known.get(name.toLowerCase())
      if (parameter === undefined || value === '') return true
      const again = seen.has(name.toLowerCase())
      seen.add(name.toLowerCase())
      const many = String(parameter.schema?.type) === 'array'
      const schema = many ? parameter.schema?.items : parameter.schema
      return (again && !many) || !this.#fits(schema, value)
    })
  }

  #response({ method, path }: Asked, status: number): Node | undefined {
    const item = this.#document.paths?.[path]
    const operation = item?.[method.toLowerCase()]
    const general = this.#document.components?.responses
    // a method that a path does not list, and a path that is not there
    if (operation === undefined) {
      return item === undefined
        ? status === 404
          ? general?.[404]
          : undefined
        : status === 405
          ? general?.[405]
          : undefined
    }
    const response = operation.responses?.[status]
    return response && this.#resolve(response)
  }

  #body({ method }: Asked, { status, headers, text }: Answered, content: Node | undefined) {
    if (method === 'HEAD' || status === 304) return text === '' ? [] : ['a body where none may be']
    const type = String(headers['content-type']).split(';')[0]?.trim() ?? ''
    const media = content?.[type]
    if (media === undefined) return [`media type ${type} is not described`]
    let value: unknown = text
    if (type === 'application/json') {
      try {
        value = JSON.parse(text)
      } catch {
        return ['the body is not JSON']
      }
    }
    return this.#fits(media.schema, value) ? [] : [`the body does not fit: ${text.slice(0, 200)}`]
  }

  #fits(schema: Node | undefined, value: unknown): boolean {
    return schema === undefined || this.#validators.get(schema)?.(value).valid === true
  }

  #parameters(operation: Node): string[] {
    return [...this.#documented(operation).values()].map(({ name }) => String(name))
  }

  #documented(operation: Node): Map<string, Node> {
    const all = Object.values(operation.parameters ?? {}).filter(
      (one) => String(one.in) === 'query',
    )
    return new Map(all.map((one) => [String(one.name).toLowerCase(), one]))
  }

  #resolve(node: Node): Node {
    if (node.$ref === undefined) return node
    let found: Node | undefined = this.#document
    for (const step of String(node.$ref).replace('#/', '').split('/')) found = found?.[step]
    if (found === undefined) throw new Error(`${node.$ref} leads nowhere`)
    return found
  }

  /** Every `schema` and `items` below paths and components, in the document's own dialect. */
  async #compile(node: Node): Promise<void> {
    if (typeof node !== 'object' || node === null) return
    for (const [name, part] of Object.entries(node)) {
      if ((name === 'schema' || name === 'items') && !this.#validators.has(part)) {
        const id = `https://localhost/schema/${this.#validators.size}`
        const $schema = 'https://spec.openapis.org/oas/3.1/dialect/base'
        registerSchema({ $schema, components: this.#document.components, ...part } as never, id)
        this.#validators.set(part, (await validate(id)) as Validator)
      }
      await this.#compile(part)
    }
  }
}
