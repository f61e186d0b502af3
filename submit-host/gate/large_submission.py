"""How many jobs one submission may have; and large ones, which go one at a time.

Until condor_submit has ended the schedd answers nobody else, some 10 s for 20,000 jobs. (One that outlives a killed gate goes
on without the lock.)
"""
import fcntl
import posix
import time

from command import read_all
from failure import DATAERR, TEMPFAIL, Failure

CONDOR_CONFIG_VAL = '/usr/bin/condor_config_val'
LOCK = '/var/lib/condor-gate/.large'  # no account has this name
LARGE = 2_000  # jobs
LONG = 0.4  # seconds of a dry run: fewer jobs that differ in much take the schedd as long
ALWAYS = 100  # jobs, at any site
PATIENCE = 3  # seconds
# To submit takes four to six times as long as the dry run, seen with 20,000 jobs of several kinds and both versions.
TIMES_LONGER = 5
LONGEST = 25  # seconds: the service waits no longer, and could not say what became of the jobs


def site_limit():
    """MAX_JOBS_PER_SUBMISSION; None where HTCondor does not say."""
    result = read_all([CONDOR_CONFIG_VAL, 'MAX_JOBS_PER_SUBMISSION'], 5)
    value = result.out.strip()
    return int(value) if result.status == 0 and value.isdigit() and len(value) < 19 else None


def check_number(jobs):
    """Failure 65 for more than the site allows. Of a few it is not asked: the schedd refuses too many itself, as late as that is."""
    most = site_limit() if jobs > ALWAYS else None
    if most is not None and jobs > most:
        raise Failure(DATAERR, f'the description queues {jobs:,} jobs; {most:,} are accepted in one go: submit in parts')


def check_time(jobs, begun, reading):
    """Failure 65 for jobs that would be queued, and nobody would be told.

    `begun`: when the gate began, by time.monotonic(); `reading`: seconds that the dry run took.
    """
    past = time.monotonic() - begun
    takes = reading * TIMES_LONGER
    if jobs <= ALWAYS or past + takes <= LONGEST:
        return
    part = int(jobs * LONGEST / (past + takes) * 0.8)
    part = part // 1000 * 1000 or max(1, part)
    raise Failure(DATAERR, f'{jobs:,} jobs take this submit host longer than the service waits, at the moment: submit them in parts of {part:,}')


def start(jobs, reading):
    """The lock, as a descriptor, for a submission of so many jobs, or one whose dry run took so many seconds; None for a small one.

    Failure 75 where another is under way for long.
    """
    if jobs <= ALWAYS or jobs < LARGE and reading < LONG:
        return None
    fd = posix.open(LOCK, posix.O_RDWR | posix.O_CREAT | posix.O_CLOEXEC | posix.O_NOFOLLOW, 0o600)
    until = time.monotonic() + PATIENCE
    while not _locked(fd):
        if time.monotonic() > until:
            posix.close(fd)
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
