/** Submitting, and trying again. */
import { KEY_DAYS } from '../../limits.ts'
import { POST_PARAMETERS } from '../parameters.ts'
import type { Examples } from './examples.ts'
import { example, heading, paragraph, parameterTable, type Section, table } from './markup.ts'

/** What is 400, or has no effect. */
const INSTEAD: readonly (readonly string[])[] = [
  ['`getenv = true`', '`getenv = HOME,USER`: the names that you need'],
  [
    '`notification`, but for `never`',
    '`WAIT`, or the list: no mail is sent here. Without the line it is `never`',
  ],
  [
    '`accounting_group`, `accounting_group_user`',
    '`batch_name`, for jobs that belong together: usage is counted by account',
  ],
  ['`request_memory = lots`', 'a number, `4096` or `4 GB`, or an expression that comes to one'],
  [
    '`transfer_input_files = vos://…`',
    '`vcp` in the program; `exec=<name>,vos://…` where it is the program itself; `https://…` works with `should_transfer_files = yes`',
  ],
  [
    '`universe = grid`, `local`, `scheduler`, `parallel`, `vm`',
    '`vanilla`, `docker` or `container`',
  ],
  ['`requirements`, `+VMImage` and the like', '`image` and `flavor` of the request'],
  ['`queue … from <command> |`, `include`', 'the items or lines themselves: `queue x from ( … )`'],
  ['`queue 0`, or a count that comes to 0', 'no such line'],
  [
    '`+ShouldTransferFiles`, `+WhenToTransferOutput`, `+Arguments`, `+Environment` that no worker understands',
    'the commands without `+`: `should_transfer_files`, `when_to_transfer_output`, `arguments`, `environment`',
  ],
  ['`executable` of the submit host', '`exec=<name>,param:<part>`; the line itself has no effect'],
  ['`max_materialize`, `max_idle`', 'nothing: they are left out, and all jobs are queued at once'],
  ['`jobset`', '`batch_name`'],
  ['`copy_to_spool`, `next_job_start_delay`', 'nothing: leave them out'],
  [
    '`output_destination`, URLs among the results, `transfer_plugins`',
    'a program that stores its results itself',
  ],
  ['`checkpoint_destination`', 'nothing: HTCondor keeps the checkpoints'],
  ['`use_oauth_services`, `x509userproxy`', 'a program that gets its tokens or proxy itself'],
  ['`condor_chirp`', 'output, `stream_output = true`'],
  [
    '`retry_request_memory`',
    '`request_memory = ifThenElse(MemoryUsage =!= undefined, MemoryUsage * 3 / 2, 2048)`',
  ],
]

export const submission = ({ submit, vospace, onVm, retry }: Examples): Section => ({
  id: 'submit',
  short: 'Submit',
  title: 'Submit jobs: POST',
  content: [
    heading('Description and executable in the request'),
    example(submit),
    paragraph(
      'The answer is the id of the job’s cluster, for example `1234`: digits and nothing else, not even a line end.',
      'Its jobs are `1234.0`, `1234.1` and so on.',
      'They run as you, in a directory of their own on the submit host: `~/proc/<request id>/`.',
      'The request id is in the `X-Request-Id` header of the answer.',
    ),
    paragraph(
      'What `condor_submit` thinks odd is in the header `X-Submit-Warning`, which `curl -i` shows, and later in the job’s details:',
      "`the line 'requst_memory = 4 GB' was unused by condor_submit. Is it a typo?`",
      'With `RESPONSEFORMAT=json` or `Accept: application/json` the answer is an object: `cluster`, `jobs`, `request`, `replayed`,',
      '`warnings` and `links`.',
    ),
    parameterTable('Parameters of POST', POST_PARAMETERS),
    paragraph(
      'The four parameters go into the URL; the files that `param:` names go into the body.',
    ),
    heading('Executable in VOSpace'),
    example(vospace),
    heading('Description in VOSpace, executable on the VM'),
    example(onVm),
    heading('Try again without submitting twice'),
    paragraph(
      'With an `Idempotency-Key` of your own (1 to 128 printable ASCII characters) the same request again, within',
      `${KEY_DAYS} days, answers with the first cluster. Use a new key for each new submission.`,
    ),
    example(retry),
    paragraph(
      'With `--retry` curl sends it again after a 503, when the seconds of `Retry-After` have passed.',
      'A submission without a key of which it is not known whether it was queued is a 503 without `Retry-After`: look at your',
      'jobs before you send it again.',
    ),
    heading('The submit description'),
    paragraph(
      'It is a submit description of HTCondor, and needs a `queue` line.',
      'An `executable` line is not needed and has no effect.',
      'Relative names of output, error and log lie in the job’s directory; directories in them, and that of `initialdir`, are made.',
      '`Requirements`, `VMAMI`, `VMInstanceType` and `VMImage` may not be set: they are made from image and flavor.',
      'The universes are vanilla, docker and container.',
      'A worker that shares the submit host’s file system neither copies nor downloads `transfer_input_files`, unless you write `should_transfer_files = yes`.',
      'Where no worker of the pool runs containers, the answer, the details and `view=analyze` say so.',
      'A browser’s or Node’s `FormData` changes the line ends of a text field: send the program as a file or `Blob`.',
    ),
    paragraph(
      'A job has no `HOME` and no `USER` (HTCondor 25 may set them), so `cd` and `~` fail in a shell script: begin it with `export HOME="$PWD"`, or write',
      '`environment = "HOME=/tmp"`. `getenv = HOME,USER` gives it those of the submit host.',
    ),
    paragraph(
      'Results come back to the job’s directory: output, error, log, `initialdir` and `transfer_output_remaps` are relative',
      'names without `..`, and no URLs. `$(Cluster)` can stand in their last part, not in a directory’s name.',
      'Input files may be URLs (`transfer_input_files = https://…`, with `should_transfer_files = yes`).',
      'With `max_materialize` and `max_idle` all jobs are queued at once.',
      '`$(Cluster)` can stand in any value as it is, but not in the name of an attribute, in `$INT(…)` and its like, or in an `if`.',
      '`keep_claim_idle` is 300 seconds at most.',
      'An expression names attributes as `Name`, `MY.Name` or `TARGET.Name`, and has no function or pattern that can take long, as',
      '`eval`, `regexps`, or brackets that are repeated.',
      'It may not name a reason, as `HoldReason` (`HoldReasonCode` says which it was), nor what a machine works out for each job, as',
      '`TARGET.Requirements`.',
    ),
    heading('What is not available or has no effect, and what to write instead'),
    table('What is not available', ['Command', 'Instead'], INSTEAD),
  ],
})
