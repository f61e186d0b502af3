/**
 * Values with line breaks, which the dry run prints as they are: what follows the break looks like an attribute that
 * HTCondor wrote. And names with the number of the cluster, which is another one in the dry run.
 */
import { family, HOLD } from './description.ts'
import { chain } from './expressions.ts'

/** What has a value of the user's that is left out, kept, or set by somebody else. */
const CARRIERS = [
  ...['notify_user', '+NotifyUser', '+VMAMI', '+ProcRequestId', '+Cmd', 'MY.Owner', 'executable'],
  ...['arguments', 'environment', 'batch_name', 'job_description', '+HoldReason', '+X', 'log'],
]
/** How the rest of the value is made to look, which the dry run prints behind the last break. */
const ENDS = [
  'b',
  '::set($(Cluster),-1) VMAMI=x',
  '::set($(Cluster),-1) NotifyUser="z',
  '::sendCommand(RESCHEDULE, x',
  '$(Cluster).0 - $(Cluster).0',
  '::get_newProc',
]
const CARRIED = [
  'A1=eval/**/(T1)',
  'Requirements=true /*(*/ ) || ( true /*)*/',
  'Requirements=true ) || ( true',
  'Cmd="@PROGRAM@"',
  'ProcRequestId="x"',
  'LeaveJobInQueue=eval/**/("-1")',
]

const carried = (carrier: string, lines: readonly string[], end = 'b', proc = -1) => {
  const quoted = carrier.startsWith('+') || carrier.startsWith('MY.')
  const value = ['a"', ...lines.map((line) => `::set($(Cluster),${proc}) ${line}`), end].join('\n')
  return `${carrier} @=end\n${quoted ? `"${value.replace('a"', 'a\\"')}"` : value}\n@end\n`
}
const TEXTS = `+T1 = "A0 + A0"\n`
const count = 45
const numbers = Array.from({ length: count }, (_, at) => at + 1)
/** Nobody who reads the texts sees that each takes the one before twice. */
const byText = numbers.map((at) => `+T${at} = "A${at - 1} + A${at - 1}"\n`).join('')
const evaluated = numbers.map((at) => `A${at}=eval/**/(T${at})`)
const ofCluster = (named: string, referred: string) =>
  chain(count)
    .replace(/^\+A(\d+)/gm, `+A$1_${named}`)
    .replace(/ A(\d+)/g, ` A$1_${referred}`)

export const lineBreaks = family('line-breaks', [
  ...CARRIERS.flatMap((carrier) => [
    ...ENDS.map((end) => `${HOLD}\n${TEXTS}${carried(carrier, ['A1=eval/**/(T1)'], end)}queue\n`),
    `${HOLD}\n${TEXTS}${carried(carrier, ['A1=eval/**/(T1)'], 'b', 0)}queue\n`,
  ]),
  ...CARRIED.map((line) => `${HOLD}\n${TEXTS}${carried('notify_user', [line])}queue\n`),
  ...['Rank=A45', 'PeriodicHold=A45 is 77'].map(
    (use) => `+A0 = 1\n${byText}${carried('notify_user', [...evaluated, use])}queue\n`,
  ),
  `${HOLD}\nqueue notify_user from (\na\x1f::set($(Cluster),0) A1=1\n)\n`,
  ...['7', '$(Cluster)', '0$(Cluster)'].flatMap((named) => [
    `${ofCluster(named, '$(Cluster)')}\nrank = A45_${named}\nqueue\n`,
    `${ofCluster('$(Cluster)', named)}\nperiodic_hold = A45_$(Cluster) is 77\nqueue\n`,
  ]),
])
