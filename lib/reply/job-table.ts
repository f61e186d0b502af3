/** The tables of jobs: the queue, and one job's details. */
import { type ClassAd, integer, jobState, number, text, time } from '../condor/classad.ts'
import type { Column, Table } from './table.ts'

/** The nine columns of the original service, in its order: its clients read them by name. */
const original: Column[] = [
  {
    name: 'Job ID',
    type: 'text',
    ucd: 'meta.id;meta.main',
    description: 'cluster and process of the job',
    attributes: ['ClusterId', 'ProcId'],
    value: (ad) => `${integer(ad, 'ClusterId') ?? ''}.${integer(ad, 'ProcId') ?? ''}`,
  },
  {
    name: 'User',
    type: 'text',
    ucd: 'meta.id',
    description: 'account that owns the job',
    attributes: ['Owner'],
    value: (ad) => text(ad, 'Owner'),
  },
  {
    name: 'Started on',
    type: 'timestamp',
    ucd: 'time.start',
    description: 'start of the current or last execution (UTC)',
    attributes: ['JobCurrentStartDate', 'JobStartDate'],
    value: (ad) => time(ad, 'JobCurrentStartDate') ?? time(ad, 'JobStartDate'),
  },
  {
    name: 'Status',
    type: 'text',
    ucd: 'meta.code.status',
    description: 'Idle, Running, Removed, Completed, Held, Transferring Output or Suspended',
    attributes: ['JobStatus'],
    value: jobState,
  },
  {
    name: 'Command',
    type: 'words',
    ucd: 'meta.title',
    description: 'executable: its name, or its path on the VM',
    attributes: ['Cmd'],
    value: command,
  },
  {
    name: 'VM Type',
    type: 'text',
    ucd: 'meta.code',
    description: 'flavor that was asked for',
    attributes: ['VMInstanceType'],
    value: (ad) => withoutCloud(text(ad, 'VMInstanceType')),
  },
  {
    name: 'CPUs',
    type: 'int',
    ucd: 'meta.number',
    description: 'processor cores asked for',
    attributes: ['RequestCpus'],
    value: (ad) => integer(ad, 'RequestCpus'),
  },
  {
    name: 'Memory',
    type: 'long',
    unit: 'Mibyte',
    description: 'memory asked for',
    attributes: ['RequestMemory'],
    value: (ad) => integer(ad, 'RequestMemory'),
  },
  {
    name: 'Job Starts',
    type: 'int',
    ucd: 'meta.number',
    description: 'how often the job was started',
    attributes: ['NumJobStarts'],
    value: (ad) => integer(ad, 'NumJobStarts') ?? 0,
  },
]

