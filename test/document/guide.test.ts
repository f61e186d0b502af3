/** The page tells the numbers that the code keeps to, and only the ways in that the site has. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Addresses } from '../../lib/document/address.ts'
import { guide } from '../../lib/document/guide.ts'
import {
  CHARACTERS_OF_SUBMISSION,
  DIFFERENCES_OF_SUBMISSION,
  FORM_PARTS,
  IDS_OF_REQUEST,
  JOBS_OF_SUBMISSION,
  KEY_DAYS,
  SHOWN_CHARACTERS,
  SHOWN_OF_SUBMISSION,
} from '../../lib/limits.ts'
import { readForm } from '../../lib/request/form.ts'
import { readJobNames } from '../../lib/request/job-name.ts'
import { readSiteLimits } from '../../lib/settings.ts'

const here = 'https://proc.example.org/proc'
const everywhere: Addresses = { open: here, certificate: here, password: here }
const registry = { PROC_VOS_REGISTRY: 'https://ws.example.org/reg' }
const page = (addresses = everywhere, env: Record<string, string> = registry) =>
  guide(addresses, readSiteLimits(env))

test.each([
  ['a body', '4,500,000 bytes', {}],
  ['a body, as the site sets it', '1,000 bytes', { PROC_MAX_BODY: '1000' }],
  ['a file of VOSpace', '2,000,000,000 bytes', registry],
  ['a file of VOSpace, as the site sets it', '77 bytes', { ...registry, PROC_VOS_MAX_BYTES: '77' }],
  ['a file of VOSpace, where none are read', 'none are read at this site', {}],
  ['jobs of an account', '100,000', {}],
  ['jobs of a cluster', '5,000', {}],
  ['a description', '4 MiB', {}],
  ['what jobs differ in', '200,000, counted in each job', {}],
  ['the pages of a list', '15 minutes', {}],
  ['a link', '5 minutes', {}],
])('the limit of %s is %s', (_, limit, env) => {
  expect(page(everywhere, env)).toContain(`<td>${limit}</td>`)
})

test('the code keeps to these limits', async () => {
  const ids = (count: number) => Array.from({ length: count }, (_, id) => String(id)).join()
  expect(readJobNames(ids(IDS_OF_REQUEST))).toHaveLength(IDS_OF_REQUEST)
  expect(() => readJobNames(ids(IDS_OF_REQUEST + 1))).toThrow(`more than ${IDS_OF_REQUEST} ids`)
  const form = (count: number) => {
    const part = (id: number) => `--x\r\nContent-Disposition: form-data; name="${id}"\r\n\r\n\r\n`
    return Buffer.from(`${Array.from({ length: count }, (_, id) => part(id)).join('')}--x--\r\n`)
  }
  const type = 'multipart/form-data; boundary=x'
  expect((await readForm(type, form(FORM_PARTS))).size).toBe(FORM_PARTS)
  await expect(readForm(type, form(FORM_PARTS + 1))).rejects.toMatchObject({ status: 413 })
  const installed = (name: string) =>
    readFileSync(new URL(`../../submit-host/${name}`, import.meta.url), 'utf8')
  expect(installed('condor.conf')).toContain(`<= ${SHOWN_CHARACTERS},`)
  const gate = (file: string, name: string) => {
    const [, digits = ''] =
      new RegExp(`^${name} = ([\\d_]+)`, 'm').exec(installed(`gate/${file}.py`)) ?? []
    return Number(digits.replaceAll('_', ''))
  }
  expect(gate('large_submission', 'MOST_JOBS')).toBe(JOBS_OF_SUBMISSION)
  expect(gate('job_check', 'MOST_OF_ALL')).toBe(CHARACTERS_OF_SUBMISSION)
  expect(gate('job_check', 'MOST_READ_OF_ALL')).toBe(SHOWN_OF_SUBMISSION)
  expect(gate('job_check', 'MOST_SET_OF_ALL')).toBe(DIFFERENCES_OF_SUBMISSION)
  expect(installed('tmpfiles.conf')).toMatch(new RegExp(`^d .* ${KEY_DAYS}d$`, 'm'))
})

test('a site with passwords only', () => {
  const text = page({ ...everywhere, certificate: undefined })
  expect(text).toContain('curl -u name')
  expect(text).toContain('session.auth = ("name", "password")')
  expect(text).not.toMatch(/cert\.pem|-E |client certificate/)
})

test('a site with certificates only', () => {
  const text = page({ ...everywhere, password: undefined })
  expect(text).toContain('session.cert = "cert.pem"')
  expect(text).not.toMatch(/auth\/job|wget|session\.auth/)
})

test('an address is text', () => {
  const text = page({ ...everywhere, certificate: 'https://x/<script>' })
  expect(text).not.toContain('<script>')
})

test('every link of the contents leads to a heading', () => {
  const text = page()
  const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
  expect(links).toHaveLength(9)
  for (const id of links) expect(text).toContain(`<h2 id="${id}">`)
})
