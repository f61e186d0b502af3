"""The account's side: one line of JSON on stdin, the files of one submission into ~/proc/<request>/, or away.

curl fetches; it is told the urls on its stdin, for a presigned url is a password and arguments are public. It writes
all files one after the other to a pipe; where one ends and the next begins is known by the sizes, and no more than that
is ever taken. Everything is opened relative to a directory already held, never through a symbolic link.
"""
import os

from failure import NOPERM, TEMPFAIL, USAGE, Failure
from request import FILE, is_request_id
from strict_json import parse

SETTINGS = '/etc/condor-gate.json'
CURL = [
    '/usr/bin/curl', '-q', '--silent', '--show-error', '--fail', '--fail-early', '--globoff', '--path-as-is',
    '--proto', '=http,https', '--connect-timeout', '5', '--max-time', '110', '--config', '-',
]  # fmt: skip
CHUNK = 1 << 20
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def serve():
    """Ends the process: status as in failure.py, message on stderr."""
    status = 0
    try:
        os.umask(0o077)
        _run(_read(0, 512 * 1024))
    except Failure as failure:
        status = failure.status
        os.write(2, failure.message.encode() + b'\n')
    except OSError as error:
        # No space, over quota, i/o error, read-only: someone has to act on the host, and then it works again.
        status = TEMPFAIL
        os.write(2, b'the file system of the submit host: ' + os.strerror(error.errno or 0).encode() + b'\n')
    os._exit(status)


def _read(fd, most):
    data = b''
    while len(data) <= most:
        more = os.read(fd, CHUNK)
        if not more:
            return data
        data += more
    raise Failure(USAGE, 'request not understood: too long')


def _run(line):
    try:
        order = parse(line)
        request = order.pop('remove', None) or order.pop('request')
        files = order.pop('files', None)
        good = is_request_id(request) and not order and (files is None or all(map(_is_file, files)))
    except (ValueError, AttributeError, KeyError, TypeError):
        good = False
    if not good:
        raise Failure(USAGE, 'request not understood by the receiver')
    if files is None:
        _remove(request)
    else:
        _receive(request, files)


def _is_file(file):
    file = dict(file)
    mode = file.pop('mode')
    return mode in (0o600, 0o700) and set(file) == set(FILE) and all(FILE[name](file[name]) for name in FILE)


def _proc_directory():
    """~/proc, made if need be: a directory of the account's own, not a link, not open to everybody."""
    import pwd

    try:
        home = os.open(pwd.getpwuid(os.getuid()).pw_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, KeyError):
        raise Failure(NOPERM, 'this account has no home directory on the submit host') from None
    return _own_directory(home, 'proc', '~/proc')


def _own_directory(parent, name, shown):
    try:
        os.mkdir(name, 0o700, dir_fd=parent)
    except FileExistsError:
        pass
    try:
        fd = os.open(name, DIRECTORY, dir_fd=parent)
        found = os.fstat(fd)
    except NotADirectoryError:
        found = None
    except OSError as error:
        if error.errno != 40:  # ELOOP: a symbolic link
            raise
        found = None
    if found is None or found.st_uid != os.getuid() or found.st_mode & 0o002:
        raise Failure(NOPERM, f'{shown} on the submit host is not a directory of this account alone')
    return fd


def _remove(request):
    """Nothing of the submission was queued: its directory goes, with the plain files in it."""
    proc = _proc_directory()
    try:
        directory = os.open(request, DIRECTORY, dir_fd=proc)
    except FileNotFoundError:
        return
    for name in os.listdir(directory):
        try:
            os.unlink(name, dir_fd=directory)
        except IsADirectoryError:
            pass
    try:
        os.rmdir(request, dir_fd=proc)
    except OSError:
        pass  # something the user put there


def _receive(request, files):
    with open(SETTINGS, 'rb') as settings:
        stores = tuple(parse(settings.read())['stores'])
    if not all(file['url'].startswith(stores) for file in files):
        raise Failure(USAGE, 'request not understood: not a url of the store')
    directory = _own_directory(_proc_directory(), request, '~/proc/' + request)
    missing = [file for file in files if not _is_there(directory, file)]
    if missing:
        _fetch(directory, missing)


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


def _is_there(directory, file):
    """A repeated request finds what the first one brought."""
    try:
        fd = os.open(file['name'], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    except OSError:
        return False
    found = os.fstat(fd)
    whole = _hash(found.st_size)
    if found.st_size == file['size'] and found.st_mode & 0o177777 == 0o100000 | file['mode']:
        while data := os.read(fd, CHUNK):
            whole.update(data)
    os.close(fd)
    return whole.hexdigest() == file['sha256'] and found.st_mode & 0o177777 == 0o100000 | file['mode']


def _fetch(directory, files):
    out, out_write = os.pipe()
    config = os.memfd_create('curl', os.MFD_CLOEXEC)
    os.write(config, ''.join(f'url = "{file["url"]}"\n' for file in files).encode())
    os.lseek(config, 0, 0)
    quiet = os.open('/dev/null', os.O_WRONLY | os.O_CLOEXEC)
    pid = os.posix_spawn(
        CURL[0],
        CURL,
        {'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8'},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, config, 0),
            (os.POSIX_SPAWN_DUP2, out_write, 1),
            (os.POSIX_SPAWN_DUP2, quiet, 2),
        ],
        setsigdef=(13, 25),
    )
    os.close(out_write)
    whole = all([_store(directory, file, out) for file in files]) and not os.read(out, 1)
    os.close(out)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if not whole or ended != 0:
        raise Failure(TEMPFAIL, f'a file could not be fetched from the store (curl: {ended})')


def _store(directory, file, source):
    """Writes the next file['size'] bytes under its name; True if they are the right ones. Names never begin with a dot."""
    part = '.part'
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=directory)
    whole = _hash(file['size'])
    left = file['size']
    while left and (data := os.read(source, min(left, CHUNK))):
        whole.update(data)
        left -= len(data)
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
    right = not left and whole.hexdigest() == file['sha256']
    if right:
        os.fchmod(fd, file['mode'])
        os.rename(part, file['name'], src_dir_fd=directory, dst_dir_fd=directory)
    else:
        os.unlink(part, dir_fd=directory)
    os.close(fd)
    return right
