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
/** What names an attribute in ways that are not its name. */
const ROUNDABOUT: readonly ((name: string) => string)[] = [
  (name) => `MY["${name}"] + MY["${name}"]`,
  (name) => `(TARGET.Z is 1) || .${name} + .${name} > 0`,
  (name) => `(TARGET.Z is 1) || SELF.${name} + SELF.${name} > 0`,
  (name) => `TOPLEVEL.${name} + ROOT.${name} + PARENT.${name}`,
  (name) => `sum({MY, MY, MY}.${name})`,
  (name) => `sum({[a = 1], [a = 2], [a = 3]}.${name})`,
]
const repeated = (name: string, count: number) => Array(count).fill(name).join(', ')
/** HTCondor makes an attribute of what the job says, without the check: a text that grows, or an expression that refers back. */
const UNBOUNDED = [
  ...['LastHoldReason', 'HoldReason', 'MY.LastHoldReason'].map(
    (name) =>
      `request_memory = 99999999\nperiodic_hold = JobStatus == 1\nperiodic_hold_reason = strcat("x", ${repeated(name, 400)})\n` +
      'periodic_release = true',
  ),
  ...['HoldReason', 'LastHoldReason', 'ReleaseReason', 'Cmd', 'MATCH_EXP_Args'].map(
    (name) =>
      `+A = "${'a'.repeat(9_000)}"\nperiodic_hold = true\nperiodic_hold_reason = strcat(A, A)\narguments = $$(Name)$$(Name)\n` +
      `periodic_release = ${Array(16).fill(`regexp("a.*[bx]", ${name})`).join(' || ')}`,
  ),
  ...['GateLeaveJobInQueue', 'MY.GateLeaveJobInQueue', 'gateleavejobinqueue'].flatMap((name) => [
    `hold = true\nleave_in_queue = (${name}${' + 1'.repeat(900)}) is 5\nperiodic_release = ${name}`,
    `hold = true\nleave_in_queue = regexpMember("a", {${name}}) is regexpMember("b", {${name}})`,
    `hold = true\nleave_in_queue = ({${name}}[0] is {${name}}[0])\nperiodic_release = isError(strcat(${repeated(name, 400)}))`,
  ]),
  ...[
    'WithinResourceLimits',
    'TARGET.WithinResourceLimits',
    'TARGET.Requirements',
    'TARGET.Start',
    'START',
  ].flatMap((name) => [
    `request_cpus = ifThenElse((${name}${' + 1'.repeat(900)}) is 5, 1, 1)`,
    `request_memory = ifThenElse(regexpMember("a", {${name}}) is regexpMember("b", {${name}}), 1, 1)`,
  ]),
  `+A = "${'a'.repeat(400)}"\nhold = true\nperiodic_release = true\nperiodic_hold = true\nperiodic_hold_reason = strcat(${repeated('A', 200)})`,
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
    ...ROUNDABOUT.map((to) => `${chain(45, to)}\nrank = ${to('A45')}`),
    '+A = MY["A"]\nrank = A',
    ...UNBOUNDED,
    '+A = (TARGET.Z is 1) || .A\nperiodic_hold = A',
    ...['Target', 'My', 'Self', 'Parent', 'Root', 'Toplevel', 'Other'].map(
      (name) =>
        `+${name} = MY\n${chain(45, (a) => `${name}.${a} + ${name}.${a}`)}\nrank = ${name}.A45`,
    ),
    // A text in quotes, and these in quotes again: twice as long each time.
    `${chain(45, (name) => `strcat(split(${name}, "~"))`).replace('+A0 = 1', '+A0 = "x"')}\nrank = size(A45)`,
    `${chain(20, (name) => `regexps("a", ${name}, "aaaa", "g")`).replace('+A0 = 1', '+A0 = "a"')}\nrank = size(A20)`,
    ...['a*[bc]', 'a*x*[bc]', 'a+[bc]'].map(
      (pattern) => `+A = "${'a'.repeat(70_000)}"\nperiodic_hold = regexp("${pattern}", A)`,
    ),
    `+L = "${'a,'.repeat(20_000)}"\nperiodic_hold = stringListSubsetMatch(L, L)`,
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
    ...['30', '31', '30-31', '29,30', '*/31', '0', '31,1', '99', '29-30/30'].flatMap((day) =>
      ['2', '4,6', '*'].map((month) => `cron_day_of_month = ${day}\ncron_month = ${month}`),
    ),
    '+CronDayOfMonth = "30"\n+CronMonth = "2"',
    '+CronDayOfMonth = strcat("3", "0")\n+CronMonth = "2"',
    `job_machine_attrs = ${'a,'.repeat(4_900)}\njob_machine_attrs_history_length = 999\non_exit_remove = false\nmax_retries = 3`,
    `+JobMachineAttrs = "${'a,'.repeat(4_900)}"\n+JobMachineAttrsHistoryLength = 999`,
    `user_log_execute_event_attrs = ${'a,'.repeat(4_900)}`,
    '+DataReuseManifestSHA256 = "/home/alice/fifo"',
    '+_x_common_input_catalogs = "/var/spool/condor/x"\n+_x_catalog_a = "/etc/passwd"',
    `concurrency_limits = ${Array.from({ length: 20_000 }, (_, at) => `l${at}`).join()}`,
    ...Array.from({ length: 3 }, (_, at) => `+${'N'.repeat(10 ** (at + 2))} = 1`),
    Array.from({ length: 500 }, (_, at) => `+M${at} = ${at}`).join('\n'),
  ),
  `${chain(45)}\nqueue rank from (\n1\nA45\n)\n`,
  `queue MY.A, MY.B, rank from (\n1 A+A B+B\nB A A\n)\n`,
  `+L = "${'a,'.repeat(2_000)}"\nperiodic_hold = size(strcat(L, L, L, L, L, L, L, L)) < 0\nqueue 5000\n`,
  // What the gate would read for ever.
  `+x = (${Array(270).fill('regexp("a",b)').join(' + ')}) + $(Process)\nqueue 6500\n`,
  `+x = (${Array(400).fill('bb').join(' + ')}) + $(Process)\nqueue 6500\n`,
  factory(60_000),
  factory(60_000).replace('max_materialize = 5', 'max_idle = 5'),
  factory(60_000).replace(
    'max_materialize = 5',
    'JobMaterializeLimit = 5\nMY.JobMaterializeLimit = 5',
  ),
])
