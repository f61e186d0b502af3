"""Who may be acted for: people of the group, never the system's own accounts."""
import grp
import posix
import pwd
import stat

from failure import CONFIG, NOPERM, NOUSER, Failure

# The least uid of a person, where ./install --min-uid has not named another one.
LEAST_UID = 1000


def admitted(name, settings):
    """The passwd entry of an account that may be acted for by these settings; Failure 67, 77 or 78."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise Failure(NOUSER, 'there is no such account on the submit host') from None
    group = users(settings)
    least = settings.get('min_uid', LEAST_UID)
    if entry.pw_uid < least:
        raise Failure(NOPERM, NOT_ALLOWED, f'uid {entry.pw_uid} is below {least} (install --min-uid)')
    if group.gr_gid not in posix.getgrouplist(name, entry.pw_gid):
        raise Failure(NOPERM, NOT_ALLOWED, f'not in the group {group.gr_name}')
    return entry


NOT_ALLOWED = 'this account is not allowed to submit jobs'


def users(settings):
    """The entry of the group whose members may be acted for; Failure 78 where there is no such group."""
    try:
        return grp.getgrnam(settings['group'])
    except KeyError:
        raise Failure(CONFIG, 'the group of its users is missing', settings['group']) from None


def any_admitted(settings):
    """The name of one account that may be acted for; None where the group names none, as directories may have it."""
    for name in users(settings).gr_mem:
        try:
            home(admitted(name, settings))
            return name
        except Failure:
            continue
    return None


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
