/** Results, logs and directories where alice has no business. */
import { family, HOLD, jobs } from './description.ts'

const PLACES = [
  '/home/bob/taken',
  '/etc/taken',
  '/etc/passwd',
  '/var/spool/condor/taken',
  '../../../bob/taken',
  '/proc/self/root/etc/taken',
]

export const places = family('places', [
  ...jobs(
    ...PLACES.flatMap((path) => [
      `output = ${path}\nshould_transfer_files = YES`,
      `log = ${path}`,
      `output = o\ntransfer_output_remaps = "o = ${path}"`,
    ]),
    'error = /home/bob/taken\nshould_transfer_files = NO',
    'output = /etc/taken\nstream_output = true\nshould_transfer_files = YES',
    'error = /etc/taken\nstream_error = true\nshould_transfer_files = NO',
    'log = /home/bob/taken\nlog_xml = true',
    '+UserLog = "/etc/taken"',
    '+DAGManNodesLog = "/home/bob/taken"\n+DAGManNodesMask = "0,1,2,4,5,7,9,10,11,12,13,16,17,24,27,35,36,37,38,39,40"',
    '+Out = "/etc/taken"',
    '+Err = "/root/taken"\n+TransferErr = true',
    'output_destination = file:///etc/',
    'output_destination = file:///home/bob/',
    'checkpoint_destination = file:///etc/\ntransfer_checkpoint_files = x\ncheckpoint_exit_code = 85',
    'transfer_output_files = ../../../../etc/shadow\nshould_transfer_files = YES',
    'transfer_output_files = /root/secret, /home/bob/secret\nshould_transfer_files = YES',
    'transfer_output_files = /etc/shadow\npreserve_relative_paths = true\nshould_transfer_files = YES',
    'preserve_relative_paths = true\ntransfer_input_files = ../../../bob/secret\nshould_transfer_files = YES',
    'manifest = true\nmanifest_dir = /etc',
    'manifest = /etc/taken',
    ...['/home/bob', '/root', '/etc', '/proc/1/cwd', '../../../bob', '/home/alice/links/bob'].map(
      (directory) => `initialdir = ${directory}\noutput = taken\nlog = taken.log`,
    ),
    'remote_initialdir = /root\noutput = taken',
    ...['rel', '', '.', '/dev/null', '$$(Nope:/etc)'].map(
      (path) => `+Iwd = "${path}"\noutput = taken`,
    ),
    ...['manifest_dir', 'starter_log'].flatMap((command) =>
      PLACES.map((path) => `${command} = ${path}\nshould_transfer_files = YES`),
    ),
    '+Iwd = "/etc"\noutput = taken\nlog = taken.log',
    '+Iwd = "/home/bob"\n+UserLog = "taken"\n+Out = "taken"',
    '+SpoolOnEvict = true\n+Iwd = "/var/spool/condor"\noutput = taken',
    '+StageInStart = 1\n+StageInFinish = 1\n+Iwd = "/etc"\noutput = taken',
    'dagman_log = /etc/taken',
    'skip_filechecks = true\noutput = /root/taken',
    'append_files = /etc/passwd\noutput = /etc/passwd',
    'coresize = 1000000000\noutput = /home/alice/link',
    'log = /home/alice/link',
    'log = /dev/full',
    'output = /dev/full\nlog = /dev/null',
    `log = ${'x'.repeat(5000)}`,
  ),
  `${HOLD}\noutput = $(x)\nqueue x in (/etc/a /root/b)\n`,
])
