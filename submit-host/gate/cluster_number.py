"""Whether a description reckons with the number of its cluster, which the schedd gives when the jobs are queued.

In a dry run another number stands for it. Where that stands in a value as it is, the right one is put there. What was
made of it (`$INT(Cluster,%06d)`, `if $(Cluster) > 5`) shows by a second dry run with a number of another length.
"""
import posix

from command import Result

OTHER = 7
LONGEST = 4 * 1024 * 1024  # bytes
# Macros that make another text of a number, and conditions. $F takes a path, and a number stays as it is.
RECKONING = (b'$int(', b'$real(', b'$string(', b'$eval(', b'$substr(', b'$choice(', b'if ', b'if\t')
TIMES = (b'QDate=', b'EnteredCurrentStatus=')
WORDS = b'ERROR: the number of the cluster is known when the jobs are queued: use $(Cluster) as it is, not in $INT and the like, nor in an if'


def refusal(description, number, first, run):
    """The Result to tell instead of `first`, that of the dry run with `number`; None where it is fine.

    `description`: the file's name; `run`: does a dry run with another number.
    """
    text = read_description(description).lower()
    if first.status != 0 or b'cluster' not in text and b'jobid' not in text or not any(word in text for word in RECKONING):
        return None
    # Of what is another each time nothing can be told.
    if b'$random' in text:
        return None
    other = run(OTHER)
    if _lines(other.out) == _lines(first.out.replace(b'%d' % number, b'%d' % OTHER)):
        return None
    again = run(number)
    for result in (other, again):
        if result.status is None:
            return result
    return Result(1, b'', WORDS) if _lines(again.out) == _lines(first.out) else None


def _lines(out):
    return [line for line in out.split(b'\n') if not line.partition(b') ')[2].startswith(TIMES)]


def read_description(name):
    """No more than a description may be, and never waiting: the account's own programs can put anything in its place."""
    fd = posix.open(name, posix.O_RDONLY | posix.O_CLOEXEC | posix.O_NOFOLLOW | posix.O_NONBLOCK)
    data = b''
    while len(data) < LONGEST and (part := posix.read(fd, 1 << 20)):
        data += part
    posix.close(fd)
    return data
