"""Large submissions, one at a time: until condor_submit has ended the schedd answers nobody else, some 10 s for 20,000 jobs."""
import fcntl
import posix
import time

from failure import DATAERR, TEMPFAIL, Failure

LOCK = '/var/lib/condor-gate/.large'  # no account has this name
JOBS = 2_000
# To submit takes four to six times as long as the dry run, seen with 20,000 jobs of several kinds and both versions.
TIMES_LONGER = 5
LONGEST = 25  # seconds, with what went before: the service waits no longer, and could not say what became of the jobs
PATIENCE = 3  # seconds


def start(jobs):
    """The lock, as a descriptor, for a submission of so many jobs; None for a small one. Failure 75 where another is under way for long."""
    if jobs < JOBS:
        return None
    fd = posix.open(LOCK, posix.O_RDWR | posix.O_CREAT | posix.O_CLOEXEC | posix.O_NOFOLLOW, 0o600)
    until = time.monotonic() + PATIENCE
    while not _locked(fd):
        if time.monotonic() > until:
            raise Failure(TEMPFAIL, 'another large submission is being queued, and nothing of this one is; submit it again in 30 seconds')
        time.sleep(0.1)
    return fd


def check_time(jobs, reading):
    """Failure 65 for jobs that would be queued, and nobody would be told: `reading` is what the dry run of them took, in seconds."""
    takes = reading * (1 + TIMES_LONGER)
    if jobs < JOBS or takes <= LONGEST:
        return
    part = max(1000, int(jobs * LONGEST / takes * 0.8) // 1000 * 1000)
    raise Failure(DATAERR, f'{jobs:,} jobs take this submit host longer than the service waits, at the moment: submit them in parts of {part:,}')


def is_under_way():
    try:
        fd = posix.open(LOCK, posix.O_RDWR | posix.O_CLOEXEC | posix.O_NOFOLLOW)
    except OSError:
        return False
    free = _locked(fd)
    posix.close(fd)
    return not free


def _locked(fd):
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
