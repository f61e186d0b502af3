/** What a job would change of itself while it runs, the mail it would have sent, and what everybody's list would choke on. */
import { family, jobs } from './description.ts'

/** A job whose program, the canary's, calls condor_chirp with these words. */
const chirp = (...words: string[]) => words.map((word) => `'${word}'`).join(' ')
const SETS = [
  ['JobNotification', '2'],
  ['NotifyUser', '"-X!/canary/mark_mail a@b"'],
  ['JobUniverse', '9'],
  ['GridResource', '"batch slurm"'],
  ['VMAMI', '"other"'],
  ['AcctGroupUser', '"bob"'],
  ['HoldReason', '"/proc/0"'],
  ['Rank', 'A45'],
]
const CHIRP = [
  '+WantIOProxy = true',
  'want_io_proxy = true',
  'W = WantIOProxy\n+$(W) = 1 == 1',
  '+WantRemoteUpdates = true',
]

const calls = SETS.map(([name = '', value = '']) => chirp('set_job_attr', name, value))
const texts = [
  ...CHIRP.flatMap((want) => calls.map((call) => ({ want, call }))),
  ...CHIRP.map((want) => ({ want, call: chirp('put', '/etc/hostname', '/home/alice/.taken') })),
  ...CHIRP.map((want) => ({ want, call: chirp('fetch', '/home/bob/secret', 'x') })),
  { want: '+WantDelayedUpdates = true', call: chirp('set_job_attr_delayed', 'ChirpA', 'ChirpB') },
].map(
  ({ want, call }) =>
    `${want}\nshould_transfer_files = YES\narguments = "chirp ${call.replaceAll('"', '""')}"`,
)

const REASON = '/proc/0'.repeat(1_400)

export const later = family('later', [
  ...jobs(
    ...texts,
    ...['always', 'complete', 'error', 'start'].map(
      (when) => `notification = ${when}\nnotify_user = "-X!/canary/mark_mail a@b"`,
    ),
    'notify_user = -X!/canary/mark_mail\nemail_attributes = Environment',
    '+NotifyUser = "-X!/canary/mark_mail a@b"\n+JobNotification = 0 + 2',
  ),
  `hold = true\n+HoldReason = "${REASON}"\nqueue 300\n`,
  `hold = true\nbatch_name = ${REASON.slice(0, 9_000)}\nqueue 300\n`,
  `on_exit_hold = true\non_exit_hold_reason = "${'/proc/0'.repeat(20_000)}"\nqueue\n`,
  `periodic_hold = true\nperiodic_hold_reason = "${REASON.slice(0, 9_000)}"\nqueue 20\n`,
])
