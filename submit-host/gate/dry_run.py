"""The finished jobs of a submission, as `condor_submit -dry-run:2` prints them.

It prints each call that it would make to the schedd: the same code makes them when it submits. So all macros, items and
queue variables are expanded, and what is read here is what the schedd would get.
"""
from failure import DATAERR, Failure

MOST_JOBS = 20_000  # HTCondor's own MAX_JOBS_PER_SUBMISSION; more take longer than the service waits


class Jobs:
    """`cluster`: {name in lower case: (name, value)} of what the jobs have in common; `procs`: the same of each, where it differs."""

    def __init__(self):
        self.cluster = {}
        self.procs = []


def read(out):
    """The Jobs of one cluster; Failure for anything else. Latin-1 keeps every byte in its place."""
    jobs = None
    clusters = 0
    for line in out.decode('latin-1').split('\n'):
        if line[:7] == '::set(1' or line[:7] == '::int(1':
            head, _, rest = line.partition(') ')
            name, equals, value = rest.partition('=')
            proc = head[8:]
            if not equals or jobs is None or head[7:8] != ',':
                raise _odd(line)
            if proc == '-1':
                jobs.cluster[name.lower()] = name, value
            elif proc == str(len(jobs.procs) - 1):
                jobs.procs[-1][name.lower()] = name, value
            else:
                raise _odd(line)
        elif line == '::get_newProc':
            if jobs is None:
                raise _odd(line)
            jobs.procs.append({})
        elif line == '::get_newCluster':
            clusters += 1
            jobs = jobs or Jobs()
        elif line[:11] == '::set(2,-1)' or clusters > 1:
            continue  # of a second cluster: it is refused below
        elif line[:13] == '::setFactory(':
            raise Failure(DATAERR, 'max_materialize and max_idle are not available here; leave them out, and all jobs are queued at once')
        elif line[:2] == '::' and line[:14] != '::sendCommand(':
            raise _odd(line)
        # Whatever else is printed are the user's own words.
    if clusters > 1:
        raise Failure(DATAERR, f'the description makes {clusters} clusters; one is allowed, and none was kept')
    if jobs is None or not jobs.procs:
        raise Failure(DATAERR, 'the description queues no jobs')
    if len(jobs.procs) > MOST_JOBS:
        raise Failure(DATAERR, f'the description queues {len(jobs.procs):,} jobs; {MOST_JOBS:,} are accepted in one go: submit in parts')
    return jobs


def _odd(line):
    return Failure(DATAERR, 'the description makes something else than plain jobs: ' + line[:60].strip(':'))
