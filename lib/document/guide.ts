/** The page of documentation at /proc: what an astronomer needs, with examples for this host. */
import { columnList } from '../reply/html.ts'
import { jobDetails } from '../reply/job-details.ts'
import { jobTable } from '../reply/job-table.ts'
import { PAGE_TAIL, pageHead } from '../reply/page.ts'
import { schedulerTable } from '../reply/scheduler-table.ts'
import { xmlAttribute, xmlText } from '../reply/xml.ts'
import { FORMATS, SHORT_NAMES } from '../request/format.ts'
import type { Addresses } from './address.ts'
import { type Examples, examplesFor } from './examples.ts'
import {
  ACTION_PARAMETERS,
  DELETE_PARAMETERS,
  GET_PARAMETERS,
  type Parameter,
  POST_PARAMETERS,
} from './parameters.ts'

/** Text with `code` between backticks. */
const prose = (text: string): string => xmlText(text).replace(/`([^`]+)`/g, '<code>$1</code>')

const paragraph = (text: string): string => `<p>${prose(text)}</p>\n`

const example = (command: string): string => `<pre><code>${xmlText(command)}</code></pre>\n`

const section = (id: string, title: string, ...content: string[]): string =>
  `<h2 id="${id}">${xmlText(title)}</h2>\n${content.join('')}`

function table(
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = ([first = '', ...cells]: readonly string[]) =>
    `<tr><th scope="row">${prose(first)}</th>${cells.map((cell) => `<td>${prose(cell)}</td>`).join('')}</tr>\n`
  return (
    `<div class="wide" role="region" aria-label="${xmlAttribute(label)}" tabindex="0"><table>\n<thead><tr>` +
    head.map((name) => `<th scope="col">${xmlText(name)}</th>`).join('') +
    `</tr></thead>\n<tbody>${rows.map(line).join('')}</tbody>\n</table></div>\n`
  )
}

const parameterTable = (label: string, parameters: readonly Parameter[]): string =>
  table(
    label,
    ['Parameter', 'Meaning', 'Example'],
    parameters.map(({ name, description, example }) => [name, description, `\`${example}\``]),
  )

function formatTable(): string {
  const short = new Map([...SHORT_NAMES].map(([name, type]) => [type, name]))
  const notes = {
    votable: 'VOTable 1.4: TOPCAT, astropy, pyvo.',
    text: 'Columns with tabs between them and a line of names; details as `name = value` lines.',
    tsv: 'The same columns for details too.',
    csv: 'RFC 4180 with a line of names. Import the columns as text: they hold words of other users.',
    json: 'An array with an object for each row, members named by the columns’ identifiers.',
    html: 'A page to look at. A browser gets it unasked.',
  }
  const rows = [...FORMATS].map(([type, { kind }]) => [
    type,
    short.get(type) ? `\`${short.get(type)}\`` : '',
    notes[kind],
  ])
  return table('Formats', ['Media type', 'Short name', 'What it is'], rows)
}

const ERRORS = [
  [
    '400',
    'A parameter is bad, missing, repeated or unknown; the body is not multipart/form-data; HTCondor cannot read the submit description.',
  ],
  ['403', 'No credentials, wrong ones, or an account that may not submit.'],
  ['404', 'You have no such job, or nothing is at this path.'],
  ['405', 'The method is not supported; `Allow` names those that are.'],
  ['409', 'The same `Idempotency-Key` is being worked on right now.'],
  ['413', 'The body is too large: put the file into VOSpace and name it with `vos:`.'],
  ['422', 'The `Idempotency-Key` was used for another request.'],
  ['500', 'Unrecoverable; report the request id.'],
  ['503', 'Busy or out of order: try again after the seconds of `Retry-After`.'],
]

const ways = ({ open, certificate, password }: Addresses): string =>
  table(
    'Addresses',
    ['Address', 'Who'],
    [
      ...(certificate ? [[`${certificate}/job`, 'Client certificate (https).']] : []),
      ...(password ? [[`${password}/auth/job`, 'User name and password (HTTP Basic).']] : []),
      [`${open}/availability`, 'Anyone: whether the service takes jobs (VOSI).'],
      [`${open}/capabilities`, 'Anyone: what is where, for programs (VOSI).'],
      [`${open}/openapi.json`, 'Anyone: this interface as OpenAPI 3.1.'],
    ],
  )

const submitting = ({ submitParts, submitVospace, submitOnVm, retry }: Examples): string =>
  section(
    'submit',
    'Submit jobs: POST',
    paragraph(
      'The answer is the id of the job’s cluster, digits and nothing else. The jobs of a cluster are ' +
        '`<cluster>.0`, `<cluster>.1` and so on. They run as you, in a directory of their own on the submit host: ' +
        '`~/proc/<request id>/`, where the request id is in the `X-Request-Id` header of the answer.',
    ),
    parameterTable('Parameters of POST', POST_PARAMETERS),
    '<h3>Description and executable in the request</h3>\n',
    example(submitParts),
    '<h3>Executable in VOSpace</h3>\n',
    example(submitVospace),
    '<h3>Description in VOSpace, executable on the VM</h3>\n',
    example(submitOnVm),
    '<h3>Try again without submitting twice</h3>\n',
    paragraph(
      'With an `Idempotency-Key` of your own, 1 to 128 printable ASCII characters, the same request again ' +
        'answers with the first cluster.',
    ),
    example(retry),
    paragraph(
      'The description may not set `Requirements`, `VMAMI`, `VMInstanceType` or `VMImage`: they are made from image ' +
        'and flavor. Only the vanilla universe runs here.',
    ),
  )

