"""The account's side of output.py: a line of JSON on stdin names a file below ~/proc/<request>/, its bytes go to stdout.

Opened name by name, each relative to the directory before it and never through a symbolic link. Nothing here starts a
program or waits for one: a FIFO, a device or another user's file is refused when it is open and before it is read.
"""
import posix
import stat
from errno import EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENXIO

from byte_range import part
from failure import NOINPUT, TEMPFAIL, USAGE, Failure
from field import is_request_id, is_size
from job_directory import DIRECTORY
from stream import complain, write
from strict_json import parse

LONGEST_LINE = 64 * 1024
CHUNK = 1 << 18
FIELDS = {'request', 'path', 'most', 'first', 'last', 'suffix'}


def serve():
    """Ends the process: 66 there is no such file, 64 it is none to be read, 75 it could not be read."""
    status = 0
    try:
        _run()
    except Failure as failure:
        status = failure.status
        complain(failure.message)
    except OSError as error:
        status = TEMPFAIL
        complain(posix.strerror(error.errno or 0))
    posix._exit(status)


def _run():
    order = _order()
    fd = _open(['proc', order['request'], *order['path']])
    found = posix.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != posix.getuid():
        raise Failure(USAGE, 'not a plain file of the account')
    size = found.st_size
    first, length = part(size, order)
    if length > order['most']:
        first, length = 0, size
    if first is None:
        write(f'{{"size":{size}}}\n'.encode())
        return
    write(f'{{"size":{size},"first":{first},"length":{length}}}\n'.encode())
    end = first + length
    while first < end:
        data = posix.pread(fd, min(CHUNK, end - first), first)
        if not data:
            raise Failure(TEMPFAIL, 'the file became shorter')
        write(data)
        first += len(data)


def _order():
    data = b''
    while len(data) <= LONGEST_LINE:
        more = posix.read(0, CHUNK)
        if not more:
            break
        data += more
    try:
        order = parse(data, 'surrogateescape')
        good = (
            FIELDS.issuperset(order)
            and is_request_id(order['request'])
            and all(map(_is_segment, order['path']))
            and 1 <= len(order['path']) <= 32
            and all(is_size(order[name]) for name in order if name not in ('request', 'path'))
            and 'most' in order
        )
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise Failure(USAGE, 'request not understood by the reader')
    return order


def _is_segment(name):
    return type(name) is str and name not in ('', '.', '..') and '/' not in name and '\0' not in name


def _bytes(name):
    """Whatever the locale is."""
    return name.encode('utf-8', 'surrogateescape')


def _open(names):
    import pwd

    directory = posix.open(pwd.getpwuid(posix.getuid()).pw_dir, posix.O_RDONLY | posix.O_DIRECTORY | posix.O_CLOEXEC)
    try:
        *directories, name = map(_bytes, names)
        for parent in directories:
            directory = posix.open(parent, DIRECTORY, dir_fd=directory)
        # O_NONBLOCK: a FIFO would wait for a writer.
        flags = posix.O_RDONLY | posix.O_NOFOLLOW | posix.O_NONBLOCK | posix.O_NOCTTY | posix.O_CLOEXEC
        return posix.open(name, flags, dir_fd=directory)
    except OSError as error:
        if error.errno == ENOENT:
            raise Failure(NOINPUT, 'there is no such file') from None
        # A symbolic link (as a directory it is ENOTDIR), a socket, what even its owner may not read.
        if error.errno in (ELOOP, ENOTDIR, ENXIO, EACCES, ENAMETOOLONG):
            raise Failure(USAGE, 'not a plain file') from None
        raise
