/** Whether types and properties are those that CloudFormation knows. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import { isObject, type Resource, type Template, type Value } from './template.ts'

const spec = loadAwsServiceSpecSync()

/** CloudFormation's description of a type; undefined for one that it does not have. */
export const specification = (type: string) =>
  spec.lookup('resource', 'cloudFormationType', 'equals', type)[0]

type Properties = NonNullable<ReturnType<typeof specification>>['properties']
type PropertyType = Properties[string]['type']

export function schemaFindings({ Resources }: Template): string[] {
  return Object.entries(Resources).flatMap(([name, resource]) => resourceFindings(name, resource))
}

function resourceFindings(name: string, { Type, Properties = {} }: Resource): string[] {
  const known = specification(Type)
  if (!known) return [`${name}: no such type, ${Type}`]
  return objectFindings(name, Properties, known.properties)
}

function objectFindings(where: string, value: Value, properties: Properties): string[] {
  if (!isObject(value)) return [`${where}: not an object`]
  const missing = Object.entries(properties)
    .filter(([name, { required }]) => required && value[name] === undefined)
    .map(([name]) => `${where}: lacks ${name}`)
  const wrong = Object.entries(value).flatMap(([name, part]) => {
    const property = properties[name]
    return property
      ? findings(`${where}.${name}`, part, property.type)
      : [`${where}: no such property, ${name}`]
  })
  return [...missing, ...wrong]
}

function findings(where: string, value: Value, type: PropertyType): string[] {
  if (isObject(value)) {
    const branches = value['Fn::If']
    if (Array.isArray(branches)) {
      return branches.slice(1).flatMap((branch) => findings(where, branch, type))
    }
    const [first = ''] = Object.keys(value)
    if (first === 'Ref' || first.startsWith('Fn::')) return [] // what it gives is not known here
  }
  const not = (what: string) => [`${where}: not ${what}`]
  switch (type.type) {
    case 'string':
      return typeof value === 'object' ? not('a string') : []
    case 'number':
    case 'integer':
      return value === '' || Number.isNaN(Number(value)) ? not('a number') : []
    case 'boolean':
      return /^(true|false)$/.test(String(value)) ? [] : not('true or false')
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((part, index) => findings(`${where}[${index}]`, part, type.element))
        : not('a list')
    case 'map':
      return isObject(value)
        ? Object.entries(value).flatMap(([key, part]) =>
            findings(`${where}.${key}`, part, type.element),
          )
        : not('a map')
    case 'ref':
      return objectFindings(
        where,
        value,
        spec.get('typeDefinition', type.reference.$ref).properties,
      )
    case 'union':
      return type.types.some((one) => findings(where, value, one).length === 0)
        ? []
        : not('of any type that it may have')
    default:
      return [] // JSON, tags and dates: anything goes
  }
}
