"""What HTCondor and sudo say on stderr, read for its kind and cleaned for the user."""
from failure import CANTCREAT, CONFIG, DATAERR, NO_PROGRAM, SOFTWARE, TEMPFAIL, UNAVAILABLE, Failure

LONGEST = 500
MOST_WARNINGS = 20
LONGEST_WARNING = 300
# condor_submit's own limits, of seconds, of processor time and of output.
SIGALRM, SIGXCPU, SIGXFSZ = 14, 24, 25
# By these somebody on the host ended it. Of all other signals, as of a crash, the description is the cause.
BY_OTHERS = (1, 2, 9, 15)

# Any of HTCondor's programs says one of these when the schedd or the collector is stopped, hung or refuses to talk.
UNREACHABLE = (
    b"Can't find address",
    b'Failed to fetch ads',
    b'SECMAN:',
    b'AUTHENTICATE:',
    b'CEDAR:',
    b'communication error',
    b"Couldn't contact the condor_collector",
    b'Collector has no record',
    b'Failed to connect',
    b'Unable to connect',
    b"Can't connect",
)
# These are said so by the tools, which print no words of a user's: with schedd and collector both stopped condor_q of 23.9
# says "Error: (null)" and condor_rm "condor_rm: (null)". They are compared in lower case, with single blanks.
UNREACHABLE_BY_TOOLS = (
    b'error: (null)',
    *(b'condor_%s: (null)' % tool for tool in (b'rm', b'hold', b'release', b'prio')),
    b'condor_schedd is not running',
    b'could not fetch',
    b'error fetching ads',
    b"can't contact",
    b"can't connect",
    b"can't send",
    b'failed to receive',
    b'failed to read',
    b'unable to resolve',
    b'unable to locate',
    b'unknown host',
    b'address or hostname not specified',
)
# HTCondor cannot read its own configuration files.
UNCONFIGURED = (b'Configuration Error', b"can't find config source", b'Neither the environment variable CONDOR_CONFIG')
# timeout and a shell end so where the program that they are to start is missing, or nobody may start it.
NOT_STARTED = (126, 127)
# Not the description's fault: the same one is fine when jobs have ended.
FULL = {
    b'MAX_JOBS_PER_OWNER': (CANTCREAT, 'you have'),
    b'MAX_JOBS_SUBMITTED': (TEMPFAIL, 'all users together have'),
}


def refused_by_sudo(result):
    return result.err.startswith(b'sudo: ') or b'\nsudo: ' in result.err


def sudo_failure(result):
    """Whether an account may submit, accounts.admitted() has said before: that sudo refuses is a fault of the host's."""
    return Failure(CONFIG, 'it does not let the service act for its users', _words(result))


def query_failure(result):
    """The Failure of a reading command or of condor_rm."""
    failure = _general_failure(result)
    if failure is None and any(mark in b' '.join(result.err.lower().split()) for mark in UNREACHABLE_BY_TOOLS):
        failure = _unreachable(result)
    return failure or Failure(SOFTWARE, 'the scheduler gave no answer', _words(result))


def _general_failure(result):
    """What every command of HTCondor's and sudo can end with; None for anything else."""
    if result.status is None:
        return Failure(TEMPFAIL, 'the scheduler did not answer in time')
    if refused_by_sudo(result):
        return sudo_failure(result)
    if any(mark in result.err for mark in UNREACHABLE):
        return _unreachable(result)
    if result.status in NOT_STARTED:
        return Failure(CONFIG, NO_PROGRAM, _words(result))
    if any(mark in result.err for mark in UNCONFIGURED):
        return Failure(CONFIG, 'HTCondor cannot read its configuration', _words(result))
    return None


def _unreachable(result):
    return Failure(UNAVAILABLE, 'the scheduler cannot be reached', _words(result))


def _words(result):
    return result.err[:1000].decode('utf-8', 'replace')


TOO_MUCH = (
    'the submit description takes condor_submit too much time or memory: queue fewer jobs in one go, and let macros be shorter'
)