const reading = ({ curl }: Examples): string =>
  section(
    'read',
    'See jobs: GET',
    paragraph('Everybody’s queued jobs as a VOTable, and as text with tabs:'),
    example(`${curl('')}\n${curl('RESPONSEFORMAT=text/plain')}`),
    paragraph('Only your own jobs on hold, 100 at most, as JSON:'),
    example(curl('user=me&state=held&MAXREC=100&RESPONSEFORMAT=json')),
    paragraph('All about one of your own jobs, queued or finished:'),
    example(curl('id=1234.0&RESPONSEFORMAT=text/plain')),
    paragraph(
      'Why a job waits, and what it has written so far, of which `-r` asks for the last 1000 bytes:',
    ),
    example(
      [
        curl('id=1234.0&view=analyze'),
        curl('id=1234.0&view=stdout', '-L'),
        curl('id=1234.0&view=stderr', '-r -1000'),
      ].join('\n'),
    ),
    paragraph('How the scheduler and its pool are:'),
    example(curl('status=true&RESPONSEFORMAT=text/plain')),
    parameterTable('Parameters of GET', GET_PARAMETERS),
    paragraph(
      'A list too large for one reply is answered by 303 to a URL that is good for 5 minutes (`curl -L` follows it). ' +
        'With `ETag` and `If-None-Match` a list that has not changed is 304 and costs nothing.',
    ),
  )

const acting = ({ curl }: Examples): string =>
  section(
    'act',
    'Hold, release, change the priority: POST with action',
    paragraph('Jobs that are held wait until they are released. Only your own jobs can be named.'),
    example(
      [
        curl('action=hold&id=1234.0&id=1235', '-X POST'),
        curl('action=release&state=held', '-X POST'),
        curl('action=prio&id=1234.0&prio=10', '-X POST'),
      ].join('\n'),
    ),
    paragraph(
      'The answer tells of each `id` what became of it; one that is not found or not yours does not keep the others. ' +
        'It is 404 where none of them is yours.',
    ),
    parameterTable('Parameters of POST with action', ACTION_PARAMETERS),
  )

const deleting = ({ curl }: Examples): string =>
  section(
    'delete',
    'Remove jobs: DELETE',
    paragraph('A job, a cluster, your jobs in a state, or all your jobs; never anybody else’s.'),
    example(
      [
        curl('id=1234.0&id=1235', '-X DELETE'),
        curl('state=held', '-X DELETE'),
        curl('', '-X DELETE'),
      ].join('\n'),
    ),
    parameterTable('Parameters of DELETE', DELETE_PARAMETERS),
  )

const columns = (): string =>
  section(
    'columns',
    'Columns',
    ...[jobTable, jobDetails].map(
      (each) => `<h3>${xmlText(each.description)}</h3>\n${columnList(each)}`,
    ),
    `<h3>${xmlText(schedulerTable.description)}</h3>\n${columnList(schedulerTable)}`,
  )

const CONTENTS: readonly (readonly [id: string, title: string])[] = [
  ['submit', 'Submit'],
  ['read', 'See'],
  ['act', 'Hold and release'],
  ['delete', 'Remove'],
  ['formats', 'Formats'],
  ['columns', 'Columns'],
  ['errors', 'Errors'],
]

export function guide(addresses: Addresses): string {
  const examples = examplesFor(addresses)
  return (
    pageHead('Processing: batch jobs over HTTP') +
    paragraph(
      'This service takes batch jobs for an HTCondor pool: one request submits, one lists the queue, one removes your jobs.',
    ) +
    `<nav aria-label="Contents"><p>${CONTENTS.map(([id, title]) => `<a href="#${id}">${title}</a>`).join(' · ')}</p></nav>\n` +
    ways(addresses) +
    paragraph(
      'You need an account with a home directory on the submit host; ask the people who run this service for it. ' +
        'In the examples `cert.pem` holds your certificate and its key. Parameters go into the URL; their names are read ' +
        'in any case, and an unknown one is an error.',
    ) +
    submitting(examples) +
    reading(examples) +
    acting(examples) +
    deleting(examples) +
    section(
      'formats',
      'Formats',
      paragraph(
        'Every table comes in each of these, by `RESPONSEFORMAT` (a short name or a media type) or by the `Accept` header.',
      ),
      formatTable(),
    ) +
    columns() +
    section(
      'errors',
      'Errors',
      paragraph(
        'One line of text that says what to do. Where `RESPONSEFORMAT` asked for a VOTable it is a VOTable with ' +
          '`QUERY_STATUS` `ERROR`, where JSON was asked for it is `{"error": "..."}`. Every answer has an `X-Request-Id`.',
      ),
      table('Errors', ['Status', 'When'], ERRORS),
    ) +
    PAGE_TAIL
  )
}
