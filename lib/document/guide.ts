/** The page of documentation at /proc: what an astronomer needs, with examples for this host. */
import { PAGE_TAIL, pageHead } from '../reply/html-frame.ts'
import { xmlText } from '../reply/xml.ts'
import type { SiteLimits } from '../settings.ts'
import type { Addresses } from './address.ts'
import { errors } from './guide/errors.ts'
import { examplesFor } from './guide/examples.ts'
import { columns, formats } from './guide/formats.ts'
import { acting, deleting, reading } from './guide/jobs.ts'
import { limits } from './guide/limits.ts'
import { paragraph, type Section, section, table } from './guide/markup.ts'
import { programs } from './guide/programs.ts'
import { submission } from './guide/submission.ts'

export function guide(addresses: Addresses, site: SiteLimits): string {
  const examples = examplesFor(addresses)
  const sections: readonly Section[] = [
    submission(examples),
    reading(examples),
    acting(examples),
    deleting(examples),
    programs(examples, addresses),
    formats,
    columns,
    limits(site),
    errors,
  ]
  const contents = sections.map(({ id, short }) => `<a href="#${id}">${xmlText(short)}</a>`)
  return (
    pageHead('Processing: batch jobs over HTTP') +
    paragraph(
      'This service takes batch jobs for an HTCondor pool: one request submits, one lists the queue, one removes your jobs.',
    ) +
    `<nav aria-label="Contents"><p>${contents.join(' · ')}</p></nav>\n` +
    ways(addresses) +
    paragraph(
      'You need an account with a home directory on the submit host; ask the people who run this service for it.',
      ...credentials(addresses),
      'In the names of parameters upper and lower case are the same; an unknown parameter is an error.',
    ) +
    sections.map(section).join('') +
    PAGE_TAIL
  )
}

const ways = ({ open, certificate, password }: Addresses): string =>
  table(
    'Addresses',
    ['Address', 'Who'],
    [
      ...(certificate ? [[`${certificate}/job`, 'You, with a client certificate (https).']] : []),
      ...(password
        ? [[`${password}/auth/job`, 'You, with a user name and a password (HTTP Basic).']]
        : []),
      [`${open}/availability`, 'Anyone: whether the service takes jobs (VOSI).'],
      [`${open}/capabilities`, 'Anyone: what is where, for programs (VOSI).'],
      [`${open}/openapi.json`, 'Anyone: this interface as OpenAPI 3.1.'],
    ],
  )

function credentials({ certificate, password }: Addresses): string[] {
  return [
    ...(certificate
      ? ['In the examples `cert.pem` is a file with your certificate and its key.']
      : ['In the examples `name` is your user name; curl asks for the password.']),
    ...(password
      ? [
          'Send the password with the first request: `curl -u` and python-requests do, `wget` needs',
          '`--auth-no-challenge`. A browser is never asked for one' +
            (certificate ? '; it can use a certificate.' : '.'),
          'A 303 leads to the object store, which refuses a password: wget sends it on there, the others do not.',
        ]
      : []),
  ]
}
