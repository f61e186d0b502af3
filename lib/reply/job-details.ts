/** The table of one job's details, or of a cluster's: what only their owner reads. */
import { type ClassAd, integer, number, text, time } from '../condor/classad.ts'
import { ascii, double, int, long, when, words } from './ad-column.ts'
import { inJobDirectory } from './job-directory.ts'
import { jobTable } from './job-table.ts'
import type { Column, Table } from './table.ts'

const own: Column[] = [
  words('Arguments', 'Args', 'arguments of the executable', {
    attributes: ['Arguments', 'Args'],
    value: (ad) => text(ad, 'Arguments') ?? text(ad, 'Args'),
  }),
  when('In State Since', 'EnteredCurrentStatus', 'when the job came into its state (UTC)', {
    ucd: 'time.start',
  }),
  when('First Started on', 'JobStartDate', 'start of the first execution (UTC)', {
    ucd: 'time.start',
  }),
  when('Ended on', 'CompletionDate', 'when the job completed or was removed (UTC)', {
    ucd: 'time.end',
    attributes: ['CompletionDate', 'JobStatus', 'EnteredCurrentStatus'],
    value: ended,
  }),
  int('Exit Code', 'ExitCode', 'exit status of the last execution', { ucd: 'meta.code' }),
  int('Exit Signal', 'ExitSignal', 'signal that ended the last execution', { ucd: 'meta.code' }),
  double('CPU Time', 'RemoteUserCpu', 'processor time used, user and system', {
    unit: 's',
    ucd: 'time.duration',
    attributes: ['RemoteUserCpu', 'RemoteSysCpu'],
    value: cpuTime,
  }),
  double('CPUs Used', 'CpusUsage', 'processor cores used, on average over the last execution'),
  long('Memory Used', 'ResidentSetSize', 'largest memory in use seen', {
    unit: 'Mibyte',
    value: (ad) => mebibytes(number(ad, 'ResidentSetSize')),
  }),
  long('Disk Requested', 'RequestDisk', 'disk space asked for', { unit: 'Kibyte' }),
  // Just after a job ends the queue still has RemoteHost; the history has LastRemoteHost.
  ascii('Last Host', 'LastRemoteHost', 'slot and host the job runs on or ran on last', {
    attributes: ['RemoteHost', 'LastRemoteHost'],
    value: (ad) => text(ad, 'RemoteHost') ?? text(ad, 'LastRemoteHost'),
  }),
  int('Hold Code', 'HoldReasonCode', "HTCondor's number for the reason of the hold", {
    ucd: 'meta.code',
  }),
  words('Removal Reason', 'RemoveReason', 'why the job was removed', { ucd: 'meta.note' }),
  words('Output', 'Out', 'file that stdout goes to', { value: file('Out') }),
  words('Error', 'Err', 'file that stderr goes to', { value: file('Err') }),
  words('Log', 'UserLog', "file of the job's events", { value: file('UserLog') }),
  words('Warnings', 'ProcWarnings', 'what condor_submit thought odd in the submit description', {
    ucd: 'meta.note',
  }),
  ascii('Request ID', 'ProcRequestId', 'X-Request-Id of the submission', { ucd: 'meta.id' }),
]

export const jobDetails: Table = {
  name: 'job',
  description: 'Details of a job',
  columns: [...jobTable.columns, ...own],
}

/** HTCondor notes no completion for a job that was removed: it ended when it came into that state. */
function ended(ad: ClassAd): string | undefined {
  return (
    time(ad, 'CompletionDate') ??
    (integer(ad, 'JobStatus') === 3 ? time(ad, 'EnteredCurrentStatus') : undefined)
  )
}

function cpuTime(ad: ClassAd): number | undefined {
  const user = number(ad, 'RemoteUserCpu')
  const system = number(ad, 'RemoteSysCpu')
  return user === undefined && system === undefined ? undefined : (user ?? 0) + (system ?? 0)
}

/** ResidentSetSize is in KiB; what is begun counts, as in HTCondor's own MemoryUsage. */
const mebibytes = (kibibytes: number | undefined): number | undefined =>
  kibibytes === undefined ? undefined : Math.ceil(kibibytes / 1024)

function file(attribute: string) {
  return (ad: ClassAd): string | undefined => {
    const name = text(ad, attribute)
    return name === '/dev/null' ? undefined : name && inJobDirectory(name)
  }
}
