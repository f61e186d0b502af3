/** URLs among the results, for which the shadow would start a transfer plugin on the submit host; and files there. */
import { family, jobs } from './description.ts'

const URLS = [
  'http://127.0.0.1:9/x',
  'box://x/y',
  'FILE:///home/alice/.taken',
  'data:,x://y',
  's3://a/b',
]
const YES = 'should_transfer_files = YES\n'
const HIDDEN = [
  '.bashrc',
  '.ssh/taken',
  '.local/lib/x.pth',
  '.condor/user_config',
  'proc/../.taken',
]

export const urls = family('urls', [
  ...jobs(
    ...URLS.flatMap((url) => [
      `${YES}transfer_output_files = ${url}`,
      `${YES}output = o\ntransfer_output_remaps = "o = ${url}"`,
      `${YES}+TransferOutput = "x,${url}"`,
      `${YES}output = ${url}`,
      `${YES}error = ${url}`,
      `${YES}output_destination = ${url}`,
    ]),
    // What HTCondor puts there at the match.
    ...['box:$$(Nope:/)/x', '$$(Nope:box)://x/y', '$$(Nope:..)/$$(Nope:..)/.taken'].flatMap(
      (name) => [
        `${YES}transfer_output_files = ${name}`,
        `${YES}output = o\ntransfer_output_remaps = "o = ${name}"`,
        `${YES}output = ${name}`,
        `log = ${name}`,
        `transfer_checkpoint_files = ${name}\ncheckpoint_exit_code = 85`,
      ],
    ),
    ...[
      'Out',
      'Err',
      'Iwd',
      'UserLog',
      'TransferOutput',
      'TransferOutputRemaps',
      'JobStarterLog',
    ].flatMap((name) => [
      `${YES}+MATCH_EXP_${name} = "/home/alice/.taken"`,
      `${YES}+MATCH_${name} = "/home/alice/.taken"\noutput = $$(${name})`,
      `+SUBMIT_${name} = "/home/alice/.taken"`,
    ]),
    `${YES}U = x:\ntransfer_output_files = $(U)//y`,
    `${YES}transfer_checkpoint_files = box://x/y\ncheckpoint_exit_code = 85`,
    `${YES}checkpoint_destination = box://x/y\ncheckpoint_exit_code = 85`,
    `${YES}MY.CheckpointDestination = "box://x/y"\nhold = true`,
    `${YES}public_input_files = /etc/passwd`,
    `${YES}transfer_plugins = box=@PROGRAM@\ntransfer_output_files = box://x/y`,
    `${YES}+TransferPlugins = "box=@PROGRAM@"\n+OutputDestination = "box://x/y"`,
    ...HIDDEN.flatMap((name) => [
      `${YES}output = /home/alice/${name}`,
      `log = /home/alice/${name}`,
      `${YES}output = o\ntransfer_output_remaps = "o = /home/alice/${name}"`,
      `${YES}output = o\ntransfer_output_remaps = "o = ../../${name}"`,
    ]),
    'initialdir = /home/alice\noutput = .taken',
    'initialdir = ../..\noutput = .taken',
    `${YES}transfer_output_files = ../../.taken\npreserve_relative_paths = true`,
  ),
  `${YES}queue transfer_output_files from (\nbox://x/y\nhttp://127.0.0.1:9/\n)\n`,
])
