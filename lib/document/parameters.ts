/** The parameters of the calls, as the page and OpenAPI tell them; the calls themselves refuse any other. */
import { ACCOUNT_PATTERN } from '../identity/account-name.ts'
import { WAIT_SECONDS } from '../limits.ts'
import { FORMATS, SHORT_NAMES } from '../request/format.ts'
import { STATE_WORDS } from '../request/job-state.ts'

export interface Parameter {
  readonly name: string
  /** Sentences in HTML's and CommonMark's common part: plain text, and `code` between backticks. */
  readonly description: string
  /** JSON Schema of one value; what does not fit it is 400. */
  readonly schema: Readonly<Record<string, unknown>>
  readonly example: string
  readonly required?: boolean
  /** Whether it may be given more than once. */
  readonly repeatable?: boolean
}

const NUMBER = '[0-9]{1,10}'
const NAME = `${NUMBER}([.]${NUMBER})?`
const UUID = '[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}'

const text = (pattern: string) => ({ type: 'string', pattern: `^(${pattern})$` })

/** A pattern of these words; JSON Schema has no flag for it. */
const anyCase = (...words: readonly string[]): string =>
  words.join('|').replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`)

const STATES = [...STATE_WORDS.keys()]
const ONE_STATE = ` *(${anyCase(...STATES)}) *`

const STATE: Parameter = {
  name: 'state',
  description: `Only jobs in these states, commas between them: ${STATES.map((word) => `\`${word}\``).join(', ')}.`,
  schema: text(`${ONE_STATE}(,${ONE_STATE})*`),
  example: 'held,idle',
}

const IDS: Parameter = {
  name: 'id',
  description:
    'One of your own jobs, `<cluster>.<proc>`, or all of a cluster, `<cluster>`. It may be given more than ' +
    'once, and with commas between several ids.',
  schema: text(` *${NAME} *(, *${NAME} *)*`),
  example: '1234.0',
  repeatable: true,
}

const CLUSTERS: Parameter = {
  name: 'cluster',
  description: 'All your jobs of this cluster, as `id=<cluster>` names them.',
  schema: text(` *${NUMBER} *(, *${NUMBER} *)*`),
  example: '1234',
  repeatable: true,
}

const FORMAT: Parameter = {
  name: 'RESPONSEFORMAT',
  description:
    'Form of the reply: a short name or a media type. Without it the `Accept` header decides, and without ' +
    'that the reply is a VOTable.',
  // media types may come with parameters, and in any case
  schema: {
    type: 'string',
    anyOf: [{ enum: [...SHORT_NAMES.keys(), ...FORMATS.keys()] }, { pattern: '[;A-Z ]' }],
  },
  example: 'csv',
}

/** What was done is told in text, unless the client asks for a table by name. */
const OUTCOME_FORMAT: Parameter = {
  ...FORMAT,
  description:
    'Form of the reply: a short name or a media type. Without it the reply is text, unless the `Accept` ' +
    'header names another form and does not accept `*/*`.',
}

export const GET_PARAMETERS: readonly Parameter[] = [
  {
    ...IDS,
    description:
      'One of your own jobs, `<cluster>.<proc>`, or all of a cluster, `<cluster>`, queued or lately finished. ' +
      'Several may be given, by repetition or with commas: then all of them are told, or the answer is 404 and names ' +
      'those that are not yours. Only `view`, `WAIT` (these two with one id) and `RESPONSEFORMAT` can be given with it.',
  },
  {
    name: 'view',
    description:
      'What to show of the job: `details`; `analyze`, why it waits or what became of it; or what it wrote: ' +
      '`stdout`, `stderr`, `log`. All but `details` need `<cluster>.<proc>`, and answer with text.',
    schema: text(anyCase('details', 'analyze', 'stdout', 'stderr', 'log')),
    example: 'analyze',
  },
  {
    name: 'WAIT',
    description:
      `The answer comes when the state of the job named by \`id\` changes, or after this many seconds; ${WAIT_SECONDS} ` +
      'at most, which is also what `-1` means. It has the columns of the list, and how the job ended.',
    schema: text('[0-9]{1,9}|-1'),
    example: '20',
  },
  {
    name: 'status',
    description: '`true` asks for the state of the scheduler instead of jobs.',
    schema: text(anyCase('true', 'false')),
    example: 'true',
  },
  {
    name: 'user',
    description:
      'Only jobs of this account, or of several, commas between them; `me` is your own. Where one of them has no job ' +
      'in the queue, the header `X-Notice` says so.',
    schema: text(` *${ACCOUNT_PATTERN} *(, *${ACCOUNT_PATTERN} *)*`),
    example: 'me',
  },
  {
    ...STATE,
    description:
      `${STATE.description} Finished jobs leave the queue, so \`completed\` is normally empty: ask for them by ` +
      '`id`.',
  },
  {
    name: 'cluster',
    description: 'Only jobs of this cluster; several may be given, by repetition or with commas.',
    schema: text(' *[0-9]{1,15} *(, *[0-9]{1,15} *)*'),
    example: '1234',
    repeatable: true,
  },
  {
    name: 'MAXREC',
    description:
      'At most this many rows. Where there are more, a VOTable says `OVERFLOW`, and the `Link` header of every ' +
      'reply has the URL of the next page. 0 gives the columns without rows.',
    schema: text('[0-9]{1,15}'),
    example: '1000',
  },
  {
    name: 'after',
    description: 'Only jobs with a higher id than this one.',
    schema: text(`${NUMBER}[.]${NUMBER}`),
    example: '1234.0',
  },
  {
    name: 'snapshot',
    description:
      'Which snapshot of the queue to read, copied from the `Link` header of the previous page.',
    schema: text('[0-9a-z]{1,20}-[0-9a-z]{1,20}'),
    example: 'mt0x1y2z-1a2b3c',
  },
  FORMAT,
]

const FILE =
  '`<name>,<uri>`. It is saved under this name and read from `param:<part>` (a part of the body),'

export const POST_PARAMETERS: readonly Parameter[] = [
  {
    name: 'job',
    description: `The submit description: ${FILE} or from \`vos://authority/path\` (a VOSpace file).`,
    schema: text('[^,]+,(param|vos):.+'),
    example: 'jobFile,param:job_sub',
    required: true,
  },
  {
    name: 'exec',
    description: `The executable: ${FILE} from \`vos://authority/path\`, or from \`vm:/absolute/path\` (a file that is on the VM).`,
    schema: text('[^,]+,(param|vos|vm):.+'),
    example: 'execFile,param:exec_ls',
    required: true,
  },
  {
    name: 'image',
    description: 'The image of the virtual machine, `vmi:<uuid>`.',
    schema: text(`[Vv][Mm][Ii]:${UUID}`),
    example: 'vmi:a4728b62-d15f-4e10-8475-1481ea3037d4',
    required: true,
  },
  {
    name: 'flavor',
    description: 'The size of the virtual machine, `fli:<uuid>`.',
    schema: text(`[Ff][Ll][Ii]:${UUID}`),
    example: 'fli:de7afe99-a559-4744-bab7-fbc30e85fcfc',
    required: true,
  },
  {
    name: 'RESPONSEFORMAT',
    description:
      'Form of the answer: `text`, the digits of the cluster, or `json`, with how many jobs it has, the request id, ' +
      'warnings and links. Without it the answer is text, unless `Accept` names JSON and does not accept `*/*`.',
    schema: { enum: ['text', 'json', 'text/plain', 'application/json'] },
    example: 'json',
  },
]

/** POST with `action` acts on jobs that are there. */
export const ACTION_PARAMETERS: readonly Parameter[] = [
  {
    name: 'action',
    description: '`hold`, `release`, or `prio`, which changes the priority among your own jobs.',
    schema: text(anyCase('hold', 'release', 'prio')),
    example: 'hold',
    required: true,
  },
  IDS,
  CLUSTERS,
  STATE,
  {
    name: 'prio',
    description:
      'The priority for `action=prio`: a whole number. A job with a higher one runs first.',
    schema: text(' *[+-]?[0-9]{1,9} *'),
    example: '10',
  },
  OUTCOME_FORMAT,
]

export const DELETE_PARAMETERS: readonly Parameter[] = [IDS, CLUSTERS, STATE, OUTCOME_FORMAT]
