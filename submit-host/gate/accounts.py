"""Who may be acted for: people of the group, never the system's own accounts."""
import grp
import posix
import pwd
import stat

from failure import CONFIG, NOPERM, NOUSER, Failure

FIRST_PERSON = 1000


def admitted(name, group):
    """The passwd entry of an account that is a member of `group`; Failure 67 or 77."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise Failure(NOUSER, 'there is no such account on the submit host') from None
    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError:
        raise Failure(CONFIG, 'the submit host is not set up', 'group is missing: ' + group) from None
    if entry.pw_uid < FIRST_PERSON or gid not in posix.getgrouplist(name, entry.pw_gid):
        raise Failure(NOPERM, 'this account is not allowed to submit jobs')
    return entry


def home(entry):
    """The home directory, which must be there and be the account's own; Failure 77."""
    path = entry.pw_dir
    try:
        found = posix.stat(path)
    except OSError:
        found = None
    # HTCondor expands $ and splits lines in what it is told: a home like that cannot be named to it.
    if (
        found is None
        or not stat.S_ISDIR(found.st_mode)
        or found.st_uid != entry.pw_uid
        or not path.startswith('/')
        or any(c < ' ' or c in '$"\\' for c in path)
    ):
        raise Failure(NOPERM, 'this account has no home directory on the submit host')
    return path.rstrip('/')


def physical(path):
    """The path without symbolic links, as HTCondor names it: /home may be one, to where a file server is mounted."""
    from posixpath import realpath

    return realpath(path)
