"""The account's side of one submission: it receives the files, and runs condor_submit as the gate tells it.

On stdin a line of JSON says what comes, and the bytes of the files follow. Then condor_submit reads the description
without submitting anything, and what it printed goes to the gate, which checks the finished jobs. If they may be
submitted the gate sends the description that was made of them. Nothing is started from here but PAM's helper and condor_submit,
and by condor_submit nothing at all: a description is a program, and sudo's own library keeps whoever reads it from starting another.
"""
import posix
import time

from cluster_number import refusal
from command import MOST_OUTPUT, Command, Result
from failure import CONFIG, DATAERR, NOPERM, TEMPFAIL, USAGE, Failure
from field import is_name, is_request_id
from job_directory import made
from receiver import is_file, read_line, store
from stream import complain, write
from strict_json import parse

CONDOR_SUBMIT = '/usr/bin/condor_submit'
# Where sudo's library is that refuses each start of a program, in the kernel (seccomp): Debian 13, RHEL; Debian 12, Ubuntu.
NOEXEC = ('/usr/libexec/sudo/sudo_noexec.so', '/usr/lib/sudo/sudo_noexec.so', '/usr/lib64/sudo/sudo_noexec.so')
DRY_RUN_LIMIT = 15  # seconds
REPEATED_LIMIT = 4  # seconds, three times at most
SUBMIT_LIMIT = 60  # seconds
# Macros of macros can reckon for ever, and 4 MB of text become gigabytes. 10 s are some 50,000 jobs.
PROCESSOR_LIMIT = (10, 12)  # seconds
# What is submitted has no macros of the user's any more. 20,000 jobs take some 7 s.
SUBMIT_PROCESSOR_LIMIT = (40, 42)  # seconds
MEMORY_LIMIT = 512 * 1024 * 1024  # bytes
# What a description may read with $ENV() and getenv: the account's own, and nothing of sudo's.
INHERITED = (b'HOME', b'USER', b'LOGNAME', b'SHELL', b'LANG', b'PATH')
# HTCondor 25 would take one queue statement alone, and 23.9 takes many. One is submitted.
SETTINGS = {b'_CONDOR_SUBMIT_PREVENT_MULTI_QUEUE': b'false'}
CHECK_EXPIRY = ('/usr/sbin/unix_chkpwd', '/sbin/unix_chkpwd')
ACCOUNT_EXPIRED = 13  # PAM_ACCT_EXPIRED
NO_DIRECTORY = b'No such directory: '
LONGEST_TEXT = 64 * 1024 * 1024  # bytes


def serve():
    """Ends the process: status as in failure.py, message on stderr."""
    status = 0
    try:
        posix.umask(0o077)
        _run()
    except Failure as failure:
        status = failure.status
        complain(failure.message)
    except PermissionError:
        status = NOPERM
        complain('this account cannot write to its own ~/proc on the submit host')
    except BrokenPipeError:
        pass  # the gate is gone, and with it everyone who would be told
    except OSError as error:
        # No space, over quota, i/o error, read-only: someone has to act on the host, and then it works again.
        status = TEMPFAIL
        complain('the file system of the submit host: ' + posix.strerror(error.errno or 0))
    posix._exit(status)


def _run():
    line, rest = read_line()
    order = _parsed(line)
    if order == {'ready': True}:
        _noexec()
        return
    if 'remove' in order:
        _remove(order)
        return
    _refuse_expired()
    request, files, description, append = (order.get(name) for name in ('request', 'files', 'description', 'append'))
    cluster = order.get('cluster')
    good = (
        len(order) == 5
        and type(cluster) is int
        and is_request_id(request)
        and type(files) is list
        and all(type(file) is dict and is_file(file) for file in files)
        and is_name(description)
        and type(append) is list
        and all(type(line) is str for line in append)
    )
    if not good:
        raise _not_understood()
    directory, rest = store(request, files, rest)
    posix.fchdir(directory)
    argv = ['-terse']
    for command in append:
        argv += ['-append', command]

    def dry_run(number, limit=REPEATED_LIMIT):
        # -file: a name with = in it would be taken for an assignment.
        return _into_memory([*argv, f'-dry-run:2,cluster={number}', '-', '-file', description], limit)

    result = dry_run(cluster, DRY_RUN_LIMIT)
    if result.status and NO_DIRECTORY in result.err:
        from initial_directory import TOO_MANY, named

        # It looks for the directory and makes none.
        def look(text, more):
            reading = [*argv, *more, f'-dry-run:2,cluster={cluster}', '-', '-']
            return _into_memory(reading, REPEATED_LIMIT, text)

        paths = named(description, look)
        if paths is None:
            result = Result(1, b'', TOO_MANY)
        elif paths and not made(directory, paths):
            result = dry_run(cluster, DRY_RUN_LIMIT)
    _report(refusal(description, cluster, result, dry_run) or result)
    while True:
        line, rest = read_line(rest)
        if not line:
            return  # the gate has all that it wanted, or is gone
        order = _parsed(line)
        if 'remove' in order:
            _remove(order)
            continue
        word = 'make' if 'make' in order else 'submit'
        size = order.get(word)
        if len(order) != 1 or type(size) is not int or not 0 < size <= LONGEST_TEXT:
            raise _not_understood()
        data, rest = _text(rest, size)
        if word == 'make':
            reason = made(directory, data.split(b'\0'))
            _report(Result(DATAERR if reason else 0, b'', reason.encode()))
        else:
            _report(_condor_submit(['-terse', '-'], SUBMIT_LIMIT, data))


