import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jobDetails } from '../../lib/reply/job-details.ts'
import { jobTable } from '../../lib/reply/job-table.ts'
import { schedulerRows, schedulerTable } from '../../lib/reply/scheduler-table.ts'
import { attributesOf, type Table, write } from '../../lib/reply/table.ts'
import { nameValueLines, tabSeparated } from '../../lib/reply/text.ts'
import { votable, votableError } from '../../lib/reply/votable.ts'
import { xmlAttribute, xmlText } from '../../lib/reply/xml.ts'

const ad = {
  ClusterId: 12,
  ProcId: 0,
  Owner: 'alice',
  JobStatus: 2,
  JobStartDate: 1_763_900_000,
  ShadowBday: 1_763_900_000,
  ServerTime: 1_763_900_010,
  RemoteWallClockTime: 5,
  Cmd: '/home/alice/proc/0b5c1f1e-0000-4000-8000-0123456789ab/run.sh',
  VMInstanceType: 'canfar:de7afe99-a559-4744-bab7-fbc30e85fcfc',
  RequestCpus: 1,
  RequestMemory: 3072,
  NumJobStarts: 1,
  Args: '--password hunter2',
}

async function document<Row>(writer: typeof votable, table: Table<Row>, rows: Row[]) {
  let whole = ''
  for await (const piece of write(writer, table, [rows])) whole += piece
  return whole
}

test('the first nine columns are those of the original service, in its order', async () => {
  const [head, row, ...rest] = (await document(tabSeparated, jobTable, [ad])).split('\n')
  expect(head?.split('\t').slice(0, 9)).toEqual([
    'Job ID',
    'User',
    'Started on',
    'Status',
    'Command',
    'VM Type',
    'CPUs',
    'Memory',
    'Job Starts',
  ])
  expect(row?.split('\t').slice(0, 9)).toEqual([
    '12.0',
    'alice',
    '2025-11-23T12:13:20Z',
    'Running',
    'run.sh',
    'de7afe99-a559-4744-bab7-fbc30e85fcfc',
    '1',
    '3072',
    '1',
  ])
  expect(rest).toEqual([''])
})

test('the list of all users holds no arguments and no environment', async () => {
  expect(attributesOf(jobTable)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(Args|Arguments|Env|Environment)$/)]),
  )
  expect(await document(votable, jobTable, [ad])).not.toContain('hunter2')
  expect(nameValueLines(jobDetails, ad)).toContain('Arguments = --password hunter2\n')
})

test('a running job counts the run under way', () => {
  expect(nameValueLines(jobDetails, ad)).toContain('Run Time = 15\n')
  expect(nameValueLines(jobDetails, { ...ad, JobStatus: 5 })).toContain('Run Time = 5\n')
})

test('what a VOTable type cannot hold is null, not a broken table', async () => {
  const wild = { ...ad, RequestCpus: 5e9, RequestMemory: 1e300, RemoteWallClockTime: Infinity }
  const [, row] = (await document(tabSeparated, jobTable, [wild])).split('\n')
  expect(row?.split('\t').slice(6, 8)).toEqual(['', ''])
})

test('tabs, line ends and terminal escapes of a user stay inside their cell', async () => {
  const text = await document(tabSeparated, jobTable, [
    { ...ad, JobBatchName: 'a\tb\r\nc\u001b[31m\u2028d' },
  ])
  expect(text.split('\n')).toHaveLength(3)
  expect(text).toContain('\ta b  c [31m d\t')
})

test('no text makes a VOTable that is not well-formed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (name) => {
      const cells = (await document(votable, jobTable, [{ ...ad, JobBatchName: name }])).match(
        /<TR>.*<\/TR>/s,
      )?.[0]
      expect(cells?.match(/<T[DR]\/?>/g)).toHaveLength(1 + jobTable.columns.length)
      expect(cells).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
      expect(cells?.isWellFormed()).toBe(true)
    }),
  )
})

test('XML escapes', () => {
  expect(xmlText('a<b>&"\u001b\ud800\r\n]]>')).toBe('a&lt;b&gt;&amp;"\ufffd\ufffd&#13;\n]]&gt;')
  expect(xmlAttribute('a"b\n\t')).toBe('a&quot;b&#10;&#9;')
  expect(xmlText('Zoë 🚀')).toBe('Zoë 🚀')
  expect(votableError('a <b>')).toContain(
    '<INFO name="QUERY_STATUS" value="ERROR">a &lt;b&gt;</INFO>',
  )
})

test('the scheduler has a row for each schedd, with the slots counted', async () => {
  const rows = schedulerRows({
    schedds: [
      { Name: 's1', TotalJobAds: 3, CondorVersion: '$CondorVersion: 23.9.6 2024-08-08 x $' },
    ],
    slots: [
      { State: 'Claimed', Cpus: 1, Memory: 128, Disk: 1000 },
      { State: 'Unclaimed', Cpus: 15, Memory: 32_000, Disk: 5000 },
    ],
    negotiators: [],
    submitters: [],
  })
  const [head, row] = (await document(tabSeparated, schedulerTable, rows)).split('\n')
  const table = Object.fromEntries(
    (head ?? '').split('\t').map((name, index) => [name, row?.split('\t')[index]]),
  )
  expect(table).toMatchObject({
    Name: 's1',
    'Total Jobs': '3',
    Version: '23.9.6',
    Slots: '2',
    'Slots Claimed': '1',
    'Slots Unclaimed': '1',
    'Pool CPUs': '16',
    'Pool Memory': '32128',
    'Pool Disk': '6000',
  })
})
