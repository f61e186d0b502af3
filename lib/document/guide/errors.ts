/** What can go wrong, and what to do then. */
import { paragraph, type Section, table } from './markup.ts'

export const errors: Section = {
  id: 'errors',
  short: 'Errors',
  title: 'Errors',
  content: [
    paragraph(
      'An error is one line of text that says what to do.',
      'Clients that ask for JSON get `{"error": "..."}`; `RESPONSEFORMAT=votable` gets DALI’s error document: a',
      'VOTable whose `QUERY_STATUS` is `ERROR`.',
      'A refusal of your credentials (403), a 413 and a 503 of a gateway that did not read your request, are always text.',
      'Every answer has an `X-Request-Id`; tell it to the people who run the service when you ask them for help.',
    ),
    table(
      'Errors',
      ['Status', 'When'],
      [
        [
          '400',
          'A parameter is bad, missing, repeated or unknown; the body is not multipart/form-data; HTCondor cannot ' +
            'read the submit description.',
        ],
        ['403', 'No credentials, wrong ones, or an account that may not submit.'],
        ['404', 'You have no such job, or nothing is at this path.'],
        ['405', 'The method is not supported; `Allow` names those that are.'],
        [
          '409',
          'A request with the same `Idempotency-Key` is being worked on; ask again in 2 seconds.',
        ],
        ['413', 'The body is too large: put the file into VOSpace and name it with `vos:`.'],
        ['416', 'The `Range` begins behind the end of what the job wrote.'],
        ['422', 'The `Idempotency-Key` was used for another request; use a new key.'],
        ['500', 'The service has a fault; report the request id.'],
        [
          '503',
          'Busy or out of order: try again after the seconds of `Retry-After`. Without that header it is not known ' +
            'whether your jobs were queued: look at them first.',
        ],
      ],
    ),
  ],
}
