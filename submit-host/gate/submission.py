"""Submits once, however often it is asked: claim, files, condor_submit, answer."""
from accounts import home
from claim import take
from command import as_account
from failure import DATAERR, TEMPFAIL, UNAVAILABLE, USAGE, Failure
from job_files import receive, remove_files
from message import submit_failure
from removal import remove_request
from schedd import find, queued

CONDOR_SUBMIT = '/usr/bin/condor_submit'
LIMIT = 70  # seconds, above TIMEOUT=60 in sudoers


class OutcomeUnknown(Failure):
    """Jobs may be queued. The claim stays, so that a repeated request finds out."""

    def __init__(self, detail):
        super().__init__(
            TEMPFAIL,
            'it is not known whether the jobs were queued: repeat the request with the same Idempotency-Key; '
            'without one, look at your jobs first (user=me)',
            detail,
        )


def submit(request, entry, stores):
    """The reply, as JSON. Failure otherwise, and then nothing is queued or kept, unless it is OutcomeUnknown."""
    for file in request['files']:
        if 'url' in file and not file['url'].startswith(tuple(stores)):
            raise Failure(USAGE, 'request not understood: not a url of the store')
    place = home(entry)
    claim = take(request['account'], request['request'], request['digest'])
    if isinstance(claim, str):
        return f'{{"outcome":"{claim}"}}'
    if claim.cluster is not None:
        return _submitted(claim.cluster, replayed=True)
    if claim.submitting is not None:
        earlier = _earlier(request, claim)
        if earlier is not None:
            claim.answer(earlier)
            return _submitted(earlier, replayed=True)
    try:
        if claim.refused:  # whoever was to remove them may have been stopped
            remove_request(request['account'], request['request'])
        receive(request)
        claim.start_submitting()
        cluster = _queue(request, place, claim)
    except OutcomeUnknown:
        raise
    except Failure:
        remove_files(request)
        claim.drop()
        raise
    claim.answer(cluster)
    return _submitted(cluster, replayed=False)


def _submitted(cluster, replayed):
    return f'{{"outcome":"submitted","cluster":{cluster},"replayed":{"true" if replayed else "false"}}}'


def _earlier(request, claim):
    """The cluster of an attempt that left no answer, None if it queued nothing. Never a guess: Failure if none can say."""
    clusters = find(request['account'], request['request'], claim.submitting, claim.refused)
    if len(clusters) > 1:
        claim.refuse(clusters)
        remove_request(request['account'], request['request'])
        remove_files(request)
        raise _several(clusters)
    return clusters[0] if clusters else None


def _several(clusters):
    return Failure(DATAERR, f'the description makes {len(clusters)} clusters; one is allowed, and none was kept')


def _queue(request, place, claim):
    """Runs condor_submit in the job's directory; the id of the one cluster it queued."""
    account, key = request['account'], request['request']
    directory = f'{place}/proc/{key}'
    executable = request['executable']
    append = [
        *request['append'],
        # In a submit description a $ would begin a macro; the checked names hold none.
        'executable = ' + (f'{directory}/{executable["file"]}' if 'file' in executable else executable['path']),
        'transfer_executable = ' + ('true' if 'file' in executable else 'false'),
        f'+ProcRequestId = "{key}"',
    ]
    argv = [CONDOR_SUBMIT, '-terse']
    for line in append:
        argv += ['-append', line]
    # -file: a name with = in it would be taken for an assignment.
    result = as_account(account, directory, [*argv, '-file', f'{directory}/{request["description"]}'], LIMIT)
    if result.status is None:
        raise OutcomeUnknown('condor_submit was ended by its limit')
    clusters = _clusters(result.out)
    if result.status == 0:
        if len(clusters) == 1:
            return clusters[0]
        failure = _several(clusters) if clusters else Failure(DATAERR, 'the description queues no jobs')
    else:
        failure = submit_failure(result, directory, place)
        if failure.status != DATAERR and b"Can't find address" in result.err:
            raise failure
    # A failed condor_submit may have queued some all the same.
    try:
        if failure.status == UNAVAILABLE:
            clusters = find(account, key, claim.submitting, claim.refused)
            if len(clusters) == 1:
                return clusters[0]  # they may run already: what was lost is the answer to the commit alone
        else:
            # Of a refusal it does not matter what has ended already, and the history is long.
            clusters = clusters or sorted(set(queued(account, key)) - claim.refused)
        if clusters:
            claim.refuse(clusters)
            remove_request(account, key)
    except Failure as lost:
        raise OutcomeUnknown(lost.message) from None
    raise failure


def _clusters(out):
    """condor_submit -terse: a line `42.0 - 42.9` for each cluster; the words of macros may stand round it."""
    found = set()
    for line in out.decode('utf-8', 'replace').split('\n'):
        first, dash, last = line.strip().partition(' - ')
        cluster, dot, proc = first.partition('.')
        if dash and dot and cluster.isdigit() and proc.isdigit() and last.startswith(cluster + '.'):
            found.add(int(cluster))
    return sorted(found)
