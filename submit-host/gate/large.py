"""Large submissions, one at a time: until condor_submit has ended the schedd answers nobody else, some 10 s for 20,000 jobs."""
import fcntl
import posix
import time

from failure import TEMPFAIL, Failure

LOCK = '/var/lib/condor-gate/.large'  # no account has this name
JOBS = 2_000
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
