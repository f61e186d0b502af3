/** A CloudFormation template in memory, and ways to look into it. */

export type Value = string | number | boolean | null | Value[] | { [name: string]: Value }
export type Members = { [name: string]: Value }

export interface Resource {
  Type: string
  Properties?: Members
  DependsOn?: string | string[]
  Condition?: string
  DeletionPolicy?: string
}

export interface Parameter {
  Type: string
  Default?: Value
  AllowedPattern?: string
  MinValue?: number
  MaxValue?: number
}

export interface Template {
  Parameters?: Record<string, Parameter>
  Rules?: Members
  Conditions?: Members
  Resources: Record<string, Resource>
  Outputs?: Record<string, { Value: Value; Condition?: string }>
}

export const isObject = (value: Value | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listOf = (value: Value | undefined): Value[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** What lies at a path of member names and indexes; undefined where there is nothing. */
export function at(value: Value | undefined, ...path: (string | number)[]): Value | undefined {
  let found = value
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)]
    else if (isObject(found)) found = found[String(step)]
    else return undefined
  }
  return found
}

export const ofType = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type)

/** All values in `value`, itself first. */
export function* within(value: Value | undefined): Generator<Value> {
  if (value === undefined) return
  yield value
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) yield* within(part)
  }
}

/** The resources that a value names by Ref or GetAtt. */
export function named(value: Value | undefined): string[] {
  return [...within(value)].flatMap((part) => {
    const name = at(part, 'Ref') ?? at(part, 'Fn::GetAtt', 0)
    return typeof name === 'string' ? [name] : []
  })
}

/** What a value is in production: where it hangs on a condition, what holds when it is true. */
export const whenTrue = (value: Value | undefined): Value | undefined =>
  at(value, 'Fn::If') === undefined ? value : at(value, 'Fn::If', 1)
