"""What a submission needs of this host: asked by the health check, so that it does not take a user to find out."""
import posix

from accounts import any_admitted
from claim import DIRECTORY, check_records
from command import SUDO, Command, read_all
from failure import CONFIG, NO_PROGRAM, USAGE, Failure
from large_submission import CONDOR_CONFIG_VAL
from message import query_failure, refused_by_sudo, sudo_failure
from output import READER
from sandbox import SUBMITTER
from schedd import name
from strict_json import quote

# What requests mean to this gate. It grows by one whenever a service that knows only older gates would not be understood
# or a newer service asks what older gates do not know; lib/condor/scheduler.ts has the least that the service can use.
REVISION = 2
# The least revision that a service may have been written for, to be understood by this gate.
OLDEST_SERVICE = 2
PROGRAMS = ('curl', 'stdbuf', 'timeout', *(f'condor_{tool}' for tool in (
    'config_val', 'history', 'hold', 'prio', 'q', 'release', 'rm', 'status', 'submit', 'tail')))  # fmt: skip
LIMIT = 10  # seconds


def ready(settings):
    """The reply to a ping, as JSON. Failure where a submission would fail, with a message that names the part."""
    check_records()
    for program in PROGRAMS:
        if not posix.access(f'/usr/bin/{program}', posix.X_OK):
            raise Failure(CONFIG, NO_PROGRAM if program.startswith('condor') else f'{program} is missing', program)
    _check_sudo(any_admitted(settings))
    schedd = name()
    disks = ','.join(f'"{what}":{_disk(path)}' for what, path in (('records', DIRECTORY), ('queue', _spool())))
    return (
        f'{{"schedd":{quote(schedd)},"gate":{REVISION},"oldest":{OLDEST_SERVICE},'
        f'"sessions":{_sessions()},"disks":{{{disks}}}}}'
    )


def _check_sudo(account):
    """The gate's two programs, started as a user as a submission starts them."""
    if account is None:
        # With -n and -l sudo reads all its rules, wants no password, and runs nothing.
        result = Command([SUDO, '-n', '-l'], LIMIT).wait()
        # This rule is for the commands of the account, and -l is none of them: `Defaults requiretty` holds for it alone.
        if result.status != 0 and b'tty' not in result.err:
            raise query_failure(result)
        return
    result = Command([SUDO, '-n', '-u', account, '--', SUBMITTER], LIMIT, b'{"ready":true}\n').wait()
    if result.status != 0:
        raise _unstarted(result)
    # It refuses what is no order, which shows that it runs.
    result = Command([SUDO, '-n', '-u', account, '--', READER], LIMIT).wait()
    if result.status != USAGE:
        raise _unstarted(result)


def _unstarted(result):
    if refused_by_sudo(result):
        return sudo_failure(result)
    return Failure(CONFIG, "the service's programs do not run as its users", result.err[-1000:].decode('utf-8', 'replace'))


def _spool():
    """Where HTCondor keeps the queue; None where it does not say."""
    result = read_all([CONDOR_CONFIG_VAL, 'SPOOL'], 5)
    return result.out.decode('utf-8', 'surrogateescape').strip() if result.status == 0 else None


def _disk(path):
    """What the file system of `path` has left, and what it has: bytes and inodes. null where that cannot be told."""
    try:
        found = posix.statvfs(path)
    except (OSError, TypeError):
        return 'null'
    size = found.f_frsize
    return f'{{"bytes":[{found.f_bavail * size},{found.f_blocks * size}],"inodes":[{found.f_favail},{found.f_files}]}}'


def _sessions():
    """How many ssh connections the service has open here: each has one process of sshd's that runs as the account."""
    count = 0
    for entry in posix.listdir('/proc'):
        if not entry.isdigit():
            continue
        try:
            if posix.stat(f'/proc/{entry}').st_uid != posix.getuid():
                continue
            with open(f'/proc/{entry}/comm', 'rb') as file:
                count += file.read().startswith(b'sshd')
        except OSError:
            continue  # it has ended
    return count
