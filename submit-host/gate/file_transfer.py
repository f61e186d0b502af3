"""Whether and when the files of a job are transferred. A worker that does not know the word starts such a job for ever."""
from attribute_form import content, word
from failure import DATAERR, Failure

# What HTCondor knows, in any case.
YES = ('YES', 'TRUE', 'ALWAYS')
NO = ('NO', 'FALSE', 'NEVER')
IF_NEEDED = ('IF_NEEDED', 'AUTO')
WHEN = ('ON_EXIT', 'ONEXIT', 'ON_EXIT_OR_EVICT', 'ALWAYS', 'ON_SUCCESS', 'ONSUCCESS', 'NONE')


def should_transfer(value, place):
    """The form of ShouldTransferFiles, as in attribute_form."""
    return word(value, place) or _unless(content(value).upper() in YES + NO + IF_NEEDED, 'must be YES, NO or IF_NEEDED')


def when_to_transfer(value, place):
    """The form of WhenToTransferOutput, as in attribute_form."""
    return word(value, place) or _unless(content(value).upper() in WHEN, 'must be ON_EXIT, ON_EXIT_OR_EVICT or ON_SUCCESS')


def _unless(good, reason):
    return None if good else reason


def check(jobs):
    """Raises Failure 65 for jobs whose files are transferred and that do not say when."""
    for job in jobs.procs:
        whether = content(_value(jobs, job, 'shouldtransferfiles')).upper()
        if whether in YES + IF_NEEDED and not _value(jobs, job, 'whentotransferoutput'):
            raise Failure(DATAERR, f'ShouldTransferFiles is {whether}, and nothing says when: write should_transfer_files = {whether}, without +')


def _value(jobs, job, name):
    return job.get(name, jobs.cluster.get(name, ('', '')))[1]
