"""Output of a job: what it wrote to stdout, to stderr, or its log. Read as the account, from the job's own directory alone.

The reply is a line of JSON, {"size":S,"first":F,"length":L}, and the L bytes from F on. Without first and length the
range lies outside of the file.
"""
from accounts import home, physical
from command import SUDO, Command, as_account
from failure import NOINPUT, TEMPFAIL, USAGE, Failure
from message import query_failure
from schedd import job
from stream import write
from strict_json import parse, quote

READER = '/usr/local/libexec/condor-gate/condor-gate-read'
CONDOR_TAIL = '/usr/bin/condor_tail'
READER_LIMIT = 40  # seconds, above TIMEOUT=30 in sudoers
TAIL_LIMIT = 25  # seconds, above TIMEOUT=15 in sudoers
ATTRIBUTES = {'stdout': 'Out', 'stderr': 'Err', 'log': 'UserLog'}
MOST_OF_TAIL = 8 * 1024 * 1024  # bytes, held in memory
RUNNING, TRANSFERRING = 2, 6


def send(request, entry):
    """Writes the reply, or Failure: 66 says in words why there is nothing to read."""
    ad = _ad(request)
    order = {'request': ad.get('ProcRequestId'), 'path': _path(request['file'], ad, home(entry))}
    order.update({name: request[name] for name in ('most', 'first', 'last', 'suffix') if name in request})
    line = '{' + ','.join(f'"{name}":{_json(value)}' for name, value in order.items()) + '}\n'
    sudo = [SUDO, '-n', '-u', request['account'], '--', READER]
    result = Command(sudo, READER_LIMIT, stdin=line.encode('utf-8', 'surrogateescape'), stdout=1).wait()
    if result.status == NOINPUT:
        if ad.get('JobStatus') in (RUNNING, TRANSFERRING) and request['file'] != 'log':
            _tail(request)
        else:
            raise Failure(NOINPUT, 'there is no such file: the job has not started, was removed before its output came back, or the file is gone')
    elif result.status == USAGE:
        raise Failure(NOINPUT, 'it is not a plain file of yours, in the job\'s own directory, that can be read')
    elif result.status == TEMPFAIL or result.status is None:
        raise Failure(TEMPFAIL, 'the file could not be read')
    elif result.status != 0:
        raise query_failure(result)


def _ad(request):
    wanted = [*ATTRIBUTES.values(), 'Iwd', 'ProcRequestId', 'JobStatus']
    try:
        # A name is any bytes, and each of the files can be read whatever the others are called.
        ads = parse(job(request['account'], request['cluster'], request['proc'], wanted), 'surrogateescape')
    except ValueError:  # the user set one of them to something else than text
        raise Failure(NOINPUT, 'the job\'s description names no such file') from None
    if not ads:
        raise Failure(NOINPUT, 'you have no such job, queued or lately finished')
    return ads[0]


def _path(file, ad, place):
    """The names that lead from ~/proc/<request>/ to the file."""
    name, directory = ad.get(ATTRIBUTES[file]), ad.get('Iwd')
    if type(name) is not str or type(directory) is not str or name in ('', '/dev/null'):
        word = {'stdout': 'output', 'stderr': 'error'}.get(file, file)
        raise Failure(NOINPUT, f'the job keeps no {file}: its description has no line `{word} = <name>`')
    path = name if name.startswith('/') else f'{directory}/{name}'
    own = f'{place}/proc/{ad.get("ProcRequestId")}/'
    if not path.startswith(own):
        own = physical(place) + own[len(place) :]
    names = [part for part in path[len(own) :].split('/') if part not in ('', '.')]
    if not path.startswith(own) or not names or '..' in names:
        raise Failure(NOINPUT, 'the file lies outside of the job\'s own directory, where this service does not read')
    return names


def _tail(request):
    """What a running job has written so far lies on the worker, where HTCondor transfers files: it is asked for it."""
    which = ['-no-stdout', '-stderr'] if request['file'] == 'stderr' else []
    most = min(request['most'], MOST_OF_TAIL)
    job_id = f'{request["cluster"]}.{request["proc"]}'
    argv = [CONDOR_TAIL, '-maxbytes', str(most), *which, job_id]
    result = as_account(request['account'], None, argv, TAIL_LIMIT)
    if result.status != 0 or len(result.out) >= most:
        raise Failure(NOINPUT, 'the job is running, and its files come from the worker when it ends; try again later')
    from byte_range import part

    first, length = part(len(result.out), request)
    if first is None:
        write(f'{{"size":{len(result.out)}}}\n'.encode())
        return
    write(f'{{"size":{len(result.out)},"first":{first},"length":{length}}}\n'.encode())
    write(result.out[first : first + length])


def _json(value):
    if type(value) is list:
        return '[' + ','.join(map(quote, value)) + ']'
    return quote(value) if type(value) is str else str(value)
