"""The finished jobs of a submission, as `condor_submit -dry-run:2,cluster=N` prints them.

It prints each call that it would make to the schedd: the same code makes them when it submits. So all macros, items and
queue variables are expanded, and what is read here is what the schedd would get: but for the cluster's own number, which
the schedd gives. A number that nobody else can know stands for it.
"""
import posix

from failure import DATAERR, Failure
from literal import is_closed

NEW_JOB = '::get_newProc'


def cluster_mark():
    """The number that stands for the cluster's: ten digits, which no description can name but by $(Cluster)."""
    return 1_000_000_000 + int.from_bytes(posix.urandom(4), 'big') % 1_000_000_000


# What to write instead of that which makes something else than plain jobs.
ADVICE = {
    '::setFactory': 'max_materialize and max_idle are not available here; leave them out, and all jobs are queued at once',
    '::send_Jobset': 'jobset is not available here; use batch_name',
    '::send_SpoolFile: cluster': 'copy_to_spool is not available here; leave it out',
}


class Jobs:
    """`mark`: the digits that stand for the cluster's number. `cluster`: {name in lower case: (name, value)} of what the jobs have in common; `procs`: the same of each, where it differs."""

    def __init__(self, mark):
        self.mark = mark
        self.cluster = {}
        self.procs = []


def number_of_jobs(out):
    """The number of jobs that condor_submit printed, of all clusters, before read() has looked at them. It is never too small."""
    return out.count(b'\n' + NEW_JOB.encode())


def read(out, mark):
    """The Jobs of one cluster; Failure for anything else. Latin-1 keeps every byte in its place."""
    mark = str(mark)
    starts = f'::set({mark},', f'::int({mark},'
    jobs = None
    clusters = 0
    for line in out.decode('latin-1').split('\n'):
        if line.startswith(starts):
            head, _, rest = line.partition(') ')
            name, equals, value = rest.partition('=')
            proc = head[len(starts[0]) :]
            # A string with a line break in it is printed as it is: what follows would look like another attribute.
            if not (is_closed(name) and is_closed(value)):
                raise Failure(DATAERR, f'{name[:40]} must be one line of text')
            if not equals or jobs is None:
                raise _odd(line)
            if proc == '-1':
                jobs.cluster[name.lower()] = name, value
            elif proc == str(len(jobs.procs) - 1):
                jobs.procs[-1][name.lower()] = name, value
            else:
                raise _odd(line)
        elif line == NEW_JOB:
            if jobs is None:
                raise _odd(line)
            jobs.procs.append({})
        elif line == '::get_newCluster':
            clusters += 1
            jobs = jobs or Jobs(mark)
        elif clusters > 1:
            continue  # of a second cluster: it is refused below
        elif line.startswith(tuple(ADVICE)):
            raise Failure(DATAERR, next(words for start, words in ADVICE.items() if line.startswith(start)))
        elif line[:2] == '::' and not (line[:14] == '::sendCommand(' and is_closed(line)):
            raise _odd(line)
        elif jobs is not None and line and line != f'{mark}.0 - {mark}.{len(jobs.procs) - 1}':
            raise _odd(line)
        # What is printed before are the user's own words.
    if clusters > 1:
        raise Failure(DATAERR, f'the description makes {clusters} clusters; one is allowed, and none was kept')
    if jobs is None or not jobs.procs:
        raise Failure(DATAERR, 'the description queues no jobs')
    return jobs


def _odd(line):
    return Failure(DATAERR, 'the description makes something else than plain jobs: ' + line[:60].strip(':'))
