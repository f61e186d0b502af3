/** Whether CloudFormation refuses values that would end a function when it starts. */
import { at, type Members, named, type Template } from './template.ts'

/** What an operator may write for VosAuthorities, and whether it is good. */
const AUTHORITIES: [text: string, good: boolean][] = [
  ['', true],
  ['cadc.nrc.ca~vault=ivo://cadc.nrc.ca/vault', true],
  ['cadc.nrc.ca~vault=ivo://cadc.nrc.ca/vault cadc.nrc.ca~arc=ivo://cadc.nrc.ca/arc', true],
  ['cadc.nrc.ca~vault=ivo://cadc.nrc.ca/vault,cadc.nrc.ca~arc=ivo://cadc.nrc.ca/arc', false],
  ['cadc.nrc.ca~vault=ivo://cadc.nrc.ca/vault, cadc.nrc.ca~arc=ivo://cadc.nrc.ca/arc', false],
  ['cadc.nrc.ca!vault=ivo://cadc.nrc.ca/vault', false], // a URI may have the !, it is read as ~
  ['cadc.nrc.ca~vault', false],
  ['cadc.nrc.ca~vault=https://ws-cadc.canfar.net/vault', false],
]

export function parameterFindings({ Parameters = {}, Rules }: Template): string[] {
  const pattern = new RegExp(`^(?:${Parameters.VosAuthorities?.AllowedPattern ?? '.*'})$`)
  const wrong = AUTHORITIES.filter(([text, good]) => pattern.test(text) !== good)
  const { RuleCondition, Assertions } = (Rules?.RegistryWithAuthorities ?? {}) as Members
  const paired =
    named(RuleCondition).includes('VosRegistry') &&
    named(at(Assertions, 0, 'Assert')).includes('VosAuthorities')
  return [
    ...wrong.map(([text, good]) => `VosAuthorities: ${text} is ${good ? 'refused' : 'let in'}`),
    ...(paired ? [] : ['VosRegistry: is let in without VosAuthorities']),
  ]
}
