"""condor_rm, as the account and for the account's own jobs alone. Never an id in words: `condor_rm alice` is a user's all."""
from command import as_account
from failure import SOFTWARE, Failure
from message import query_failure
from schedd import any_kept, start_asking_for_kept

CONDOR_RM = '/usr/bin/condor_rm'
LIMIT = 70  # seconds, above TIMEOUT=60 in sudoers

# A job that leave_in_queue keeps: removed, nothing runs for it any more, and it would stay for ever. -forcex is unsafe
# while a shadow still clears up (RemoteHost), and right after it (LastJobStatus was running): the next call takes those.
LEFT_BEHIND = (
    'JobStatus =?= 3 && LeaveJobInQueue =!= false && RemoteHost is undefined'
    ' && (LastJobStatus =!= 2 || time() - EnteredCurrentStatus > 60)'
)


def remove_all(account):
    """Marks all queued jobs of the account for removal; how many there were."""
    owner = f'Owner =?= "{account}"'
    # Rare, so it is asked beside condor_rm rather than done after it: a sudo less for everybody else.
    kept = start_asking_for_kept(account)
    removed = _remove(account, f'{owner} && JobStatus =!= 3')
    if any_kept(kept):
        _remove(account, f'{owner} && {LEFT_BEHIND}', '-forcex')
    return removed


def remove_request(account, request):
    """Removes what one submission queued."""
    _remove(account, f'Owner =?= "{account}" && ProcRequestId =?= "{request}"')


def _remove(account, constraint, *options):
    """The schedd does it in one transaction and lists each job, `job_<cluster>_<proc> = <result>`; 1 is success.

    The ad of a job factory itself is listed too, without a proc number of its own: it is no job.
    """
    result = as_account(account, '/', [CONDOR_RM, '-long', *options, '-constraint', constraint], LIMIT)
    if result.status is None or b'JobAction' not in result.out:
        raise query_failure(result)
    removed = 0
    for line in result.out.split(b'\n'):
        attribute, _, value = line.partition(b' = ')
        if attribute.startswith(b'job_') and value == b'1' and attribute.rpartition(b'_')[2].isdigit():
            removed += 1
    # Nothing to remove is said in words and by different statuses; anything else with no job removed is a fault.
    if removed == 0 and result.status != 0 and b"Couldn't find/remove all jobs" not in result.err:
        raise Failure(SOFTWARE, 'the jobs could not be removed', result.err[:1000].decode('utf-8', 'replace'))
    return removed
