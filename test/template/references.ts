/** Whether everything that is named is there. */
import { specification } from './schema.ts'
import { at, isObject, listOf, type Template, type Value, within } from './template.ts'

export function referenceFindings(template: Template): string[] {
  const { Resources, Outputs = {}, Conditions = {} } = template
  const found: string[] = []

  function reference(where: string, name: string, condition: string | undefined): void {
    if (name.startsWith('AWS::') || template.Parameters?.[name]) return
    const target = Resources[name]
    if (!target) found.push(`${where}: nothing is called ${name}`)
    else if (target.Condition && target.Condition !== condition) {
      found.push(`${where}: ${name} is there only under ${target.Condition}`)
    }
  }
  function attribute(where: string, name: string, of: string, condition: string | undefined): void {
    reference(where, name, condition)
    const type = Resources[name]?.Type
    if (type && specification(type)?.attributes[of] === undefined) {
      found.push(`${where}: ${name} has no attribute ${of}`)
    }
  }
  function condition(where: string, name: Value | undefined): void {
    if (typeof name === 'string' && !(name in Conditions)) {
      found.push(`${where}: no condition is called ${name}`)
    }
  }
  function look(where: string, value: Value, under?: string): void {
    for (const part of within(value)) {
      if (!isObject(part)) continue
      if (typeof part.Ref === 'string') reference(where, part.Ref, under)
      const [name, of] = listOf(part['Fn::GetAtt'])
      if (typeof name === 'string') attribute(where, name, String(of), under)
      condition(where, at(part, 'Fn::If', 0))
      for (const [, target = '', of] of substitutions(part['Fn::Sub'])) {
        if (of) attribute(where, target, of, under)
        else reference(where, target, under)
      }
    }
  }

  for (const [name, resource] of Object.entries(Resources)) {
    condition(name, resource.Condition)
    look(name, resource.Properties ?? {}, resource.Condition)
    for (const on of listOf(resource.DependsOn)) reference(name, String(on), resource.Condition)
  }
  for (const [name, output] of Object.entries(Outputs)) {
    condition(name, output.Condition)
    look(`output ${name}`, output.Value, output.Condition)
  }
  look('conditions', Conditions)
  return found
}

/** `${Name}` and `${Name.Attribute}` in a text of Fn::Sub; we use no variables of its own. */
const substitutions = (text: Value | undefined) =>
  typeof text === 'string' ? text.matchAll(/\$\{([\w:]+)(?:\.([\w.]+))?\}/g) : []
