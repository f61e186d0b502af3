"""The questions put to HTCondor, as the service account. Whatever concerns one account names its owner.

=?= compares exactly: == takes `Alice` for `alice`.
"""
from command import read_all, reading
from failure import SOFTWARE, UNAVAILABLE, Failure
from large_submission import is_under_way
from message import query_failure

CONDOR_Q = '/usr/bin/condor_q'
CONDOR_HISTORY = '/usr/bin/condor_history'
CONDOR_STATUS = '/usr/bin/condor_status'
LARGE_WRITES = ['/usr/bin/stdbuf', '--output=64K']

SCHEDD_ATTRIBUTES = (
    'Name,TotalJobAds,TotalIdleJobs,TotalRunningJobs,TotalHeldJobs,TotalRemovedJobs,NumUsers,MaxJobsRunning,'
    'DaemonStartTime,RecentJobsCompleted,RecentDaemonCoreDutyCycle,CondorVersion'
)
SLOT_ATTRIBUTES = 'Name,SlotType,State,Activity,Cpus,Memory,Disk'

DAY = 86400
VALUES_LIMIT = 3  # seconds, for everybody's list waits for it
MOST_JOBS = 5001  # of a cluster; the service tells of 5000, and that there are more


def _ask(argv, limit):
    result = read_all(argv, limit)
    if result.status != 0:
        raise query_failure(result)
    return result.out


def name():
    """The schedd's name, from its own mouth: the header line of condor_q is written when it has answered.

    Empty where it is silent because it takes a large submission.
    """
    result = read_all([CONDOR_Q, '-totals', '-constraint', 'false'], 4)
    if result.status is None and is_under_way():
        return ''
    if result.status != 0:
        raise query_failure(result)
    for line in result.out.decode('utf-8', 'replace').split('\n'):
        if line.startswith('-- Schedd: '):
            return line[11:].partition(' : ')[0].strip()
    raise Failure(UNAVAILABLE, 'the scheduler cannot be reached')


def stream_jobs(attributes):
    """All users' queued jobs straight to our stdout: condor_q writes while the schedd still sends.

    It would write 4 KB at a time, and each would be a packet of ssh's: 9,000 for 100,000 jobs, a tenth of what the
    function takes for the list.
    """
    query = [*LARGE_WRITES, CONDOR_Q, '-allusers', '-json', '-attributes', ','.join(attributes)]
    result = read_all(query, 60, stdout=1)
    if result.status != 0:
        raise query_failure(result)


def values(jobs, attributes, ended=False):
    """A line `cluster proc value value …` for each of the jobs named that is in the queue, of whoever's, or in the history.

    What condor_q makes of the expressions that these attributes are. real(): no value is a text, which could look like a line.
    """
    tool = [CONDOR_HISTORY] if ended else [CONDOR_Q, '-allusers']
    names = ['.'.join(map(str, job)) for job in jobs]
    return _ask([*tool, *names, '-af', 'ClusterId', 'ProcId', *(f'real({name})' for name in attributes)], VALUES_LIMIT)


def job(account, cluster, proc, attributes, ended=False):
    """A JSON array of the one job, or of none; without a proc of the whole cluster. Id and constraint both must hold.

    The queue first, then the history: a job is in the history before it leaves the queue, so that it is always found.
    A cluster can be in both, and a job that is just leaving comes twice. `ended` asks the history alone.
    """
    ids = str(cluster) if proc is None else f'{cluster}.{proc}'
    limit = MOST_JOBS if proc is None else 1
    own = f'Owner =?= "{account}"'
    form = ['-limit', str(limit), '-json']
    if attributes:
        counting = ['ProcId', 'TotalSubmitProcs'] if proc is None else []
        form += ['-attributes', ','.join(dict.fromkeys([*attributes, *counting]))]
    queued = b'' if ended else _members(_ask([CONDOR_Q, ids, '-constraint', own, *form], 20))
    if proc is not None and queued:
        return b'[' + queued + b']'
    found = _members(_ask([CONDOR_HISTORY, ids, '-constraint', own, *form], 20))
    if not _whole(queued, found, proc, limit):
        # By an id condor_history stops at a job that had completed before the cluster was submitted: one that
        # leave_in_queue kept, and that left later than some of the cluster's. By an owner it goes on to the end.
        named = f'{own} && ClusterId =?= {cluster}' + ('' if proc is None else f' && ProcId =?= {proc}')
        found = _members(_ask([CONDOR_HISTORY, account, '-constraint', named, *form], 20))
    return b'[' + b','.join(filter(None, (queued, found))) + b']'


def _whole(queued, found, proc, limit):
    """Whether these ads are all that there are of a job, or of a cluster as it was submitted."""
    if proc is not None:
        return bool(found)
    procs, totals = set(), {limit}
    for line in (queued + b'\n' + found).split(b'\n'):
        name, _, value = line.strip(b' ,').partition(b': ')
        if value.isdigit():
            if name == b'"ProcId"':
                procs.add(int(value))
            elif name == b'"TotalSubmitProcs"':
                totals.add(int(value))
    return len(totals) > 1 and len(procs) >= min(totals)


