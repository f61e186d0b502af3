/** Submitting, and trying again. */
import { KEY_DAYS } from '../../limits.ts'
import { POST_PARAMETERS } from '../parameters.ts'
import type { Examples } from './examples.ts'
import { example, heading, paragraph, parameterTable, type Section } from './markup.ts'

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
    ),
    heading('The submit description'),
    paragraph(
      'It is a submit description of HTCondor, and needs a `queue` line.',
      'An `executable` line is not needed and has no effect.',
      'Relative names of output, error and log lie in the job’s directory.',
      '`Requirements`, `VMAMI`, `VMInstanceType` and `VMImage` may not be set: they are made from image and flavor.',
      'Only the vanilla universe runs here.',
    ),
    paragraph(
      'Results come back to the job’s directory: output, error, log, `initialdir` and `transfer_output_remaps` are relative',
      'names without `..`, and no URLs.',
      'Input files may be URLs (`transfer_input_files = https://…`).',
      'With `max_materialize` and `max_idle` all jobs are queued at once.',
      '`$(Cluster)` can stand in any value as it is, but not in the name of an attribute, in `$INT(…)` and its like, or in an `if`.',
      '`keep_claim_idle` is 300 seconds at most.',
      'Not available are mail (`notification` must be `never`), `getenv = true` (a list of names is fine), accounting groups,',
      '`condor_chirp`, `transfer_plugins`, `output_destination` and `checkpoint_destination`.',
      'An expression names attributes as `Name`, `MY.Name` or `TARGET.Name`, and has no function or pattern that can take long, as',
      '`eval`, `regexps`, or brackets that are repeated.',
      'It may not name a reason, as `HoldReason` (`HoldReasonCode` says which it was), nor what a machine works out for each job, as',
      '`TARGET.Requirements`.',
    ),
  ],
})