const further: Column[] = [
  {
    name: 'Submitted on',
    type: 'timestamp',
    ucd: 'time.creation',
    description: 'when the job entered the queue (UTC)',
    attributes: ['QDate'],
    value: (ad) => time(ad, 'QDate'),
  },
  {
    name: 'Priority',
    type: 'int',
    description: "priority among the user's own jobs; higher runs first",
    attributes: ['JobPrio'],
    value: (ad) => integer(ad, 'JobPrio'),
  },
  {
    name: 'Run Time',
    type: 'double',
    unit: 's',
    ucd: 'time.duration',
    description: 'wall-clock time of all executions so far',
    attributes: ['RemoteWallClockTime', 'ShadowBday', 'ServerTime'],
    value: runTime,
  },
  {
    name: 'Image Size',
    type: 'long',
    unit: 'Kibyte',
    description: 'largest memory image seen',
    attributes: ['ImageSize'],
    value: (ad) => integer(ad, 'ImageSize'),
  },
  {
    name: 'Disk',
    type: 'long',
    unit: 'Kibyte',
    description: 'disk space in use',
    attributes: ['DiskUsage'],
    value: (ad) => integer(ad, 'DiskUsage'),
  },
  {
    name: 'Host',
    type: 'text',
    description: 'slot and host the job runs on',
    attributes: ['RemoteHost'],
    value: (ad) => text(ad, 'RemoteHost'),
  },
  {
    name: 'Batch Name',
    type: 'words',
    description: 'name the user gave the batch',
    attributes: ['JobBatchName'],
    value: (ad) => text(ad, 'JobBatchName'),
  },
  {
    name: 'Hold Reason',
    type: 'words',
    ucd: 'meta.note',
    description: 'why the job is held',
    attributes: ['HoldReason'],
    value: (ad) => text(ad, 'HoldReason'),
  },
  {
    name: 'VM Image',
    type: 'text',
    ucd: 'meta.code',
    description: 'image that was asked for',
    attributes: ['VMAMI', 'VMImage'],
    value: (ad) => withoutCloud(text(ad, 'VMAMI') ?? text(ad, 'VMImage')),
  },
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

/** What only the owner of a job reads. */
const own: Column[] = [
  {
    name: 'Arguments',
    type: 'words',
    description: 'arguments of the executable',
    attributes: ['Arguments', 'Args'],
    value: (ad) => text(ad, 'Arguments') ?? text(ad, 'Args'),
  },
  {
    name: 'Ended on',
    type: 'timestamp',
    ucd: 'time.end',
    description: 'when the job completed (UTC)',
    attributes: ['CompletionDate'],
    value: (ad) => time(ad, 'CompletionDate'),
  },
  {
    name: 'Exit Code',
    type: 'int',
    ucd: 'meta.code',
    description: 'exit status of the executable',
    attributes: ['ExitCode'],
    value: (ad) => integer(ad, 'ExitCode'),
  },
  {
    name: 'Exit Signal',
    type: 'int',
    ucd: 'meta.code',
    description: 'signal that ended the executable',
    attributes: ['ExitSignal'],
    value: (ad) => integer(ad, 'ExitSignal'),
  },
  {
    name: 'CPU Time',
    type: 'double',
    unit: 's',
    ucd: 'time.duration',
    description: 'processor time used, user and system',
    attributes: ['RemoteUserCpu', 'RemoteSysCpu'],
    value: (ad) => {
      const user = number(ad, 'RemoteUserCpu')
      const system = number(ad, 'RemoteSysCpu')
      return user === undefined && system === undefined ? undefined : (user ?? 0) + (system ?? 0)
    },
  },
  {
    name: 'Last Host',
    type: 'text',
    description: 'slot and host the job ran on last',
    attributes: ['LastRemoteHost'],
    value: (ad) => text(ad, 'LastRemoteHost'),
  },
  {
    name: 'Removal Reason',
    type: 'words',
    ucd: 'meta.note',
    description: 'why the job was removed',
    attributes: ['RemoveReason'],
    value: (ad) => text(ad, 'RemoveReason'),
  },
  {
    name: 'Request ID',
    type: 'text',
    ucd: 'meta.id',
    description: 'X-Request-Id of the submission',
    attributes: ['ProcRequestId'],
    value: (ad) => text(ad, 'ProcRequestId'),
  },
]

export const jobDetails: Table = {
  name: 'job',
  description: 'Details of one job',
  columns: [...original, ...further, ...own],
}

/** A staged executable lies in the job's directory, whose path is the submit host's own business. */
function command(ad: ClassAd): string | undefined {
  return text(ad, 'Cmd')?.replace(/^.*\/proc\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\//, '')
}

/** Cloud Scheduler 1 writes `cloud:value`. */
const withoutCloud = (value: string | undefined) => value?.replace(/^[\w.-]+:/, '')

/** RemoteWallClockTime stands still while a job runs: the run under way is added, as condor_q does. */
function runTime(ad: ClassAd): number | undefined {
  const before = number(ad, 'RemoteWallClockTime')
  const started = number(ad, 'ShadowBday')
  const running = integer(ad, 'JobStatus') === 2 || integer(ad, 'JobStatus') === 6
  if (!running || started === undefined) return before
  const now = number(ad, 'ServerTime') ?? Math.floor(Date.now() / 1000)
  return (before ?? 0) + Math.max(0, now - started)
}