def _refuse_expired():
    """Whoever leaves has the account expire, which sshd and cron heed, and sudo does not for the one whom it acts as.

    PAM's own helper reads the shadow file for an account and about that account alone; what it says of passwords does not matter here.
    """
    import pwd

    name = pwd.getpwuid(posix.getuid()).pw_name
    for program in CHECK_EXPIRY:
        if posix.access(program, posix.X_OK):
            if Command([program, name, 'chkexpiry'], 5).wait().status == ACCOUNT_EXPIRED:
                raise Failure(NOPERM, 'this account has expired on the submit host')
            return


def _parsed(line):
    try:
        order = parse(line)
    except ValueError:
        order = None
    if type(order) is not dict:
        raise _not_understood()
    return order


def _not_understood():
    return Failure(USAGE, 'request not understood by the account\'s side')


def _remove(order):
    from job_directory import remove

    names = order.get('names')
    if len(order) != 2 or not is_request_id(order['remove']) or type(names) is not list or not all(map(is_name, names)):
        raise _not_understood()
    remove(order['remove'], names)


def _text(rest, size):
    parts, length = [rest], len(rest)
    while length < size:
        more = posix.read(0, 1 << 16)
        if not more:
            raise Failure(TEMPFAIL, 'the gate went away')
        parts.append(more)
        length += len(more)
    data = b''.join(parts)
    return data[:size], data[size:]


def _into_memory(argv, limit, stdin=b''):
    """The Result of condor_submit, which writes a line for each attribute: by a pipe each would wake us, 1 s for 20,000 jobs."""
    memory = posix.memfd_create('out', posix.MFD_CLOEXEC)
    result = _condor_submit(argv, limit, stdin, memory)
    result.out = posix.pread(memory, MOST_OUTPUT, 0)
    posix.close(memory)
    return result


def _condor_submit(argv, limit, stdin=b'', stdout=None):
    """Its Result. It ends itself at its limits, whether or not anyone still waits for it."""
    environment = {name: posix.environ[name] for name in INHERITED if name in posix.environ}
    environment.update(SETTINGS)
    environment[b'LD_PRELOAD'] = _noexec()

    def bounds():
        from _signal import alarm
        from resource import RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_FSIZE, setrlimit

        setrlimit(RLIMIT_CPU, SUBMIT_PROCESSOR_LIMIT if stdout is None else PROCESSOR_LIMIT)
        setrlimit(RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        setrlimit(RLIMIT_CORE, (0, 0))
        if stdout is not None:
            setrlimit(RLIMIT_FSIZE, (MOST_OUTPUT, MOST_OUTPUT))
        alarm(limit)

    begun, before = time.monotonic(), _processor_seconds()
    result = Command([CONDOR_SUBMIT, *argv], limit + 5, stdin, stdout, environment, bounds).wait()
    result.seconds = time.monotonic() - begun
    result.processor_seconds = _processor_seconds() - before
    return result


def _processor_seconds():
    """Of all programs that have ended."""
    times = posix.times()
    return times.children_user + times.children_system


def _noexec():
    """A library that is not there would be passed over with a warning: then nothing is started at all."""
    for path in NOEXEC:
        try:
            posix.stat(path)
        except OSError:
            continue
        return path
    raise Failure(CONFIG, 'the submit host is not set up: sudo_noexec.so is missing')


def _report(result):
    status = 'null' if result.status is None else result.status
    sizes = f'"out":{len(result.out)},"err":{len(result.err)}'
    times = f'"ms":{round(result.seconds * 1000)},"processor_ms":{round(result.processor_seconds * 1000)}'
    write(f'{{"status":{status},"signal":{result.signal},{sizes},{times}}}\n'.encode())
    write(result.out)
    write(result.err)
