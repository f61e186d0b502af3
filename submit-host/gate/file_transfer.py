"""Whether and when the files of a job are transferred. A worker that does not know the word starts such a job for ever."""
from attribute_form import content, word
from failure import DATAERR, Failure

WHETHER = ('YES', 'NO', 'IF_NEEDED')
TRANSFERRED = ('YES', 'IF_NEEDED')
WHEN = ('ON_EXIT', 'ON_EXIT_OR_EVICT', 'ON_SUCCESS')


def should_transfer(value, place):
    """The form of ShouldTransferFiles, as in attribute_form."""
    return word(value, place) or _one_of(WHETHER, value)


def when_to_transfer(value, place):
    """The form of WhenToTransferOutput, as in attribute_form."""
    return word(value, place) or _one_of(WHEN, value)


def _one_of(words, value):
    return None if content(value).upper() in words else f'must be {", ".join(words[:-1])} or {words[-1]}'


def check(jobs):
    """Raises Failure 65 for jobs whose files are transferred and that do not say when."""
    for job in jobs.procs:
        whether = content(_value(jobs, job, 'shouldtransferfiles')).upper()
        if whether in TRANSFERRED and not _value(jobs, job, 'whentotransferoutput'):
            raise Failure(DATAERR, f'should_transfer_files = {whether} needs when_to_transfer_output = ON_EXIT')


def _value(jobs, job, name):
    return job.get(name, jobs.cluster.get(name, ('', '')))[1]
