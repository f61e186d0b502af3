/** Variables of a queue statement, which HTCondor sets after everything else: what is the service's, or checked by word. */
import { family, HOLD } from './description.ts'

const OURS = ['MY.ProcRequestId', '+ProcRequestId', 'MY.VMAMI', 'MY.VMInstanceType', 'MY.VMImage']

const rows = (names: string, ...lines: string[]) =>
  `${HOLD}\nqueue ${names} from (\n${lines.join('\n')}\n)\n`

export const queueVariables = family('queue-variables', [
  ...OURS.flatMap((name) => [
    rows(name, 'undefined'),
    rows(name, '"00000000-0000-4000-8000-000000000000"'),
  ]),
  rows('MY.ProcRequestId, MY.VMAMI', 'undefined "x"', '"y" undefined'),
  rows('executable', '@PROGRAM@', '/bin/cat'),
  rows('MY.Cmd', '"@PROGRAM@"'),
  rows('executable, transfer_executable', '@PROGRAM@ false'),
  rows('requirements', 'true', 'VMType =?= "other"'),
  rows('MY.Requirements', 'true'),
  ...['local', 'scheduler', 'grid', 'parallel'].map((name) => rows('universe', name)),
  `queue universe, MY.ProcRequestId, executable, arguments from (\nlocal undefined @PROGRAM@ @ID@\n)\n`,
  `queue MY.JobUniverse, MY.ProcRequestId, MY.Cmd from (\n12 undefined "@PROGRAM@"\n)\n`,
  rows('MY.Owner, MY.User', '"bob" "bob@condor.test"'),
  rows('accounting_group_user', 'bob'),
  rows('MY.AcctGroupUser, MY.AccountingGroup', '"bob" "bob"'),
  rows('notification, notify_user', 'always bob@condor.test'),
  rows('MY.JobNotification', '2'),
  rows('MY.JobStatus', '4'),
  rows('max_materialize', '1', '2'),
  rows('skip_filechecks, output, error', 'false /home/alice/.bashrc /home/alice/.profile'),
  rows('initialdir, output', '/home/alice .taken'),
  rows('MY.Iwd, MY.Out, MY.UserLog', '"/home/alice" ".taken" "/home/alice/.ssh/taken"'),
  rows('getenv', 'true'),
])
