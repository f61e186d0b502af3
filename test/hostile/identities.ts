/** Jobs in another's name, on another's account, with other people's mail, or with a made-up past. */
import { family, HOLD, jobs } from './description.ts'

const NAMES = ['bob', 'root', 'bob@condor.test', 'group.bob', '""', '*']

const accounting = jobs(
  ...NAMES.map((name) => `accounting_group_user = ${name}`),
  ...NAMES.map((name) => `accounting_group = ${name}`),
  ...['AcctGroup', 'AcctGroupUser', 'AccountingGroup'].flatMap((name) => [
    `+${name} = "bob"`,
    `MY.${name.toLowerCase()} = "group.bob"`,
    `+${name} = Owner`,
    `+${name} = strcat("b", "ob")`,
    `+${name} = ifThenElse(time() > 2000000000, "bob", "alice")`,
    `+${name} = {"bob"}`,
  ]),
  'accounting_group = physics\naccounting_group_user = bob',
  'nice_user = true\naccounting_group_user = bob',
  '+Group = "bob"\n+AcctGroup\\\nUser = "bob"',
  'max_materialize = 1\naccounting_group_user = bob',
)

const identity = jobs(
  ...['Owner', 'User', 'OsUser', 'NTDomain', 'RemoteUser', 'Submitter', 'UidDomain'].flatMap(
    (name) => [`+${name} = "bob"`, `+${name} = undefined`],
  ),
  '+Owner = "root"',
  '+User = "root@condor.test"',
  'owner = bob',
  'run_as_owner = false',
  '+ClusterId = 1',
  '+ProcId = 77',
  '+GlobalJobId = "x#1.0#1"',
  '+ProcRequestId = "00000000-0000-4000-8000-000000000000"',
  'MY.procrequestid = undefined',
  '+VMInstance\\\nType = "free"',
  'V = +VMAMI\n$(V) = "other"',
  `${HOLD}\nqueue\n+ProcRequestId = "x"\n+Owner = "bob"`,
)

const mail = jobs(
  ...['always', 'complete', 'error'].map(
    (when) => `notification = ${when}\nnotify_user = bob@condor.test`,
  ),
  '+JobNotification = 2',
  '+JobNotification = ifThenElse(JobStatus == 4, 2, 0)',
  'email_attributes = Environment\n+NotifyUser = "bob"\nnotification = complete',
)

const noMail = jobs(
  'notification = never\nnotify_user = bob@condor.test',
  'notify_user = "|@MARK@"',
  'notify_user = -oQ/canary -X/canary/x',
)

const past = jobs(
  ...[0, 2, 3, 4, 6, 7, 99].map((status) => `+JobStatus = ${status}`),
  '+JobStatus = ifThenElse(true, 4, 1)',
  'hold = true\n+JobStatus = 4',
  '+LastJobStatus = 2\n+EnteredCurrentStatus = 0\n+QDate = 0',
  '+JobPid = 1',
  '+ShadowBirthdate = 1\n+RemoteHost = "x"\n+ClaimId = "<127.0.0.1:1>#1#1"',
  '+Managed = "External"\n+ManagedManager = "x"',
  '+StageInStart = 1',
  '+StageInStart = 1\n+StageInFinish = 1',
  '+CompletionDate = 1\n+ExitCode = 0\n+NumJobStarts = 100',
  '+RoutedToJobId = "1.0"',
  '+LeaveJobInQueue = true\nhold = true',
  'leave_in_queue = true',
  'group = bob',
  'hold = true\non_exit_remove = false\nperiodic_remove = NumJobStarts > 2',
  'on_exit_hold = true\nperiodic_release = NumJobStarts < 3',
  'max_retries = 3\nsuccess_exit_code = 77',
  'job_lease_duration = 1',
  'priority = 2147483647\n+PostJobPrio1 = 2147483647',
  'concurrency_limits = x:1000000',
  'deferral_time = 1\ndeferral_window = 1',
  'hold = true\ncron_minute = *\non_exit_remove = false',
)

export const identities = [
  ...family('accounts', [...accounting, ...mail]),
  ...family('identities', [...identity, ...noMail, ...past]),
]
