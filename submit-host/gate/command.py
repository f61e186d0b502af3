"""Runs one program of the host and waits for it.

Who sets the limit: coreutils timeout round a reading command, sudo (TIMEOUT= in its rule) round one that runs as the
account. Neither depends on the gate or the ssh channel being alive, and the gate may not kill what runs as another user.
"""
import posix
import select
import time

from failure import CONFIG, Failure

SUDO = '/usr/bin/sudo'
ENVIRONMENT = {'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'HOME': '/'}
# Python ignores SIGPIPE, and a child would inherit that: condor_q would go on writing when nobody reads.
DEFAULT_SIGNALS = (13, 25)
ENDED_BY_LIMIT = (1, 9, 14, 15, 25)
KEPT_ERROR = 64 * 1024
KEPT_STDERR = 99  # a descriptor that is free
# The service takes 16 MB of a reply. 5,001 ads with a megabyte of arguments each are not kept in memory.
MOST_OUTPUT = 32 * 1024 * 1024
# sudo's only words that are no refusal: the host's name is not in its /etc/hosts.
HOST_WARNING = b'sudo: unable to resolve host '


class Result:
    """`status`: the exit status, or None when a limit ended the program or it wrote too much. `out`, `err`: bytes.

    `seconds`, `processor_seconds`: how long it took, where that is measured. `signal`: what ended it, 0 where it ended by itself or has not ended.
    """

    def __init__(self, status, out, err, signal=0):
        self.status = status
        self.signal = signal
        self.seconds = 0
        self.processor_seconds = 0
        self.out = out
        self.err = err


class Command:
    """A running program.

    `limit`: seconds we wait at the very most. `stdin`: bytes for it, or a file descriptor, which is then closed here.
    `stdout`: a file descriptor, which stays open here; None collects the output for the Result.
    `bounds`: what sets the program's own limits, called in its process before it starts.
    """

    def __init__(self, argv, limit, stdin=b'', stdout=None, environment=ENVIRONMENT, bounds=None):
        self.deadline = time.monotonic() + limit
        self.signal = 0
        given = stdin if isinstance(stdin, int) else _file_of(stdin)
        self.pid, self.out_read, self.err_read = start(argv, given, environment, stdout, bounds)

    def wait(self):
        """Reads both outputs side by side (a full pipe would stop the program) and returns a Result."""
        parts = {self.err_read: bytearray()}
        if self.out_read is not None:
            parts[self.out_read] = bytearray()
        poll = select.poll()
        for fd in parts:
            poll.register(fd, select.POLLIN)
        open_ends = len(parts)
        while open_ends:
            ready = poll.poll(max(0, (self.deadline - time.monotonic()) * 1000))
            if not ready:
                return self._result(None, parts)
            for fd, _ in ready:
                data = posix.read(fd, 1 << 16)
                if not data:
                    poll.unregister(fd)
                    open_ends -= 1
                elif fd != self.err_read or len(parts[fd]) < KEPT_ERROR:
                    parts[fd] += data
                if fd == self.out_read and len(parts[fd]) > MOST_OUTPUT:
                    posix.close(fd)  # SIGPIPE ends who goes on writing
                    parts[fd].clear()
                    return self._result(None, parts)
        return self._result(self._status(), parts)

    def _status(self):
        while True:
            pid, raw = posix.waitpid(self.pid, posix.WNOHANG)
            if pid:
                break
            if time.monotonic() > self.deadline:
                return None
            time.sleep(0.0005)
        self.signal = raw & 0x7F
        return status_of(raw)

    def _result(self, status, parts):
        out = bytes(parts[self.out_read]) if self.out_read is not None else b''
        return Result(status, out, without_warning(bytes(parts[self.err_read])), self.signal)


def status_of(raw):
    """The exit status that waitpid() gave; None where a limit ended the program."""
    status = posix.waitstatus_to_exitcode(raw)
    return None if -status in ENDED_BY_LIMIT else status


def without_warning(err):
    """What a program said, without what sudo says before it starts it."""
    if HOST_WARNING not in err:
        return err
    return b''.join(line for line in err.splitlines(keepends=True) if not line.startswith(HOST_WARNING))


def start(argv, given, environment, stdout=None, bounds=None):
    """Starts it with `given` as its stdin, which is closed here: its pid, and what its stdout (None if given) and stderr are read from."""
    out_read, out_write = posix.pipe() if stdout is None else (None, stdout)
    err_read, err_write = posix.pipe()
    ends = given, out_write, err_write
    try:
        if bounds is not None:
            pid = _fork(argv, environment, ends, bounds)
        else:
            actions = [(posix.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(ends)]
            pid = posix.posix_spawn(argv[0], argv, environment, file_actions=actions, setsigdef=DEFAULT_SIGNALS)
    except (FileNotFoundError, PermissionError) as error:
        raise Failure(CONFIG, 'a program of the submit host is missing', f'{argv[0]}: {posix.strerror(error.errno)}') from None
    finally:
        posix.close(given)
        posix.close(err_write)
        if stdout is None:
            posix.close(out_write)
    return pid, out_read, err_read


def _fork(argv, environment, ends, bounds):
    """posix_spawn cannot set limits."""
    pid = posix.fork()
    if pid:
        return pid
    try:
        import _signal

        for number in DEFAULT_SIGNALS:
            _signal.signal(number, _signal.SIG_DFL)
        # Whoever reads our stderr learns of our end when the program has ended, too: the gate keeps its lock until then.
        posix.dup2(2, KEPT_STDERR)
        for number, end in enumerate(ends):
            posix.dup2(end, number)
        bounds()
        posix.execve(argv[0], argv, environment)
    finally:
        posix._exit(127)


def _file_of(data):
    """A file descriptor to read `data` from."""
    if not data:
        return posix.open('/dev/null', posix.O_RDONLY | posix.O_CLOEXEC)
    fd = posix.memfd_create('stdin', posix.MFD_CLOEXEC)
    posix.write(fd, data)
    posix.lseek(fd, 0, 0)
    return fd


def reading(argv, limit, stdout=None):
    """Starts a command as the service account, ended after `limit` seconds. timeout's own status for that is 124."""
    return Command(['/usr/bin/timeout', '-k', '2', str(limit), *argv], limit + 5, stdout=stdout)


def read_all(argv, limit, stdout=None):
    result = reading(argv, limit, stdout).wait()
    if result.status in (124, 137):
        result.status = None
    return result


def as_account(account, directory, argv, limit, stdin=b''):
    """Runs a command as `account` by sudo's rules. `limit` is more than the rule's TIMEOUT (see sudoers)."""
    sudo = [SUDO, '-n', '-u', account]
    if directory is not None:
        sudo += ['-D', directory]
    return Command([*sudo, '--', *argv], limit, stdin=stdin).wait()
