"""The account's side: one line of JSON on stdin, the files of one submission into ~/proc/<request>/, or away."""
import os

from failure import TEMPFAIL, USAGE, Failure
from job_directory import job_directory, remove
from request import FILE, is_request_id
from staged_files import fetch, is_there
from strict_json import parse

SETTINGS = '/etc/condor-gate.json'


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
        more = os.read(fd, 1 << 16)
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
        remove(request)
    else:
        _receive(request, files)


def _is_file(file):
    file = dict(file)
    mode = file.pop('mode')
    return mode in (0o600, 0o700) and set(file) == set(FILE) and all(FILE[name](file[name]) for name in FILE)


def _receive(request, files):
    with open(SETTINGS, 'rb') as settings:
        stores = tuple(parse(settings.read())['stores'])
    if not all(file['url'].startswith(stores) for file in files):
        raise Failure(USAGE, 'request not understood: not a url of the store')
    directory = job_directory(request)
    missing = [file for file in files if not is_there(directory, file)]
    if missing:
        fetch(directory, missing)
