"""One submission's record on this host: what makes a repeated request answer with the first one's cluster.

A file of words, one line a step, only ever appended to: `digest <sha256>`, `told <JSON>` (what the answer says beside the
cluster), `submitting <epoch>`, `cluster <n>`, and `refused <n> <n> …`, an attempt's end: its clusters are removed and
never an answer, and the request may be asked again, corrected. A last line without its newline was never finished and
does not count. The lock on it ends with the last process that holds it: sudo gets it too, so that a condor_submit that
outlives a killed gate still keeps others out.
"""
import fcntl
import posix
import time
from errno import EDQUOT, ENOSPC

from failure import CONFIG, TEMPFAIL, Failure

DIRECTORY = '/var/lib/condor-gate'
LONGEST = 1 << 20  # bytes of a record: some 150 attempts that were refused after they had been queued


class Claim:
    def __init__(self, path, fd, lines):
        self.path = path
        self.fd = fd
        self.digest = lines.get('digest')
        self.submitting = int(lines['submitting']) if 'submitting' in lines else None
        self.cluster = int(lines['cluster']) if 'cluster' in lines else None
        self.told = lines.get('told', '{}')
        self.refused = set(map(int, lines.get('refused', '').split()))

    def record(self, word, value, durable=False):
        """Appends a step, or Failure. `durable`: it is on the disk when this returns, the file's name included."""
        line = f'{word} {value}\n'.encode()
        try:
            if posix.write(self.fd, line) < len(line):
                raise OSError(ENOSPC, posix.strerror(ENOSPC))
            if durable:
                posix.fsync(self.fd)
                _sync(self.path.rpartition('/')[0])
        except OSError as error:
            raise _unrecorded(error) from None

    def tell(self, told):
        """Keeps what the answer says beside the cluster, a JSON object. The same request makes the same of it: once is enough."""
        if self.told == '{}':
            self.told = told
            self.record('told', told)

    def start_submitting(self):
        self.submitting = int(time.time())
        self.record('submitting', self.submitting, durable=True)

    def answer(self, cluster):
        """Records the cluster, where there is room: without it a repeated request finds the cluster by asking HTCondor."""
        try:
            self.record('cluster', cluster)
        except Failure:
            pass

    def refuse(self, clusters):
        """Before they are removed, so that whoever comes after a crash knows that they are no answer. Failure if it cannot be recorded."""
        self.record('refused', ' '.join(map(str, clusters)), durable=True)
        self.refused.update(clusters)

    def release(self):
        """Gives the lock up for all who hold it: a request that comes now finds the answer."""
        fcntl.flock(self.fd, fcntl.LOCK_UN)

    def drop(self):
        """Forgets the request: nothing of it is to stay, and it may be asked again, corrected."""
        if not self.refused:
            posix.unlink(self.path)
            return
        try:
            self.record('refused', '')
        except Failure:
            pass  # the same request may be asked again all the same


def take(account, request, digest):
    """The Claim, locked for us; 'in-progress' when another holds it; 'conflict' when it was made for another digest."""
    directory = f'{DIRECTORY}/{account}'
    path = f'{directory}/{request}'
    while True:
        fd = _open(directory, path)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 'in-progress' if _digest_of_holder(fd) in (digest, None) else 'conflict'
        if _is_at(fd, path):
            break
        posix.close(fd)  # the one who held the lock dropped the file meanwhile
    _cut_unfinished(fd)
    claim = Claim(path, fd, _lines(fd))
    if claim.digest is None:
        claim.digest = digest
        try:
            claim.record('digest', digest)
        except Failure:
            claim.drop()
            raise
    elif claim.digest != digest:
        return 'conflict'
    posix.set_inheritable(fd, True)
    return claim


def _digest_of_holder(fd):
    """What the one who holds the lock was asked: it is written right after locking, so 100 ms are waited for it."""
    for _ in range(20):
        digest = _lines(fd).get('digest')
        if digest is not None:
            return digest
        time.sleep(0.005)
    return None


def _open(directory, path):
    flags = posix.O_RDWR | posix.O_CREAT | posix.O_APPEND | posix.O_NOFOLLOW | posix.O_CLOEXEC
    try:
        try:
            return posix.open(path, flags, 0o600)
        except FileNotFoundError:
            _make(directory)
            return posix.open(path, flags, 0o600)
    except OSError as error:
        raise _unrecorded(error) from None


def _make(directory):
    try:
        posix.mkdir(directory, 0o700)
    except FileExistsError:
        return  # another request of the account was first
    _sync(directory.rpartition('/')[0])


def _sync(directory):
    """What is in it now is in it after a loss of power."""
    fd = posix.open(directory, posix.O_RDONLY | posix.O_CLOEXEC)
    try:
        posix.fsync(fd)
    finally:
        posix.close(fd)


def check_records():
    """Failure where a request could not be recorded now."""
    path = f'{DIRECTORY}/.check-{posix.getpid()}'  # no account has this name
    try:
        fd = posix.open(path, posix.O_WRONLY | posix.O_CREAT | posix.O_NOFOLLOW | posix.O_CLOEXEC, 0o600)
        try:
            # A full disk may still have room for a name, and for nothing in it.
            if posix.write(fd, bytes(4096)) < 4096:
                raise OSError(ENOSPC, posix.strerror(ENOSPC))
        finally:
            posix.close(fd)
            posix.unlink(path)
    except OSError as error:
        raise _unrecorded(error) from None


def _unrecorded(error):
    """A full disk passes, as one can hope; of a directory that is not the service's somebody has to be told."""
    full = error.errno in (ENOSPC, EDQUOT)
    message = 'the submit host cannot record the request' + (': its disk is full' if full else '')
    return Failure(TEMPFAIL if full else CONFIG, message, repr(error))


def _is_at(fd, path):
    try:
        found = posix.stat(path)
    except FileNotFoundError:
        return False
    held = posix.fstat(fd)
    return (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino)


def _lines(fd):
    text = posix.pread(fd, LONGEST, 0).decode('utf-8', 'replace')
    lines = {}
    for line in text.split('\n')[:-1]:
        word, _, value = line.partition(' ')
        if word == 'refused':
            lines = {word: f'{lines.get(word, "")} {value}'}
        else:
            lines[word] = value
    return lines


def _cut_unfinished(fd):
    """What a crash left of a line would run into the next one."""
    text = posix.pread(fd, LONGEST, 0)
    whole = text.rfind(b'\n') + 1
    if whole != len(text):
        posix.ftruncate(fd, whole)
