/** Whether CloudFormation refuses values that would end a function when it starts. */
import {
  readLimits,
  readSnapshotMs,
  readSubmitHostSettings,
  readVospace,
} from '../../lib/settings.ts'
import { at, type Members, named, type Parameter, type Template } from './template.ts'

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

/** The reading of each number in the functions, which throws where it is not good. */
const NUMBERS: Record<string, (text: string) => unknown> = {
  SubmitPort: (text) =>
    readSubmitHostSettings({
      PROC_SUBMIT_HOST: 'h',
      PROC_SUBMIT_KEY_SECRET: 'k',
      PROC_SUBMIT_PORT: text,
    }),
  SnapshotSeconds: (text) => readSnapshotMs({ PROC_SNAPSHOT_SECONDS: text }),
  MaxDutyPercent: (text) => readLimits({ PROC_MAX_DUTY_PERCENT: text }),
  MaxJobsPerAccount: (text) => readLimits({ PROC_MAX_JOBS_PER_ACCOUNT: text }),
  VosMaxBytes: (text) =>
    readVospace({
      PROC_VOS_REGISTRY: 'https://r/reg',
      PROC_VOS_AUTHORITIES: 'a~b=ivo://a/b',
      PROC_VOS_MAX_BYTES: text,
    }),
}

/** All small numbers, those around each digit of a larger one, and what is no whole number. */
const WRITTEN = [
  ...Array.from({ length: 200 }, (_, number) => String(number)),
  ...Array.from({ length: 14 }, (_, zeros) => 10 ** zeros).flatMap((unit) =>
    Array.from({ length: 90 }, (_, tenths) => Math.round((unit * (tenths + 10)) / 10)).flatMap(
      (number) => [String(number - 1), String(number), String(number + 1)],
    ),
  ),
  ...Array.from({ length: 700 }, (_, number) => String(65_000 + number)),
  ...['97.5', '2.0', '-1', '+2', '1e1', ' 2', '2 ', '2 3', '0x2', 'two'],
]

export function parameterFindings({ Parameters = {}, Rules }: Template): string[] {
  const wrong = AUTHORITIES.filter(
    ([text, good]) => letsIn(Parameters.VosAuthorities, text) !== good,
  )
  const { RuleCondition, Assertions } = (Rules?.RegistryWithAuthorities ?? {}) as Members
  const paired =
    named(RuleCondition).includes('VosRegistry') &&
    named(at(Assertions, 0, 'Assert')).includes('VosAuthorities')
  return [
    ...wrong.map(([text, good]) => `VosAuthorities: ${text} is ${good ? 'refused' : 'let in'}`),
    ...Object.entries(NUMBERS).flatMap(([name, read]) => numberFindings(name, Parameters, read)),
    ...(paired ? [] : ['VosRegistry: is let in without VosAuthorities']),
  ]
}

/** The first number on which the template and the functions differ. */
function numberFindings(
  name: string,
  parameters: Record<string, Parameter>,
  read: (text: string) => unknown,
): string[] {
  function good(text: string): boolean {
    try {
      read(text)
      return true
    } catch {
      return false
    }
  }
  const text = WRITTEN.find((each) => letsIn(parameters[name], each) !== good(each))
  return text === undefined ? [] : [`${name}: ${text} is ${good(text) ? 'refused' : 'let in'}`]
}

/** What CloudFormation checks; a pattern must match a String as a whole, and is not looked at for a Number. */
function letsIn(parameter: Parameter | undefined, text: string): boolean {
  const { Type, AllowedPattern = '.*', MinValue = -Infinity, MaxValue = Infinity } = parameter ?? {}
  if (Type === 'Number') return Number(text) >= MinValue && Number(text) <= MaxValue
  return new RegExp(`^(?:${AllowedPattern})$`).test(text)
}
