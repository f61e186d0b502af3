/** The table of the queue. */
import { type ClassAd, integer, jobState, number, text, time } from '../condor/classad.ts'
import { ascii, double, int, long, when, words } from './ad-column.ts'
import { holdReason, inJobDirectory } from './job-directory.ts'
import type { Column, Table } from './table.ts'

/** The nine columns of the original service, in its order: its clients read them by name. */
const original: Column[] = [
  ascii('Job ID', 'ClusterId', 'cluster and process of the job', {
    ucd: 'meta.id;meta.main',
    attributes: ['ClusterId', 'ProcId'],
    value: (ad) => `${integer(ad, 'ClusterId') ?? ''}.${integer(ad, 'ProcId') ?? ''}`,
  }),
  ascii('User', 'Owner', 'account that owns the job', { ucd: 'meta.id' }),
  when('Started on', 'JobStartDate', 'start of the current or last execution (UTC)', {
    ucd: 'time.start',
    attributes: ['JobCurrentStartDate', 'JobStartDate'],
    value: (ad) => time(ad, 'JobCurrentStartDate') ?? time(ad, 'JobStartDate'),
  }),
  ascii(
    'Status',
    'JobStatus',
    'Idle, Running, Removed, Completed, Held, Transferring Output or Suspended',
    { ucd: 'meta.code.status', value: jobState },
  ),
  words('Command', 'Cmd', 'executable: its name, or its path on the VM', {
    ucd: 'meta.title',
    value: command,
  }),
  words('VM Type', 'VMInstanceType', 'flavor that was asked for', {
    ucd: 'meta.code',
    value: (ad) => withoutCloud(text(ad, 'VMInstanceType')),
  }),
  int('CPUs', 'RequestCpus', 'processor cores asked for', { ucd: 'meta.number' }),
  long('Memory', 'RequestMemory', 'memory asked for', { unit: 'Mibyte' }),
  int('Job Starts', 'NumJobStarts', 'how often the job was started', {
    ucd: 'meta.number',
    value: (ad) => integer(ad, 'NumJobStarts') ?? 0,
  }),
]

const further: Column[] = [
  // Beside Job ID, which readers that guess take for a real number: 14.1 and 14.10 are then one job.
  int('Cluster', 'ClusterId', 'cluster of the job', { ucd: 'meta.id' }),
  int('Proc', 'ProcId', 'number of the job in its cluster', { ucd: 'meta.id' }),
  when('Submitted on', 'QDate', 'when the job entered the queue (UTC)', { ucd: 'time.creation' }),
  int('Priority', 'JobPrio', "priority among the user's own jobs; higher runs first"),
  double('Run Time', 'RemoteWallClockTime', 'wall-clock time of all executions so far', {
    unit: 's',
    ucd: 'time.duration',
    attributes: ['RemoteWallClockTime', 'ShadowBday', 'ServerTime'],
    value: runTime,
  }),
  long('Image Size', 'ImageSize', 'largest memory image seen', { unit: 'Kibyte' }),
  long('Disk', 'DiskUsage', 'disk space in use', { unit: 'Kibyte' }),
  ascii('Host', 'RemoteHost', 'slot and host the job runs on'),
  words('Batch Name', 'JobBatchName', 'name the user gave the batch'),
  words('Hold Reason', 'HoldReason', 'why the job is held, without the arguments of its program', {
    ucd: 'meta.note',
    value: (ad) => holdReason(text(ad, 'HoldReason')),
  }),
  words('VM Image', 'VMAMI', 'image that was asked for', {
    ucd: 'meta.code',
    attributes: ['VMAMI', 'VMImage'],
    value: (ad) => withoutCloud(text(ad, 'VMAMI') ?? text(ad, 'VMImage')),
  }),
]

/**
 * The queue of all users. It holds no arguments and no environment: they can hold secrets, and
 * everybody reads this table.
 */
export const jobTable: Table = {
  name: 'jobs',
  description: 'Jobs in the queue',
  columns: [...original, ...further],
}

/** A staged executable lies in the job's directory. */
function command(ad: ClassAd): string | undefined {
  const path = text(ad, 'Cmd')
  return path && inJobDirectory(path)
}

/** Cloud Scheduler 1 writes `cloud:value`. */
function withoutCloud(value: string | undefined): string | undefined {
  return value?.replace(/^[\w.-]+:/, '')
}

/** RemoteWallClockTime stands still while a job runs: the run under way is added, as condor_q does. */
function runTime(ad: ClassAd): number | undefined {
  const before = number(ad, 'RemoteWallClockTime')
  const started = number(ad, 'ShadowBday')
  const running = integer(ad, 'JobStatus') === 2 || integer(ad, 'JobStatus') === 6
  if (!running || started === undefined) return before
  const now = number(ad, 'ServerTime') ?? Math.floor(Date.now() / 1000)
  return (before ?? 0) + Math.max(0, now - started)
}
