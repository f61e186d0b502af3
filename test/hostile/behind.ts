/** Descriptions, and the walls of which each alone keeps them harmless. */
import { family, type Hostile } from './description.ts'
import { chain } from './expressions.ts'
import type { Wall } from './walls.ts'

export interface Behind {
  readonly hostile: Hostile
  readonly walls: readonly Wall[]
  /** The findings that tell the harm that the walls keep off. */
  readonly harm: RegExp
}

const YES = 'should_transfer_files = YES\n'
const LOCAL = 'arguments = @ID@\nqueue universe, executable from (\nlocal @PROGRAM@\n)\n'
const RAN = /it ran$/

const texts: readonly (readonly [string, RegExp, ...Wall[]])[] = [
  ['executable = @PROGRAM@\nqueue x from @MARK@ |\n', RAN, 'noexec'],
  ['include command : @MARK@\nqueue\n', RAN, 'noexec'],
  [LOCAL, RAN, 'check', 'rules'],
  [`${YES}transfer_output_files = box://x/y\nqueue\n`, RAN, 'check', 'rules', 'shadow'],
  // HTCondor fills it in at the match.
  [`${YES}transfer_output_files = box:$$(No:/)/x\nqueue\n`, RAN, 'check', 'rules', 'shadow'],
  [
    'output = o\nnotification = always\nnotify_user = alice@example.org\nqueue\n',
    ...([RAN, 'check', 'rules', 'mail', 'shadow'] as const),
  ],
  [
    `${YES}+WantIOProxy = true\narguments = "chirp set_job_attr VMAMI '""other""'"\nqueue\n`,
    ...([/VMAMI is/, 'check', 'rules', 'chirp'] as const),
  ],
  [`${YES}output = /home/alice/.taken\nqueue\n`, /a file was written/, 'check', 'rules'],
]

export const behind: readonly Behind[] = texts.flatMap(([text, harm, ...walls], at) =>
  family(`behind-${at + 1}`, [text]).map((hostile) => ({ hostile, walls, harm })),
)

/** What an expression costs is no rule of the schedd's: the check alone keeps these from holding it up. */
export const endlessOnes = family('endless', [
  `${chain(45)}\nrank = A45\nqueue\n`,
  `${chain(45)}\nrequirements = A45 is 77\nqueue\n`,
])

/** What the schedd would expand by itself. */
export const FACTORY = 'max_materialize = 1\nhold = true\nqueue 3\n'
