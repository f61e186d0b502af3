"""One ssh command: reads the line, does what it asks, writes the reply, ends with a status of sysexits.h.

All files here take the calls of the system from `posix`, which `os` hands on: `import os` costs 2 ms, a quarter of the
interpreter's own start, and a submission starts it twice.
"""
import posix
import time

from failure import CONFIG, NOPERM, SOFTWARE, TEMPFAIL, USAGE, Failure
from request import MAX_LINE, read
from stream import complain, write
from strict_json import parse

SETTINGS = '/etc/condor-gate.json'
LINE_LIMIT = 10  # seconds for the request to arrive


def serve():
    """Ends the process."""
    start = time.monotonic()
    posix.umask(0o077)
    request = {}
    detail = ''
    status = 0
    try:
        request = read(_line())
        _answer(request)
    except Failure as failure:
        status, detail = failure.status, failure.detail
        # The gate's own words; HTCondor's may quote the description.
        if status in (USAGE, NOPERM, CONFIG):
            detail = ': '.join(filter(None, (failure.message, detail)))
        # What is wrong with this host is for the service's log; its users are told the last line alone.
        if status == CONFIG and failure.detail:
            complain(' '.join(failure.detail.split())[:500])
        complain(failure.message)
    except BrokenPipeError:
        status, detail = SOFTWARE, 'the client went away'
    except Exception:
        from traceback import format_exc

        status, detail = SOFTWARE, format_exc()
        complain('internal error of the submit host')
    _log(request, status, detail, start)
    posix._exit(status)


def _line():
    import select

    deadline = time.monotonic() + LINE_LIMIT
    poll = select.poll()
    poll.register(0, select.POLLIN)
    data = b''
    while b'\n' not in data and len(data) <= MAX_LINE + 1:
        if not poll.poll(max(0, (deadline - time.monotonic()) * 1000)):
            raise Failure(TEMPFAIL, 'the request did not arrive in time')
        more = posix.read(0, 1 << 16)
        if not more:
            break
        data += more
    # A connection that broke in the middle of the line: nothing is done, and the service may repeat it.
    if data and b'\n' not in data and len(data) <= MAX_LINE:
        raise Failure(TEMPFAIL, 'the request did not arrive whole')
    if not data.endswith(b'\n') or data.count(b'\n') != 1:
        raise Failure(USAGE, 'request not understood: not one line')
    return data[:-1]


def _settings():
    try:
        with open(SETTINGS, 'rb') as file:
            return parse(file.read())
    except (OSError, ValueError) as error:
        raise Failure(CONFIG, 'the settings cannot be read', repr(error)) from None


def _answer(request):
    """Each operation imports what it needs: every import is paid for at every request."""
    op = request['op']
    if op == 'submit':
        from accounts import admitted
        from submission import submit

        settings = _settings()
        reply = submit(request, admitted(request['account'], settings), settings)
    elif op == 'remove':
        from accounts import admitted
        from removal import remove_all

        admitted(request['account'], _settings())
        reply = f'{{"removed":{remove_all(request["account"])}}}'
    elif op == 'act':
        from accounts import admitted
        from action import act

        account = request['account']
        admitted(account, _settings())
        jobs, outcomes = act(
            account, request['action'], request.get('jobs'), request.get('states'), request.get('priority')
        )
        items = ','.join(f'["{word}",{count}]' for word, count in outcomes)
        reply = f'{{"jobs":{jobs},"outcomes":[{items}]}}'
    elif op == 'output':
        from accounts import admitted
        from output import send

        send(request, admitted(request['account'], _settings()))
        return
    else:
        import schedd

        if op == 'list':
            schedd.stream_jobs(request['attributes'])
            return
        if op == 'values':
            write(schedd.values(request['jobs'], request['attributes'], 'ended' in request))
            return
        if op in ('job', 'analyze'):
            from accounts import admitted

            account, cluster, proc = request['account'], request['cluster'], request.get('proc')
            admitted(account, _settings())
            if op == 'job':
                write(schedd.job(account, cluster, proc, request.get('attributes'), 'ended' in request) + b'\n')
            else:
                write(schedd.analyze(account, cluster, proc))
            return
        if op == 'status':
            names = ('schedds', 'slots', 'negotiators', 'submitters')
            arrays = (f'"{name}":'.encode() + ads for name, ads in zip(names, schedd.status()))
            write(b'{' + b','.join(arrays) + b'}\n')
            return
        from readiness import ready

        reply = ready(_settings())
    write(reply.encode() + b'\n')


def _log(request, status, detail, start):
    """One line to syslog, if there is one: never contents, never a url."""
    try:
        posix.stat('/dev/log')
    except OSError:
        return
    import syslog

    milliseconds = round((time.monotonic() - start) * 1000)
    words = [f'{name}={request[name]}' for name in ('op', 'action', 'account', 'request') if name in request]
    syslog.openlog('condor-gate', syslog.LOG_PID, syslog.LOG_AUTHPRIV)
    syslog.syslog(' '.join([*words, f'status={status}', f'ms={milliseconds}', ' '.join(detail.split())[:2000]]))
