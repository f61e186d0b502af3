"""Brings the files of a submission into the job's directory.

The receiver, as the account, reads them behind one line that says what is to come. Small files came with the request.
Others wait in the object store: curl, as the service account, writes them one after the other into a pipe to the
receiver. So the user's account never holds a url (a presigned one is a password), the receiver needs no network, and
the two start at the same time.
"""
import posix
from binascii import a2b_base64

from command import SUDO, Command
from failure import NOPERM, SOFTWARE, TEMPFAIL, USAGE, Failure
from message import query_failure
from strict_json import quote

RECEIVER = '/usr/local/libexec/condor-gate/condor-gate-receive'
LIMIT = 130  # seconds, above TIMEOUT=120 in sudoers and curl's own
# The urls come on stdin: arguments are public. No ~/.curlrc, no patterns in urls, no redirects, no other protocol.
# A store that falls silent is given up after 10 s, while the service still waits and can say so.
CURL = [
    '/usr/bin/curl', '-q', '--silent', '--fail', '--fail-early', '--globoff', '--path-as-is',
    '--proto', '=http,https', '--connect-timeout', '5', '--speed-limit', '1', '--speed-time', '10', '--max-time', '110',
    '--config', '-',
]  # fmt: skip


def receive(request):
    """All files of the request are in ~/proc/<request>/, or Failure."""
    executable = request['executable'].get('file')
    files = ','.join(
        f'{{"name":{quote(file["name"])},"size":{file["size"]},"sha256":"{file["sha256"]}"'
        f',"executable":{"true" if file["name"] == executable else "false"}}}'
        for file in request['files']
    )
    order = f'{{"request":"{request["request"]}","files":[{files}]}}\n'.encode()
    if 'content' in request['files'][0]:
        contents = (a2b_base64(file['content']) for file in request['files'])
        received, fetched = _receiver(request, b''.join([order, *contents])).wait(), 0
    else:
        received, fetched = _fetch(request, order)
    if received.status == 0 and fetched == 0:
        return
    words = received.err.decode('utf-8', 'replace').strip()
    if received.status is None or fetched is None:
        raise Failure(TEMPFAIL, 'the files could not be stored in time')
    if words.startswith('sudo: '):
        raise query_failure(received)
    # 23: curl could not write, so the receiver had given up by itself.
    if received.status == 0 or received.status == TEMPFAIL and fetched not in (0, 23):
        raise Failure(TEMPFAIL, f'a file could not be fetched from the store (curl: {fetched})')
    if received.status in (USAGE, NOPERM, TEMPFAIL) and '\n' not in words:
        raise Failure(received.status, words)
    raise Failure(SOFTWARE, 'the files could not be stored', words[-1000:])


def _fetch(request, order):
    """The Result of the receiver, and the exit status of curl."""
    source, sink = posix.pipe()
    # At most eight files: the line fits the pipe's buffer, so this does not wait for a reader.
    posix.write(sink, order)
    urls = ''.join(f'url = "{file["url"]}"\n' for file in request['files'])
    receiver = _receiver(request, source)
    curl = Command(CURL, LIMIT, stdin=urls.encode(), stdout=sink)
    posix.close(sink)
    return receiver.wait(), curl.wait().status


def remove_files(request):
    """Takes the files away again, and the directory with them. What stays where this fails does no harm."""
    names = ','.join(quote(file['name']) for file in request['files'])
    _receiver(request, f'{{"remove":"{request["request"]}","names":[{names}]}}\n'.encode()).wait()


def _receiver(request, stdin):
    return Command([SUDO, '-n', '-u', request['account'], '--', RECEIVER], LIMIT, stdin=stdin)
