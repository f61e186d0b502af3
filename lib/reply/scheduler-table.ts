/** The state of the scheduler: a row for each schedd, with the slots of the pool beside it. */
import { type ClassAd, integer, number, text, time } from '../condor/classad.ts'
import type { SchedulerState } from '../condor/scheduler.ts'
import type { Column, Table } from './table.ts'

export interface SchedulerRow {
  readonly schedd: ClassAd
  readonly slots: readonly ClassAd[]
}

export const schedulerRows = (state: SchedulerState): SchedulerRow[] =>
  state.schedds.map((schedd) => ({ schedd, slots: state.slots }))

export const schedulerTable: Table<SchedulerRow> = {
  name: 'scheduler',
  description: 'State of the processing scheduler',
  columns: [
    {
      name: 'Name',
      type: 'text',
      ucd: 'meta.id;meta.main',
      description: 'name of the schedd',
      attributes: ['Name'],
      value: ({ schedd }) => text(schedd, 'Name'),
    },
    count('Total Jobs', 'TotalJobAds', 'jobs in the queue'),
    count('Idle', 'TotalIdleJobs', 'idle jobs'),
    count('Running', 'TotalRunningJobs', 'running jobs'),
    count('Held', 'TotalHeldJobs', 'held jobs'),
    count('Removed', 'TotalRemovedJobs', 'removed jobs that have not left the queue'),
    count('Users', 'NumUsers', 'users with jobs in the queue'),
    count('Max Running', 'MaxJobsRunning', 'most jobs that may run at once'),
    {
      name: 'Started on',
      type: 'timestamp',
      ucd: 'time.start',
      description: 'start of the schedd (UTC)',
      attributes: ['DaemonStartTime'],
      value: ({ schedd }) => time(schedd, 'DaemonStartTime'),
    },
    count('Completed Recently', 'RecentJobsCompleted', 'jobs completed lately'),
    {
      name: 'Duty Cycle',
      type: 'double',
      description: 'share of the time that the schedd is busy, 0 to 1',
      attributes: ['RecentDaemonCoreDutyCycle'],
      value: ({ schedd }) => number(schedd, 'RecentDaemonCoreDutyCycle'),
    },
    {
      name: 'Version',
      type: 'text',
      description: 'HTCondor version',
      attributes: ['CondorVersion'],
      value: ({ schedd }) => version(text(schedd, 'CondorVersion')),
    },
    slots('Slots', 'slots of the pool', () => true),
    slots('Slots Claimed', 'slots in use', (state) => state === 'Claimed'),
    slots('Slots Unclaimed', 'slots free for jobs', (state) => state === 'Unclaimed'),
    total('Pool CPUs', 'processor cores of the pool', 'Cpus'),
    { ...total('Pool Memory', 'memory of the pool', 'Memory'), unit: 'Mibyte' },
    { ...total('Pool Disk', 'disk space of the pool', 'Disk'), unit: 'Kibyte' },
  ],
}

function count(name: string, attribute: string, description: string): Column<SchedulerRow> {
  return {
    name,
    type: 'int',
    ucd: 'meta.number',
    description,
    attributes: [attribute],
    value: ({ schedd }) => integer(schedd, attribute),
  }
}

function slots(
  name: string,
  description: string,
  counts: (state: string | undefined) => boolean,
): Column<SchedulerRow> {
  return {
    name,
    type: 'int',
    ucd: 'meta.number',
    description,
    attributes: ['State'],
    value: ({ slots }) => slots.filter((slot) => counts(text(slot, 'State'))).length,
  }
}

/** What is left of a partitionable slot and what was carved from it add up to the machine. */
function total(name: string, description: string, attribute: string): Column<SchedulerRow> {
  return {
    name,
    type: 'long',
    description,
    attributes: [attribute],
    value: ({ slots }) => slots.reduce((sum, slot) => sum + (number(slot, attribute) ?? 0), 0),
  }
}

/** `$CondorVersion: 23.9.6 2024-08-08 …$` */
const version = (written: string | undefined): string | undefined =>
  written === undefined ? undefined : (/^\$CondorVersion: (\S+)/.exec(written)?.[1] ?? written)
