"""condor_rm, for the account's own jobs alone, and so that they are gone."""
from job_command import done, run_action
from schedd import any_kept, start_asking_for_kept

# A job that leave_in_queue keeps: removed, nothing runs for it any more, and it would stay for ever. -forcex is unsafe
# while a shadow still clears up (RemoteHost), and right after it (LastJobStatus was running): the next call takes those.
LEFT_BEHIND = (
    'JobStatus =?= 3 && LeaveJobInQueue =!= false && RemoteHost is undefined'
    ' && (LastJobStatus =!= 2 || time() - EnteredCurrentStatus > 60)'
)


def remove_all(account):
    """Marks all queued jobs of the account for removal; how many there were."""
    removed, _ = remove(account, f'Owner =?= "{account}"')
    return done(removed)


def remove(account, constraint):
    """Two of job_command.run_action's results: the jobs marked for removal, and those taken away that would have stayed."""
    # Rare, so it is asked beside condor_rm rather than done after it: a sudo less for everybody else.
    kept = start_asking_for_kept(constraint)
    removed = run_action('remove', account, f'{constraint} && JobStatus =!= 3')
    return removed, run_action('remove', account, f'{constraint} && {LEFT_BEHIND}', '-forcex') if any_kept(kept) else {}


def remove_request(account, request):
    """Removes what one submission queued."""
    run_action('remove', account, f'Owner =?= "{account}" && ProcRequestId =?= "{request}"')
