/** Expressions that the schedd would evaluate for ever, or crash over, and factories whose macros it would expand itself. */
import { family, jobs } from './description.ts'

/** Attributes of which each names the one before twice: to evaluate the last takes 2 to the power of `count`. */
export const chain = (count: number, step = (name: string) => `${name} + ${name}`) =>
  Array.from({ length: count }, (_, at) => `+A${at + 1} = ${step(`A${at}`)}`)
    .toSpliced(0, 0, '+A0 = 1')
    .join('\n')

const USES = [
  ...[
    'rank',
    'requirements',
    'periodic_hold',
    'periodic_release',
    'periodic_remove',
    'on_exit_hold',
  ],
  ...[
    'on_exit_remove',
    'leave_in_queue',
    'request_memory',
    'request_cpus',
    'max_retries',
    'priority',
  ],
  ...['periodic_hold_reason', 'on_exit_hold_reason', 'deferral_time', 'concurrency_limits_expr'],
]
const TIDY = '+T = "x"\n'
const deep = (sign: string, count: number) => `${sign.repeat(count)}1`

/** 60,000 characters eleven times doubled. */
export const factory = (length: number) =>
  `max_materialize = 5\nA0 = $(S)\n${Array.from({ length: 11 }, (_, at) => `A${at + 1} = $(A${at})$(A${at})`).join('\n')}\n` +
  `+X = "$(A11)"\nqueue S from (\nx\n${'y'.repeat(length)}\n)\n`

export const expressions = family('expressions', [
  ...jobs(
    ...USES.map((use) => `${chain(45)}\n${use} = A45 is 77`),
    `${chain(45)}\n+Late = A45\nrank = Late`,
    `${chain(45, (name) => `strcat(${name}, ${name})`)}\nrank = size(A45)`,
    `${chain(30, (name) => `{${name}, ${name}, ${name}}`)}\nrank = size(A30)`,
    'rank = [ A0 = 1; A1 = A0 + A0; A2 = A1 + A1 ].A2',
    `rank = x is [ ${Array.from({ length: 45 }, (_, at) => `B${at + 1} = B${at} + B${at}`).join('; ')} ].B45`,
    '+A = B\n+B = A\nrank = A',
    `+S = "${'-'.repeat(300_000)}1"\nleave_in_queue = eval(S) is 77`,
    `+S = "${'('.repeat(100_000)}"\nperiodic_hold = eval(S) is 77`,
    `rank = ${deep('-', 20_000)}`,
    `rank = ${deep('!', 3_000)}`,
    `rank = ${'('.repeat(5_000)}1${')'.repeat(5_000)}`,
    `rank = ${'1 + '.repeat(100_000)}1`,
    `rank = regexp("(a|a)*b", "${'a'.repeat(500)}")`,
    `rank = regexp("${'a?'.repeat(40)}${'a'.repeat(40)}", "${'a'.repeat(40)}")`,
    `+P = "(a+)+$"\nrank = regexps(P, "${'a'.repeat(60)}!", "x") is "y"`,
    ...[
      'evalInEachContext(A, {[A = 1]})',
      'unparse(Rank)',
      'userMap("x", Owner)',
      'formatTime(1, "%9999999c")',
    ].map((call) => `periodic_hold = ${call} is 77`),
    'arguments = $$([A45]) $$([userHome("root")])',
    `${TIDY}next_job_start_delay = 600`,
    'job_machine_attrs = Name\njob_machine_attrs_history_length = 2000000000',
    'last_match_list_length = 2000000000',
    'cron_minute = 0-2147483647',
    `concurrency_limits = ${Array.from({ length: 20_000 }, (_, at) => `l${at}`).join()}`,
    ...Array.from({ length: 3 }, (_, at) => `+${'N'.repeat(10 ** (at + 2))} = 1`),
    Array.from({ length: 500 }, (_, at) => `+M${at} = ${at}`).join('\n'),
  ),
  `${chain(45)}\nqueue rank from (\n1\nA45\n)\n`,
  `queue MY.A, MY.B, rank from (\n1 A+A B+B\nB A A\n)\n`,
  factory(60_000),
  factory(60_000).replace('max_materialize = 5', 'max_idle = 5'),
  factory(60_000).replace(
    'max_materialize = 5',
    'JobMaterializeLimit = 5\nMY.JobMaterializeLimit = 5',
  ),
])
