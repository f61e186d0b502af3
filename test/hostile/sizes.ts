/** Too much: macros that grow, texts that recur, jobs without number, lines and expressions without end. */
import { endless, family, HOLD, jobs } from './description.ts'

const MEGABYTE = 1_000_000
/** Of jobs that are made late HTCondor 25 does not heed `hold`: no machine has so much. */
const IDLE = 'request_memory = 9000000'
const many = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

/** Each macro is the one before it twice. */
const doubled = (times: number) =>
  `A0 = 0123456789abcdef\n${many(times, (i) => `A${i + 1} = $(A${i})$(A${i})`)}\n+X = "$(A${times})"\nqueue\n`

const nested = (open: string, close: string, depth: number) =>
  `${HOLD}\n+X = ${open.repeat(depth)}1${close.repeat(depth)}\nqueue\n`

/** What everybody's list shows of a job, and too much of it. HTCondor 25 has words of its own for some of the columns. */
const SHOWN = ['JobBatchName', 'RemoteHost', 'VMImage', 'PeriodicHoldReason']
const COLUMNS =
  'Cmd HoldReason VMAMI VMInstanceType RequestCpus RequestMemory NumJobStarts QDate JobPrio JobStartDate ' +
  'RemoteWallClockTime ShadowBday ImageSize DiskUsage'
const shown = (name: string) => `${HOLD}\n+${name} = "${'x'.repeat(MEGABYTE)}"\nqueue\n`

const lists = [
  ...family('lists', [
    `${HOLD}\nbatch_name = ${'x'.repeat(MEGABYTE)}\nqueue\n`,
    ...SHOWN.map(shown),
  ]),
  ...family('columns', COLUMNS.split(' ').map(shown)),
]

const large = family('sizes', [
  endless(doubled(40)),
  endless(`B = ${'b'.repeat(MEGABYTE)}\nC = ${'$(B)'.repeat(1000)}\n+X = "$(C)"\nqueue\n`),
  endless(`B = ${'b'.repeat(4 * MEGABYTE)}\nC = ${'$(B)'.repeat(200)}\n+X = "$(C)"\nqueue\n`),
  endless('A = $(A)x\n+X = "$(A)"\nqueue\n'),
  endless(`A = $(B)\nB = $(A)\n${HOLD}\n+X = "$(A)"\nqueue\n`),
  `A = $(A:$(A:$(A)))\n${HOLD}\n+X = "$(A)"\nqueue\n`,
  `${HOLD}\nX = $($($($(X))))\n+Y = "$(X)"\nqueue\n`,
  'F = job.sub\ninclude : $(F)\nqueue\n',
  'include : job.sub\nqueue\n',
  `${many(2000, () => 'if true')}\n${many(2000, () => 'endif')}\n${HOLD}\nqueue\n`,
  `${many(5000, () => 'if true')}\nqueue\n`,
  `${HOLD}\nqueue 100000\n`,
  // The end of a value over lines is a word of any length, and of any signs.
  ...[MEGABYTE, 3 * MEGABYTE].map((length) => `x @=${'e'.repeat(length)}\ny\n${HOLD}\nqueue\n`),
  `x @=${'('.repeat(MEGABYTE)}\ny\n@${'('.repeat(MEGABYTE)}\n${HOLD}\nqueue\n`,
  `x @=[a-\ny\n@[a-\n${HOLD}\nqueue\n`,
  `${many(50_000, () => 'x @=e\n@')}\n@e\n${HOLD}\nqueue\n`,
  // Each of them is small: together they would keep the schedd, or everybody's list, busy.
  `${HOLD}\nbatch_name = ${'x'.repeat(9_000)}\nqueue 20000\n`,
  `${HOLD}\nshould_transfer_files = YES\ntransfer_output_files = ${'a'.repeat(200_000)}\nqueue 2000\n`,
  `${HOLD}\nshould_transfer_files = YES\ntransfer_output_files = ${'a'.repeat(990_000)}\nqueue 300\n`,
  `${HOLD}\nenvironment = "A=${'a'.repeat(900_000)}"\nqueue 2000\n`,
  `${HOLD}\n${many(18, (i) => `+A${i} = $(Process)`)}\nqueue 20000\n`,
  `${HOLD}\nqueue 2147483648\n`,
  `${HOLD}\nqueue 99999999999999999999\n`,
  `${HOLD}\nqueue -1\n`,
  `${HOLD}\nqueue 0\n`,
  `${IDLE}\nmax_materialize = 3\nqueue 100000\n`,
  `${IDLE}\nmax_idle = 3\nqueue 1000000\n`,
  `${IDLE}\nmax_materialize = 3\nqueue 2147483647\n`,
  `${HOLD}\narguments = $(x)\nqueue 1000 x in (${'a '.repeat(1000)})\n`,
  `${HOLD}\nqueue x from (\n${many(30_000, (i) => `item-${i}`)}\n)\n`,
  `${HOLD}\n${many(200, () => 'queue')}\n`,
  `${HOLD}\n+X = "${'x'.repeat(MEGABYTE)}"\nqueue\n`,
  `${HOLD}\narguments = ${'x'.repeat(MEGABYTE)}\nqueue\n`,
  `${HOLD}\n+${'X'.repeat(MEGABYTE)} = 1\nqueue\n`,
  `# ${'x'.repeat(MEGABYTE)}\n${HOLD}\nqueue\n`,
  `${'x'.repeat(MEGABYTE)}\nqueue\n`,
  `queue ${'x'.repeat(MEGABYTE)}\n`,
  `${HOLD}\nx = ${'a\\\n'.repeat(300_000)}\nqueue\n`,
  `${HOLD}\n${many(5000, (i) => `+X${i} = ${i}`)}\nqueue\n`,
  `${HOLD}\n${many(50_000, (i) => `x${i} = ${i}`)}\nqueue\n`,
  ...[1000, 100_000].flatMap((depth) => [
    nested('(', ')', depth),
    nested('{', '}', depth),
    nested('[a=', ']', depth),
    nested('!', '', depth),
    nested('strcat(', ')', depth),
    nested('true ? (', ') : 0', depth),
  ]),
  ...jobs(
    `${HOLD}\n+X = ${'1+'.repeat(100_000)}1`,
    `${HOLD}\narguments = "${"'".repeat(100_001)}"`,
    `${HOLD}\nenvironment = "${many(5000, (i) => `V${i}=x`).replaceAll('\n', ' ')}"`,
    `${HOLD}\ntransfer_input_files = ${'/etc/passwd,'.repeat(10_000)}`,
    'request_memory = 999999999999999999999',
    'request_cpus = -1\nrequest_disk = 1e400',
    'request_gpus = ${x}\nrequest_memory = lots',
  ),
  `${HOLD}\n+X = "${'x'.repeat(4_300_000)}"\nqueue\n`,
])

export const sizes = [...large, ...lists]
