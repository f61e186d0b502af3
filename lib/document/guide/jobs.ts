/** Jobs that are there: seeing them, acting on them, removing them. */
import { WAIT_SECONDS } from '../../limits.ts'
import { ACTION_PARAMETERS, DELETE_PARAMETERS, GET_PARAMETERS } from '../parameters.ts'
import type { Examples } from './examples.ts'
import { example, heading, paragraph, parameterTable, type Section } from './markup.ts'

export const reading = ({ curl }: Examples): Section => ({
  id: 'read',
  short: 'List',
  title: 'See jobs: GET',
  content: [
    heading('The queue'),
    paragraph('Everybody’s queued jobs, as a VOTable and as text with tabs:'),
    example(curl(''), curl('RESPONSEFORMAT=text/plain')),
    paragraph('Only your own jobs that are held, 100 at most, as JSON:'),
    example(curl('user=me&state=held&MAXREC=100&RESPONSEFORMAT=json')),
    paragraph(
      'The rows come in the scheduler’s own order, followed by the jobs whose requests only HTCondor itself can tell.',
      'With any of `user`, `state`, `cluster`, `after` and `MAXREC` they come in the order of job ids.',
      'Finished jobs leave the queue within seconds, so `state=completed` finds next to nothing: ask for them by `id`.',
    ),
    heading('One job, or a cluster'),
    paragraph(
      'All about one of your own jobs, queued or finished; CPUs, memory and disk as `condor_q -af` tells them:',
    ),
    example(curl('id=1234.0&RESPONSEFORMAT=text/plain')),
    paragraph('Several, which are all told or none:'),
    example(curl('id=1234.0,1235&RESPONSEFORMAT=csv')),
    paragraph('Why a job waits, and what it has written so far (`-r -1000`: the last 1000 bytes):'),
    example(
      curl('id=1234.0&view=analyze'),
      curl('id=1234.0&view=stdout', '-L'),
      curl('id=1234.0&view=stderr', '-r -1000'),
    ),
    paragraph(
      `To wait for the next change of its state, ${WAIT_SECONDS} seconds at most; the answer has the columns of the`,
      'list, and how the job ended:',
    ),
    example(curl('id=1234.0&WAIT=20&RESPONSEFORMAT=text/plain')),
    heading('The scheduler'),
    paragraph('How many jobs it has, and how many slots of the pool are free:'),
    example(curl('status=true&RESPONSEFORMAT=text/plain')),
    parameterTable('Parameters of GET', GET_PARAMETERS),
    heading('Large lists, and lists that you read often'),
    paragraph(
      'A list that is too large for one reply is answered by 303 and a link to it; `curl -L` follows it.',
      'Send the `ETag` of a list back as `If-None-Match`: while nothing has changed the answer is 304, without a body.',
    ),
  ],
})

export const acting = ({ curl }: Examples): Section => ({
  id: 'act',
  short: 'Hold and release',
  title: 'Hold, release, change the priority: POST with action',
  content: [
    example(
      curl('action=hold&id=1234.0&id=1235', '-X POST'),
      curl('action=release&state=held', '-X POST'),
      curl('action=prio&id=1234.0&prio=10', '-X POST'),
    ),
    paragraph(
      'A held job waits until it is released. You can name only your own jobs.',
      'The answer has a line for each id. An id that is not found or not yours does not stop the others.',
      'The status is 404 where none of the ids is a job of yours.',
    ),
    parameterTable('Parameters of POST with action', ACTION_PARAMETERS),
  ],
})

export const deleting = ({ curl }: Examples): Section => ({
  id: 'delete',
  short: 'Remove',
  title: 'Remove jobs: DELETE',
  content: [
    paragraph('A job and a cluster; your jobs in a state; all your jobs:'),
    example(
      curl('id=1234.0&id=1235', '-X DELETE'),
      curl('state=held', '-X DELETE'),
      curl('', '-X DELETE'),
    ),
    paragraph('Jobs of other users are never removed.'),
    parameterTable('Parameters of DELETE', DELETE_PARAMETERS),
  ],
})
