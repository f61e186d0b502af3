/** The service in Python and TOPCAT. */
import type { Addresses } from '../address.ts'
import type { Examples } from './examples.ts'
import { example, paragraph, type Section } from './markup.ts'

export const programs = (
  { python }: Examples,
  { open, certificate, password }: Addresses,
): Section => ({
  id: 'python',
  short: 'Python',
  title: 'Python, pyvo and TOPCAT',
  content: [
    paragraph(
      'This program needs requests and astropy. It submits the files `job.sub` and `program.sh` of the first example,',
      'and lists your jobs:',
    ),
    example(python),
    ...(certificate && password
      ? [
          paragraph(
            `With a user name and a password instead: \`JOBS = "${password}/auth/job"\` and`,
            '`session.auth = ("name", "password")`.',
          ),
        ]
      : []),
    paragraph(
      'TOPCAT reads a list that you saved: `curl ... -o jobs.vot` and then `topcat jobs.vot`.',
      `pyvo.io.vosi reads \`${open}/capabilities\` and \`${open}/availability\`.`,
    ),
  ],
})
