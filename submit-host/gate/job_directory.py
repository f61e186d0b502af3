"""~/proc/<request>/, where one submission's files are and its results come to.

Everything is opened relative to a directory already held, never through a symbolic link.
"""
import posix
from errno import ELOOP

from failure import NOPERM, Failure

DIRECTORY = posix.O_RDONLY | posix.O_DIRECTORY | posix.O_NOFOLLOW | posix.O_CLOEXEC
# A file is whole when it gets its name: until then it has this one, that no checked name can be.
UNFINISHED = '.part'
DEEPEST = 40


def _proc_directory():
    """~/proc, made if need be: a directory of the account's own, not a link, not open to everybody."""
    import pwd

    try:
        home = posix.open(pwd.getpwuid(posix.getuid()).pw_dir, posix.O_RDONLY | posix.O_DIRECTORY | posix.O_CLOEXEC)
    except (OSError, KeyError):
        raise Failure(NOPERM, 'this account has no home directory on the submit host') from None
    return _own_directory(home, 'proc', '~/proc')


def job_directory(request):
    """~/proc/<request>, made if need be, as a file descriptor."""
    return _own_directory(_proc_directory(), request, '~/proc/' + request)


def _own_directory(parent, name, shown):
    try:
        posix.mkdir(name, 0o700, dir_fd=parent)
    except FileExistsError:
        pass
    try:
        fd = posix.open(name, DIRECTORY, dir_fd=parent)
        found = posix.fstat(fd)
    except NotADirectoryError:
        found = None
    except OSError as error:
        if error.errno != ELOOP:  # a symbolic link
            raise
        found = None
    if found is None or found.st_uid != posix.getuid() or found.st_mode & 0o002:
        if found is not None:
            posix.close(fd)
        raise Failure(NOPERM, f'{shown} on the submit host is not a directory of this account alone')
    return fd


def made(directory, paths):
    """Makes the directories of these paths (bytes) below `directory`; the reason why one cannot be made, or ''.

    Each is the account's own and no link, like those above it.
    """
    for path in paths:
        names = path.split(b'/')
        if not all(names) or b'.' in names or b'..' in names:
            return 'what the description names is no directory'
        parent = posix.dup(directory)
        try:
            for name in names:
                child = _own_directory(parent, name, path.decode('utf-8', 'replace'))
                posix.close(parent)
                parent = child
        except Failure as failure:
            return failure.message
        finally:
            posix.close(parent)
    return ''


def _remove_empty(directory, depth=0):
    """Takes away what holds nothing, below `directory`."""
    for name in posix.listdir(directory) if depth < DEEPEST else ():
        try:
            child = posix.open(name, DIRECTORY, dir_fd=directory)
        except OSError:
            continue  # a file, or a link
        _remove_empty(child, depth + 1)
        posix.close(child)
        try:
            posix.rmdir(name, dir_fd=directory)
        except OSError:
            pass


def remove(request, names):
    """Nothing of the submission was queued: its files go, and the directory too if nothing else is in it.

    What else is there may be the results of an earlier run: the same id, of which no record is left.
    """
    proc = _proc_directory()
    try:
        directory = posix.open(request, DIRECTORY, dir_fd=proc)
    except FileNotFoundError:
        return
    for name in (UNFINISHED, *names):
        try:
            posix.unlink(name, dir_fd=directory)
        except (FileNotFoundError, IsADirectoryError):
            pass
    _remove_empty(directory)
    try:
        posix.rmdir(request, dir_fd=proc)
    except OSError:
        pass
