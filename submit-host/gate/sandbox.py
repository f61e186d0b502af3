"""The account's side of one submission (submitter.py), as the gate talks to it: one sudo for files and condor_submit.

Small files came with the request. Others wait in the object store: curl, as the service account, writes them one after
the other into the same pipe. So the user's account never holds a url (a presigned one is a password), and its side needs
no network.
"""
import posix
import select
import time
from binascii import a2b_base64

from command import ENVIRONMENT, KEPT_ERROR, MOST_OUTPUT, SUDO, Command, Result, start, status_of, without_warning
from failure import CONFIG, DATAERR, NOPERM, SOFTWARE, TEMPFAIL, USAGE, Failure
from message import query_failure
from strict_json import parse, quote
from stream import write

SUBMITTER = '/usr/local/libexec/condor-gate/condor-gate-submit'
FILES_LIMIT = 130  # seconds, above curl's own; less than TIMEOUT=270 in sudoers, with the three that follow
DRY_RUN_LIMIT = 45  # seconds, above the account's side's own: 15 twice, and 4 three times
MAKE_LIMIT = 15  # seconds
SUBMIT_LIMIT = 70  # seconds, above the account's side's own 60 and 5
LONGEST_LINE = 200
# The urls come on stdin: arguments are public. No ~/.curlrc, no patterns in urls, no redirects, no other protocol.
# A store that falls silent is given up after 10 s, while the service still waits and can say so.
CURL = [
    '/usr/bin/curl', '-q', '--silent', '--fail', '--fail-early', '--globoff', '--path-as-is',
    '--proto', '=http,https', '--connect-timeout', '5', '--speed-limit', '1', '--speed-time', '10', '--max-time', '110',
    '--write-out', '%{stderr}%{size_download} ', '--config', '-',
]  # fmt: skip


