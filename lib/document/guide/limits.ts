/** How large and how long things may be. */
import {
  CHARACTERS_OF_SUBMISSION,
  DESCRIPTION_BYTES,
  DIFFERENCES_OF_SUBMISSION,
  FORM_PARTS,
  IDS_OF_REQUEST,
  JOBS_OF_CLUSTER,
  JOBS_OF_SUBMISSION,
  KEY_DAYS,
  LINK_SECONDS,
  OUTPUT_BYTES,
  PAGES_SECONDS,
  REPLY_BYTES,
  SHOWN_CHARACTERS,
  SHOWN_OF_SUBMISSION,
  WAIT_SECONDS,
} from '../../limits.ts'
import type { SiteLimits } from '../../settings.ts'
import { type Section, table } from './markup.ts'

const count = (value: number): string => value.toLocaleString('en')
const bytes = (value: number): string => `${count(value)} bytes`
const minutes = (seconds: number): string => `${seconds / 60} minutes`

export const limits = ({ body, vospaceFile, jobsPerAccount }: SiteLimits): Section => ({
  id: 'limits',
  short: 'Limits',
  title: 'Limits',
  content: [
    table(
      'Limits',
      ['What', 'Limit', 'Beyond it'],
      [
        ['Body of a request', bytes(body), '413; put the file into VOSpace'],
        ['Parts of a body', count(FORM_PARTS), '413'],
        ['Submit description', `${DESCRIPTION_BYTES / 1024 / 1024} MiB`, '413'],
        [
          'Batch name, paths and reasons of a job together',
          `${count(SHOWN_CHARACTERS)} characters`,
          '400',
        ],
        [
          'A file of VOSpace',
          vospaceFile === undefined ? 'none are read at this site' : bytes(vospaceFile),
          vospaceFile === undefined ? '503' : '413',
        ],
        [
          'Jobs of one submission',
          `${count(JOBS_OF_SUBMISSION)}, or what the site allows (MAX_JOBS_PER_SUBMISSION)`,
          '400 with the number; submit in parts. A host that is too busy for so many says how many it can take',
        ],
        [
          'All attributes of the jobs of one submission',
          `${count(CHARACTERS_OF_SUBMISSION)} characters; what all jobs share counts once`,
          '400; submit in parts',
        ],
        [
          'Batch names, paths, reasons and lists of results of the jobs of one submission',
          `${count(SHOWN_OF_SUBMISSION)} characters; what all jobs share counts in each`,
          '400; submit in parts',
        ],
        [
          'Attributes in which the jobs of one submission differ',
          `${count(DIFFERENCES_OF_SUBMISSION)}, counted in each job`,
          '400; submit in parts',
        ],
        ['Your jobs in the queue', count(jobsPerAccount), '503 until some have ended'],
        ['Different ids in a request', count(IDS_OF_REQUEST), '400'],
        [
          'Jobs in the answer to `id=<cluster>`',
          count(JOBS_OF_CLUSTER),
          'VOTable and HTML: the first of them, and it says so; other forms, and several ids: 400',
        ],
        [
          'A list, or what a job wrote, in the answer itself',
          bytes(REPLY_BYTES),
          '303 to a link; `curl -L` follows it',
        ],
        ['What a job wrote, by a link', bytes(OUTPUT_BYTES), '400; ask for parts with `Range`'],
        ['`WAIT`', `${WAIT_SECONDS} seconds`, 'the answer comes after that time'],
        ['The link that a 303 gives', minutes(LINK_SECONDS), 'ask again'],
        ['The further pages of a list', minutes(PAGES_SECONDS), '404; begin with the first page'],
        ['An `Idempotency-Key`', `${KEY_DAYS} days`, 'the request submits again'],
      ],
    ),
  ],
})
