"""What an account does to its own jobs, named by their ids or by their state: remove, hold, release, another priority."""
from command import as_account
from failure import Failure
from job_command import ALREADY_DONE, BAD_STATUS, DONE, LIMIT, done, run_action
from message import query_failure
from removal import remove
from schedd import find_ended, find_jobs

CONDOR_PRIO = '/usr/bin/condor_prio'


def act(account, action, jobs, states, priority):
    """Acts on the account's jobs that are named (None: all) and in one of the states (None: any).

    Returns how many jobs it was done to and, for each of `jobs`, its outcome in a word and how many.
    """
    wanted = _constraint(account, jobs, states)
    if action == 'prio':
        results = _prioritize(account, jobs, priority)
    elif action == 'remove':
        results, taken_away = remove(account, wanted)
        if jobs is not None:
            results.update(taken_away)
    else:
        results = run_action(action, account, wanted)
    try:
        return done(results), _outcomes(account, jobs or [], results)
    except Failure:
        if not done(results):
            raise
        # It is done: that of the other jobs nothing can be said is no reason to call it failed.
        return done(results), _outcomes(account, jobs, results, look=False)


def _constraint(account, jobs, states):
    """Cheap questions first: the schedd puts them to each job of the queue."""
    terms = [f'Owner =?= "{account}"']
    if states is not None:
        terms.append(f'member(JobStatus, {_list(states)})')
    if jobs is not None:
        terms.append(f'member(ClusterId, {_list({job[0] for job in jobs})})')
        whole = {job[0] for job in jobs if len(job) == 1}
        named = [f'member(ClusterId, {_list(whole)})'] if whole else []
        procs = {}
        for cluster, proc in (job for job in jobs if len(job) == 2):
            procs.setdefault(cluster, set()).add(proc)
        named += [f'ClusterId =?= {cluster} && member(ProcId, {_list(procs[cluster])})' for cluster in procs]
        terms.append(f'({" || ".join(named)})')
    return ' && '.join(terms)


def _list(numbers):
    return '{' + ','.join(map(str, sorted(numbers))) + '}'


def _prioritize(account, jobs, priority):
    """condor_prio says nothing by its status: the jobs are looked at before and after."""
    own = _by_name((job, owner) for job, owner, _ in find_jobs(jobs) if owner == account)
    named = [job for job in jobs if tuple(job) in own]
    if not named:
        return {}
    ids = ['.'.join(map(str, job)) for job in named]
    result = as_account(account, '/', [CONDOR_PRIO, '-p', str(priority), *ids], LIMIT)
    if result.status != 0:
        raise query_failure(result)
    return {job: DONE for job, owner, now in find_jobs(named) if owner == account and now == priority}


def _outcomes(account, jobs, results, look=True):
    """By what the schedd listed; for other ids the queue is asked, then the history: a job is always in one of them.

    Where nobody is to look they are `unsettled`.
    """
    codes = _by_name(results.items())
    unsettled = [job for job in jobs if tuple(job) not in codes]
    owners = _by_name((job, owner) for job, owner, _ in find_jobs(unsettled)) if unsettled and look else {}
    unsettled = [job for job in unsettled if tuple(job) not in owners]
    named = _constraint(account, unsettled, None) if unsettled else None
    ended = _by_name((job, owner) for job, owner, _ in find_ended(account, named)) if unsettled and look else {}

    def outcome(job):
        if job in codes:
            return _acted(codes[job])
        if job in owners:
            return ('state' if account in owners[job] else 'other'), 0
        return ('finished' if job in ended else 'unknown' if look else 'unsettled'), 0

    return [outcome(tuple(job)) for job in jobs]


def _acted(codes):
    if DONE in codes:
        return 'done', codes.count(DONE)
    return ('already' if ALREADY_DONE in codes else 'state' if BAD_STATUS in codes else 'failed'), 0


def _by_name(pairs):
    """Lists of what is said of each job, under both of its names: (cluster,) and (cluster, proc)."""
    said = {}
    for job, word in pairs:
        said.setdefault(job, []).append(word)
        said.setdefault(job[:1], []).append(word)
    return said
