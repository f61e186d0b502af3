"""The account's side: a line of JSON on stdin says what comes, the bytes of the files follow, in that order.

They end up in ~/proc/<request>/, or the line says which of them are to go again. Nothing here starts a program.
"""
import posix

from failure import NOPERM, TEMPFAIL, USAGE, Failure
from field import is_digest, is_name, is_request_id, is_size
from job_directory import UNFINISHED, job_directory, remove
from stream import complain, write
from strict_json import parse

CHUNK = 1 << 16
LONGEST_LINE = 64 * 1024
FILE = {'name': is_name, 'size': is_size, 'sha256': is_digest, 'executable': lambda value: type(value) is bool}


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
    except OSError as error:
        # No space, over quota, i/o error, read-only: someone has to act on the host, and then it works again.
        status = TEMPFAIL
        complain('the file system of the submit host: ' + posix.strerror(error.errno or 0))
    posix._exit(status)


def _run():
    line, rest = _line()
    try:
        order = parse(line)
        if 'remove' in order:
            request, names, files = order['remove'], order['names'], None
            good = len(order) == 2 and is_request_id(request) and type(names) is list and all(map(is_name, names))
        else:
            request, files = order['request'], order['files']
            good = len(order) == 2 and is_request_id(request) and all(map(_is_file, files))
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise Failure(USAGE, 'request not understood by the receiver')
    if files is None:
        remove(request, names)
        return
    directory = job_directory(request)
    for file in files:
        rest = _store(directory, file, rest)
    if rest or posix.read(0, 1):
        raise Failure(TEMPFAIL, 'more bytes came than were promised')


def _line():
    data = b''
    while b'\n' not in data and len(data) <= LONGEST_LINE:
        more = posix.read(0, CHUNK)
        if not more:
            break
        data += more
    line, _, rest = data.partition(b'\n')
    return line, rest


def _is_file(file):
    return set(file) == set(FILE) and all(FILE[name](file[name]) for name in FILE)


def _hash(size):
    """hashlib is three times as fast, and takes 4 ms to import: it pays for large files only."""
    if size < 1 << 20:
        try:
            from _sha2 import sha256  # Python 3.12

            return sha256()
        except ImportError:
            pass
    from hashlib import sha256

    return sha256()


def _store(directory, file, rest):
    """Writes the next file['size'] bytes, of which `rest` was read already, under its name; returns what was read beyond."""
    flags = posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC | posix.O_NOFOLLOW | posix.O_CLOEXEC
    fd = posix.open(UNFINISHED, flags, 0o600, dir_fd=directory)
    whole = _hash(file['size'])
    left = file['size']
    while left:
        data = rest or posix.read(0, CHUNK)
        if not data:
            raise Failure(TEMPFAIL, 'fewer bytes came than were promised')
        data, rest = data[:left], data[left:]
        whole.update(data)
        left -= len(data)
        write(data, fd)
    if whole.hexdigest() != file['sha256']:
        raise Failure(TEMPFAIL, 'other bytes came than were promised')
    posix.fchmod(fd, 0o700 if file['executable'] else 0o600)
    posix.close(fd)
    posix.rename(UNFINISHED, file['name'], src_dir_fd=directory, dst_dir_fd=directory)
    return rest