def description_failure(result, directory, home):
    """The Failure of condor_submit where it read the description alone: whatever it says is said of that."""
    if result.signal in (SIGALRM, SIGXCPU, SIGXFSZ) or b'std::bad_alloc' in result.err:
        return Failure(DATAERR, TOO_MUCH)
    if result.signal in BY_OTHERS or result.status is None:
        return Failure(TEMPFAIL, 'condor_submit was ended while it read the submit description; send the request again')
    if result.status in NOT_STARTED and not result.err:
        return Failure(CONFIG, NO_PROGRAM, 'condor_submit')
    words = clean(result.err, directory, home) or 'HTCondor does not accept the submit description'
    if words.startswith('getenv = '):
        words = 'getenv = true is not available here: name the variables, as in getenv = HOME,USER'
    if words.startswith('No such directory: '):
        words += "; initialdir must be a relative path without .., quotes and backslashes: it is made in the job's own directory"
    return Failure(DATAERR, words)


def submit_failure(result, directory, home):
    """The Failure of condor_submit: 65 with HTCondor's own words, unless the words mean something else."""
    if result.signal == SIGXCPU or b'std::bad_alloc' in result.err:
        # Its own limits: more jobs than one submission may make.
        return Failure(DATAERR, TOO_MUCH)
    # With `error : sudo: ...` a description has its own words printed, and then these follow them.
    if b'Failed to parse command file' in result.err:
        return Failure(DATAERR, clean(result.err, directory, home))
    if refused_by_sudo(result):
        return sudo_failure(result)
    failure = _general_failure(result)
    if failure is None:
        if b'MAX_JOBS_PER_SUBMISSION' in result.err:
            from large_submission import site_limit

            most = site_limit()
            accepted = 'are accepted' if most is None else f'the {most:,} that are accepted'
            return Failure(DATAERR, f'the description queues more jobs than {accepted} in one go: submit in parts')
        for limit, (status, who) in FULL.items():
            if limit in result.err:
                return Failure(status, who + ' as many jobs in the queue as the scheduler allows; submit again when some have ended')
        words = clean(result.err, directory, home) or 'HTCondor does not accept the submit description'
        return Failure(DATAERR, words)
    return failure


def warnings(err, directory, home):
    """What condor_submit warned of, a line each, where it accepted the description: a misspelled command above all."""
    text = _without_paths(err, directory, home).replace('!WARNING:', '!\nWARNING:').replace('\nWarning:', '\nWARNING:')
    found = []
    for part in ('\n' + text).split('\nWARNING:')[1:]:
        line = _one_line(part)
        # What is submitted has one queue statement.
        if line and not line.startswith('Use of multiple queue statements'):
            found.append(line if len(line) <= LONGEST_WARNING else line[: LONGEST_WARNING - 3] + '...')
    more = len(found) - MOST_WARNINGS
    return found if more <= 0 else [*found[:MOST_WARNINGS], f'and {more} more']


def _without_paths(err, directory, home):
    from accounts import physical

    text = err.decode('utf-8', 'replace')
    # The longer one first: the other may be the end of it.
    for place in sorted({home, physical(home)}, key=len, reverse=True):
        own = place + directory[len(home) :]
        text = text.replace(own + '/', '').replace(own, '.').replace(place, '~')
    return text


def _one_line(text):
    return ' '.join(''.join(c if c >= ' ' and c != '\x7f' else ' ' for c in text).split())


def clean(err, directory, home):
    """One line from condor_submit's stderr, without warnings and without paths of this host."""
    text = _without_paths(err, directory, home)
    lines = []
    wanted = 'ERROR:' not in text
    for line in map(_one_line, text.split('\n')):
        if line.startswith(('WARNING:', 'Warning:')):
            wanted = False
        elif line.startswith('ERROR:'):
            wanted = True
            while line.startswith('ERROR:'):
                line = line[6:].strip()
        elif line.startswith('Submit:-1:Error '):
            line = line[16:]
        if wanted and line:
            lines.append(line.rstrip(':'))
    # These say that there was a fault and not which: they stay only where nothing else does.
    useful = [
        line for line in lines if not line.startswith(('Failed to commit job', 'Failed to parse command file'))
    ]
    joined = '; '.join(useful or lines)
    if joined.startswith('on Line '):
        joined = 'the submit description is not understood ' + joined
    return joined if len(joined) <= LONGEST else joined[: LONGEST - 3] + '...'