class Sandbox:
    """A running account's side. Whatever it cannot do is a Failure."""

    def __init__(self, account):
        self.account = account
        # What condor_submit took to read the description.
        self.dry_run_seconds = self.dry_run_processor_seconds = 0
        source, self.sink = posix.pipe()
        self.pid, self.out, self.err = start([SUDO, '-n', '-u', account, '--', SUBMITTER], source, ENVIRONMENT)
        self.read_out, self.read_err = bytearray(), bytearray()

    def dry_run(self, request, append, cluster):
        """Brings the files there; the Result of condor_submit, which has read the description and submitted nothing.

        `cluster`: the number that it takes for the cluster's.
        """
        executable = request['executable'].get('file')
        files = ','.join(
            f'{{"name":{quote(file["name"])},"size":{file["size"]},"sha256":"{file["sha256"]}"'
            f',"executable":{"true" if file["name"] == executable else "false"}}}'
            for file in request['files']
        )
        self._order(
            f'{{"request":"{request["request"]}","files":[{files}],"description":{quote(request["description"])},'
            f'"append":[{",".join(map(quote, append))}],"cluster":{cluster}}}'
        )
        fetched = 0
        if 'content' in request['files'][0]:
            self._send(b''.join(a2b_base64(file['content']) for file in request['files']))
        else:
            fetched = self._fetch(request['files'])
        result = self._result(DRY_RUN_LIMIT, fetched)
        self.dry_run_seconds, self.dry_run_processor_seconds = result.seconds, result.processor_seconds
        # All bytes may have come, and curl was ended all the same.
        if fetched != 0:
            raise self._not_fetched(fetched)
        return result

    def _not_fetched(self, status):
        return Failure(TEMPFAIL, f'a file could not be fetched from the store (curl: {status})')

    def _fetch(self, files):
        """curl's status; where it is not 0, or the sizes are not those promised, nothing more is sent to the account's side."""
        urls = ''.join(f'url = "{file["url"]}"\n' for file in files)
        result = Command(CURL, FILES_LIMIT, stdin=urls.encode(), stdout=self.sink).wait()
        came = [int(size) for size in result.err.split() if size.isdigit()]
        promised = [file['size'] for file in files]
        if result.status == 0 and came == promised:
            return 0
        posix.close(self.sink)
        self.sink = None
        if result.status == 0:
            word = 'fewer' if sum(came) < sum(promised) else 'more'
            raise Failure(TEMPFAIL, f'{word} bytes came than were promised')
        return result.status

    def make(self, directories):
        """Makes these directories (Latin-1) below the job's own; Failure where that cannot be."""
        if not directories:
            return
        data = '\0'.join(directories).encode('latin-1')
        self._order(f'{{"make":{len(data)}}}')
        self._send(data)
        result = self._result(MAKE_LIMIT)
        if result.status != 0:
            raise Failure(DATAERR, result.err.decode('utf-8', 'replace'))

    def submit(self, text):
        """The Result of condor_submit, which submits `text` (bytes)."""
        self._order(f'{{"submit":{len(text)}}}')
        self._send(text)
        try:
            return self._result(SUBMIT_LIMIT)
        except Failure:
            return Result(None, b'', b'')  # jobs may be queued all the same

    def remove(self, request):
        """Takes the files away again, and the directory with them. What stays where this fails does no harm."""
        names = ','.join(quote(file['name']) for file in request['files'])
        other = self
        if self.sink is None or self.pid is None:
            # One that is only starting would make the directory after it was removed.
            self.close()
            other = Sandbox(self.account)
        other._order(f'{{"remove":"{request["request"]}","names":[{names}]}}')
        other.close()
        self.close()

    def close(self):
        """Waits until it has ended."""
        for end in (self.sink, self.out, self.err):
            if end is not None:
                posix.close(end)
        self.sink = self.out = self.err = None
        if self.pid is not None:
            posix.waitpid(self.pid, 0)
            self.pid = None

    def _order(self, line):
        self._send(line.encode() + b'\n')

    def _send(self, data):
        try:
            write(data, self.sink)
        except BrokenPipeError:
            pass  # its end says more than that it is over

    def _result(self, limit, fetched=0):
        """The next Result that it tells; a Failure when it ends without one. `fetched`: curl's status."""
        deadline = time.monotonic() + limit
        while True:
            line, newline, rest = bytes(self.read_out[:LONGEST_LINE]).partition(b'\n')
            if newline:
                report = parse(line)
                size = len(line) + 1 + report['out'] + report['err']
                while len(self.read_out) < size:
                    self._read(deadline, fetched)
                whole = bytes(self.read_out[len(line) + 1 : size])
                del self.read_out[:size]
                result = Result(report['status'], whole[: report['out']], whole[report['out'] :], report['signal'])
                result.seconds = report['ms'] / 1000
                result.processor_seconds = report['processor_ms'] / 1000
                return result
            self._read(deadline, fetched)

    def _read(self, deadline, fetched):
        poll = select.poll()
        ends = [end for end in (self.out, self.err) if end is not None]
        for end in ends:
            poll.register(end, select.POLLIN)
        ready = poll.poll(max(0, (deadline - time.monotonic()) * 1000))
        if not ready:
            raise Failure(TEMPFAIL, 'the files could not be stored in time')
        for end, _ in ready:
            data = posix.read(end, 1 << 18)
            kept = self.read_out if end == self.out else self.read_err
            if data and len(kept) <= (2 * MOST_OUTPUT if end == self.out else KEPT_ERROR):
                kept += data
            elif not data and end == self.out:
                raise self._ended(fetched)
            elif not data:
                posix.close(end)
                self.err = None

    def _ended(self, fetched):
        """Why it ended before it told a Result."""
        posix.close(self.out)
        self.out = None
        while self.err is not None:
            data = posix.read(self.err, 1 << 16)
            self.read_err += data[:KEPT_ERROR]
            if not data:
                posix.close(self.err)
                self.err = None
        status = status_of(posix.waitpid(self.pid, 0)[1])
        self.pid = None
        err = without_warning(bytes(self.read_err))
        words = err.decode('utf-8', 'replace').strip()
        if words.startswith('sudo: '):
            return query_failure(Result(status, b'', err))
        if status is None or fetched is None:
            return Failure(TEMPFAIL, 'the files could not be stored in time')
        # 23: curl could not write, so the account's side had given up by itself.
        if status in (0, TEMPFAIL) and fetched not in (0, 23):
            return self._not_fetched(fetched)
        if status in (USAGE, NOPERM, TEMPFAIL, CONFIG) and words and '\n' not in words:
            return Failure(status, words)
        return Failure(SOFTWARE, 'the files could not be stored', words[-1000:])
