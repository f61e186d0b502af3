"""Submits once, however often it is asked: claim, files, the check of the finished jobs, condor_submit, answer."""
import posix
import time

import large_submission
import worker_needs
from accounts import home, physical
from claim import take
from dry_run import cluster_mark, number_of_jobs, read
from failure import DATAERR, TEMPFAIL, UNAVAILABLE, USAGE, Failure
from job_check import check
from job_place import Place
from message import description_failure, submit_failure, warnings
from plain_description import require, write
from removal import remove_request
from result_directories import needed
from sandbox import Sandbox
from schedd import find, queued
from strict_json import quote


class OutcomeUnknown(Failure):
    """Jobs may be queued. The claim stays, so that a repeated request finds out."""

    def __init__(self, detail):
        super().__init__(
            TEMPFAIL,
            'it is not known whether the jobs were queued: repeat the request with the same Idempotency-Key; '
            'without one, look at your jobs first (user=me)',
            detail,
        )


def submit(request, entry, settings):
    """The reply, as JSON. Failure otherwise, and then nothing is queued or kept, unless it is OutcomeUnknown."""
    for file in request['files']:
        if 'url' in file and not file['url'].startswith(tuple(settings['stores'])):
            raise Failure(USAGE, 'request not understood: not a url of the store')
    begun = time.monotonic()
    place = home(entry)
    claim = take(request['account'], request['request'], request['digest'])
    if isinstance(claim, str):
        return f'{{"outcome":"{claim}"}}'
    if claim.cluster is not None:
        return _submitted(claim, claim.cluster, replayed=True)
    sandbox = None
    try:
        if claim.submitting is not None:
            earlier = _earlier(request, claim)
            if earlier is not None:
                claim.answer(earlier)
                return _submitted(claim, earlier, replayed=True)
        if claim.refused:  # whoever was to remove them may have been stopped
            remove_request(request['account'], request['request'])
        sandbox = Sandbox(request['account'])
        text, told, count = _checked(request, sandbox, place, settings.get('results') == 'home', begun)
        large = large_submission.lock(count, sandbox)
        large_submission.check_duration(count, begun, sandbox)
        claim.tell(told)
        claim.start_submitting()
        cluster = _queue(request, sandbox, text, place, claim)
        if large is not None:
            posix.close(large)
    except OutcomeUnknown:
        raise
    except Failure:
        if sandbox is not None:
            sandbox.remove(request)
            claim.drop()
        raise
    claim.answer(cluster)
    claim.release()  # sudo still ends, and it has the lock too
    return _submitted(claim, cluster, replayed=False)


def _submitted(claim, cluster, replayed):
    word = 'true' if replayed else 'false'
    return f'{{"outcome":"submitted","cluster":{cluster},"replayed":{word},"told":{claim.told}}}'


def _earlier(request, claim):
    """The cluster of an attempt that left no answer, None if it queued nothing. Never a guess: Failure if none can say."""
    clusters = find(request['account'], request['request'], claim.submitting, claim.refused)
    if len(clusters) > 1:
        claim.refuse(clusters)
        remove_request(request['account'], request['request'])
        Sandbox(request['account']).remove(request)
        raise _several(clusters)
    return clusters[0] if clusters else None


def _several(clusters):
    return Failure(DATAERR, f'the description makes {len(clusters)} clusters; one is allowed, and none was kept')


def _checked(request, sandbox, place, results_in_home, begun):
    """The description to submit (bytes), an object for the answer (JSON), and the number of jobs. Raises Failure 65 where they may not be.

    The description is made of what condor_submit made of the user's own. `begun`: when the gate began, by time.monotonic().
    """
    account = request['account']
    directory = f'{place}/proc/{request["request"]}'
    executable = request['executable']
    # In a submit description a $ would begin a macro; the checked names hold none.
    program = f'{directory}/{executable["file"]}' if 'file' in executable else executable['path']
    transferred = 'file' in executable
    mark = cluster_mark()
    result = sandbox.dry_run(request, _ours(program, transferred), mark)
    if result.status != 0:
        raise description_failure(result, directory, place)
    # To read and check the jobs can take as long as the dry run: what cannot be queued in time is refused before.
    count = number_of_jobs(result.out)
    large_submission.check_count(count)
    large_submission.check_duration(count, begun, sandbox)
    jobs = read(result.out, mark)
    homes = {place, physical(place)}
    homes = [_as_read(home) for home in homes]
    own_directories = [f'{home}/proc/{request["request"]}' for home in homes]
    own = [line for line in request['append'] if line[0] == '+']
    names = [line[1:].partition('=')[0].strip().lower() for line in own]
    check(jobs, account, Place(own_directories, homes if results_in_home else ()), names)
    sandbox.make(needed(jobs, own_directories, [_as_read(file['name']) for file in request['files']]))
    for line in request['append']:
        if line[0] != '+':
            require(jobs, line.partition('=')[2].strip())
    warned = [*request.get('warnings', ()), *warnings(result.err, directory, place), *worker_needs.warnings(jobs)]
    if warned:
        jobs.cluster['procwarnings'] = 'ProcWarnings', _text('; '.join(warned))
    told = f'{{"jobs":{len(jobs.procs)},"warnings":[{",".join(map(quote, warned))}]}}'
    return write(jobs, _as_read(program), transferred, [*own, f'+ProcRequestId = "{request["request"]}"']), told, len(jobs.procs)


def _ours(program, transferred):
    """The lines that follow the user's own in the dry run."""
    return [
        f'executable = {program}',
        # condor_submit refuses `true` beside should_transfer_files = no; empty, the program goes wherever files go.
        f'transfer_executable = {"" if transferred else "false"}',
        # The schedd would expand the rest of the macros by itself, without the limits of here.
        'max_materialize =',
        'max_idle =',
    ]


def _text(words):
    """A string of ClassAds with these words, and with none of the signs that mean something in a description or in a string."""
    for sign, other in (('"', "'"), ('\\', '/'), ('$(', '$ (')):
        words = words.replace(sign, other)
    while '$$' in words:
        words = words.replace('$$', '$')
    return f'"{_as_read(words)}"'


def _as_read(path):
    """A path with a character for each of its bytes, as dry_run reads what condor_submit prints."""
    return path.encode('utf-8', 'surrogateescape').decode('latin-1')


def _queue(request, sandbox, text, place, claim):
    """Submits what was checked; the id of the one cluster that is queued."""
    account, key = request['account'], request['request']
    directory = f'{place}/proc/{key}'
    result = sandbox.submit(text)
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