def _members(array):
    """The inside of a JSON array; HTCondor also writes nothing at all for an empty one."""
    return array.strip()[1:-1].strip()


def find_jobs(jobs):
    """((cluster, proc), owner, priority) of the jobs named that are in the queue, of whoever's.

    Each of `jobs` is [cluster] or [cluster, proc].
    """
    return _found([CONDOR_Q, '-allusers', *('.'.join(map(str, job)) for job in jobs)])


def find_ended(account, constraint):
    """The same of the account's ended jobs that `constraint` holds for.

    Of a name condor_history reads the lines between the records, and of others' records no more: 0.5 s for 200 MB, where
    it took 2.4 without. By ids it would be as fast and not always find them, see job().
    """
    return _found([CONDOR_HISTORY, account, '-constraint', constraint])


def _found(argv):
    found = []
    for line in _ask([*argv, '-af', 'ClusterId', 'ProcId', 'Owner', 'JobPrio'], 20).split(b'\n'):
        words = line.split()
        if len(words) == 4 and words[0].isdigit() and words[1].isdigit():
            priority = int(words[3]) if words[3].lstrip(b'-').isdigit() else None
            found.append(((int(words[0]), int(words[1])), words[2].decode('utf-8', 'replace'), priority))
    return found


def analyze(account, cluster, proc):
    """condor_q's own words on where the job could run; it asks the collector for all slots."""
    own = f'Owner =?= "{account}" && ClusterId =?= {cluster} && ProcId =?= {proc}'
    return _ask([CONDOR_Q, '-allusers', '-better-analyze', '-constraint', own], 15)


def status():
    """Four JSON arrays: schedds, slots, negotiators, submitters. The questions are under way at the same time."""
    commands = [
        reading([CONDOR_STATUS, '-schedd', '-json', '-attributes', SCHEDD_ATTRIBUTES], 15),
        reading([CONDOR_STATUS, '-json', '-attributes', SLOT_ATTRIBUTES], 15),
        reading([CONDOR_STATUS, '-negotiator', '-json', '-attributes', 'Name,LastNegotiationCycleEnd0'], 15),
        reading([CONDOR_STATUS, '-submitters', '-json', '-attributes', 'Name,IdleJobs,RunningJobs,HeldJobs'], 15),
    ]
    answers = []
    for result in [command.wait() for command in commands]:
        if result.status in (124, 137):
            result.status = None
        if result.status != 0:
            raise query_failure(result)
        answers.append(result.out.strip() or b'[]')
    return answers


def queued(account, request):
    """The clusters of a request that are in the queue, or are job factories that have made no job yet."""
    mine = _of(account, request)
    return _clusters([CONDOR_Q, '-allusers', '-constraint', mine], 20) or _clusters(
        [CONDOR_Q, '-allusers', '-factory', '-constraint', mine], 20
    )


def ended(account, request, since):
    """The clusters in the history of an attempt that began at `since` (epoch seconds).

    The history is read backwards until a record from a day before the attempt. Records stand in the order in which
    jobs left the queue, and one that nothing kept there left it when its state last changed. An expression that kept
    one until now is false by now: what counts is how it is written.
    """
    older = f'unparse(LeaveJobInQueue) =?= "false" && EnteredCurrentStatus < {since - DAY}'
    return _clusters([CONDOR_HISTORY, '-constraint', _of(account, request), '-since', older], 40)


def find(account, request, since, refused):
    """The clusters of an attempt, begun at `since` (epoch seconds), that are not `refused`. Failure when HTCondor cannot be asked.

    Queue, then history: a job is in the history before it leaves the queue.
    """
    found = set(queued(account, request)) - refused or set(ended(account, request, since)) - refused
    return sorted(found)


def _of(account, request):
    return f'Owner =?= "{account}" && ProcRequestId =?= "{request}"'


def start_asking_for_kept(constraint):
    """Asks for a job, of those that the constraint holds for, that leave_in_queue keeps; any_kept() waits for the answer."""
    kept = f'{constraint} && LeaveJobInQueue =!= false'
    return reading([CONDOR_Q, '-allusers', '-constraint', kept, '-limit', '1', '-af', 'ClusterId'], 60)


def any_kept(question):
    """True also where there was no answer: to look is safe."""
    result = question.wait()
    return result.status != 0 or bool(result.out)


def _clusters(argv, limit):
    found = set()
    for line in _ask([*argv, '-af', 'ClusterId'], limit).split():
        if not line.isdigit():
            raise Failure(SOFTWARE, 'the scheduler gave no answer', 'no cluster id: ' + repr(line[:80]))
        found.add(int(line))
    return sorted(found)
