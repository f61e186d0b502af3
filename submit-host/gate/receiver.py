"""The files of a submission, read from stdin one behind the other into ~/proc/<request>/. Nothing here starts a program."""
import posix

from failure import TEMPFAIL, Failure
from field import is_digest, is_name, is_size
from job_directory import UNFINISHED, job_directory
from stream import write

CHUNK = 1 << 16
LONGEST_LINE = 64 * 1024
FILE = {'name': is_name, 'size': is_size, 'sha256': is_digest, 'executable': lambda value: type(value) is bool}


def read_line(data=b''):
    """A line of stdin, without its newline, and what was read beyond it; `data` was read before."""
    while b'\n' not in data and len(data) <= LONGEST_LINE:
        more = posix.read(0, CHUNK)
        if not more:
            break
        data += more
    line, _, rest = data.partition(b'\n')
    return line, rest


def is_file(file):
    return set(file) == set(FILE) and all(FILE[name](file[name]) for name in FILE)


def store(request, files, rest):
    """Puts the files there; the job's directory as a file descriptor, and what was read of stdin beyond them."""
    directory = job_directory(request)
    for file in files:
        rest = _store(directory, file, rest)
    return directory, rest


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
