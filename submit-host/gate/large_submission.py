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
MOST_JOBS = 20_000  # a submission of more takes longer than the service waits
LARGE = 2_000  # jobs
LONG = 0.4  # seconds of the processor for a dry run: fewer jobs of so much take the schedd as long
FEW = 100  # jobs, at any site
PATIENCE = 3  # seconds
# To submit takes four to six times as long as the dry run, seen with 20,000 jobs of several kinds and both versions.
TIMES_LONGER = 5
LONGEST = 25  # seconds: the service waits no longer, and could not say what became of the jobs


def site_limit():
    """MAX_JOBS_PER_SUBMISSION; None where HTCondor does not say."""
    result = read_all([CONDOR_CONFIG_VAL, 'MAX_JOBS_PER_SUBMISSION'], 5)
    value = result.out.strip()
    return int(value) if result.status == 0 and value.isdigit() and len(value) < 19 else None


def check_count(count):
    """Raises Failure 65 for more jobs than one submission may have here.

    Of a few jobs the site's limit is not asked: the schedd refuses too many itself, as late as that is.
    """
    if count <= FEW:
        return
    most = min(MOST_JOBS, site_limit() or MOST_JOBS)
    if count > most:
        raise Failure(DATAERR, f'the description queues {count:,} jobs; {most:,} are accepted in one go: submit in parts')


def check_duration(count, begun, dry_run):
    """Raises Failure 65 for jobs that could not be queued before the service stops waiting, so that nobody would be told of them.

    `begun`: when the gate began, by time.monotonic(); `dry_run`: the Sandbox, which knows how long that took.
    """
    if count <= FEW:
        # Neither a busy machine nor files that came slowly keep a few from being queued.
        before, takes = 0, dry_run.dry_run_processor_seconds * (1 + TIMES_LONGER)
    else:
        before = time.monotonic() - begun - dry_run.dry_run_seconds
        takes = dry_run.dry_run_seconds * (1 + TIMES_LONGER)
    if before + takes <= LONGEST:
        return
    part = int(count * 0.8 * (LONGEST - before) / takes)
    few_are_quick = dry_run.dry_run_processor_seconds * FEW < LONG * count
    part = max(part // 100 * 100 or part, FEW if few_are_quick else 1)
    jobs, instead = (f'{count:,} jobs', f'submit them in parts of {part:,}') if count > 1 else ('the job', 'shorten its description')
    raise Failure(DATAERR, f'this submit host cannot queue {jobs} before the service stops waiting, at the moment: {instead}')


def _is_long(dry_run):
    return dry_run.dry_run_processor_seconds >= LONG


def lock(count, dry_run):
    """A descriptor that holds the lock of large submissions, for one that is large by its jobs or its dry run; None for a small one.

    Raises Failure 75 where another has held the lock for 3 s.
    """
    if count < LARGE and not _is_long(dry_run):
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
    """Whether a large submission holds the lock now. False where the lock's file cannot be opened."""
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
