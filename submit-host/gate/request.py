"""One line of JSON in, a checked request out. Nothing here touches the system.

The service is trusted no more than it has to be: whatever it sends, every field has its type and its pattern, and a
field that is not known is refused. Characters are checked by sets: `re` would cost more than the whole check.
"""
from failure import USAGE, Failure
from strict_json import parse

MAX_LINE = 256 * 1024
MAX_JOBS = 200  # named in one request

DIGITS = frozenset('0123456789')
HEX = frozenset('0123456789abcdef')
LETTERS = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')
ACCOUNT_FIRST = frozenset('abcdefghijklmnopqrstuvwxyz_')
ACCOUNT = ACCOUNT_FIRST | DIGITS | {'-'}
ATTRIBUTE_FIRST = LETTERS | {'_'}
ATTRIBUTE = ATTRIBUTE_FIRST | DIGITS
NAME = LETTERS | DIGITS | frozenset('_ .+@=~:-')
NAME_FIRST = LETTERS | DIGITS | {'_'}
URL = frozenset(chr(c) for c in range(0x21, 0x7F)) - frozenset('"\\#')


def _fail(what):
    raise Failure(USAGE, 'request not understood: ' + what)


def read(line):
    """The request in `line` (bytes), a dict of exactly the fields of its operation; Failure 64 for anything else."""
    if len(line) > MAX_LINE:
        _fail('longer than 256 KiB')
    try:
        fields = parse(line)
    except ValueError:
        _fail('not a line of JSON')
    if type(fields) is not dict:
        _fail('not an object')
    if type(fields.get('v')) is not int or fields['v'] != 1:
        _fail('v is not 1')
    op = fields.get('op')
    if type(op) is not str or op not in OPERATIONS:
        _fail('unknown operation')
    required, optional = OPERATIONS[op]
    _check_fields(fields, {'v': None, 'op': None, **required}, optional)
    if op == 'submit':
        _check_names(fields)
    elif op == 'act':
        _check_selection(fields)
    elif op == 'output':
        _check_range(fields)
    return fields


def _check_fields(fields, required, optional=()):
    for name in fields:
        if name not in required and name not in optional:
            _fail('unknown field')
    for name, check in required.items():
        if name not in fields:
            _fail(name + ' is missing')
        if check is not None and not check(fields[name]):
            _fail(name)
    for name in optional:
        if name in fields and not optional[name](fields[name]):
            _fail(name)


def is_account(value):
    return (
        type(value) is str
        and 1 <= len(value) <= 32
        and value[0] in ACCOUNT_FIRST
        and ACCOUNT.issuperset(value)
    )


def is_request_id(value):
    """A UUID in its lower-case form."""
    if type(value) is not str or len(value) != 36:
        return False
    parts = value.split('-')
    return [len(part) for part in parts] == [8, 4, 4, 4, 12] and all(map(HEX.issuperset, parts))


def is_digest(value):
    return type(value) is str and len(value) == 64 and HEX.issuperset(value)


def is_attribute_list(value):
    return type(value) is list and 1 <= len(value) <= 64 and all(map(_is_attribute, value))


def _is_attribute(value):
    return (
        type(value) is str
        and 1 <= len(value) <= 64
        and value[0] in ATTRIBUTE_FIRST
        and ATTRIBUTE.issuperset(value)
    )


def is_id(value):
    """A cluster or proc number: HTCondor's are 32 bits."""
    return type(value) is int and 0 <= value < 2**31


def is_job_list(value):
    """[cluster] for all jobs of a cluster, [cluster, proc] for one."""
    return (
        type(value) is list
        and 1 <= len(value) <= MAX_JOBS
        and all(type(job) is list and len(job) in (1, 2) and all(map(is_id, job)) for job in value)
    )


def is_state_list(value):
    """Numbers of JobStatus."""
    return type(value) is list and 1 <= len(value) <= 7 and all(type(n) is int and 1 <= n <= 7 for n in value)


def is_priority(value):
    return type(value) is int and -(2**31) < value < 2**31


def is_name(value):
    """A plain file name: letters, digits and marks of any script, a few signs; it begins with none of them."""
    if type(value) is not str or not value or len(value.encode()) > 200 or value[-1] == ' ':
        return False
    if value.isascii():
        return value[0] in NAME_FIRST and NAME.issuperset(value)
    from unicodedata import category

    kinds = [category(c)[0] for c in value]
    return (kinds[0] in 'LN' or value[0] == '_') and all(
        kind in 'LMN' or c in NAME for kind, c in zip(kinds, value)
    )


def is_vm_path(value):
    """An absolute path on the virtual machine; it need not exist here."""
    if type(value) is not str or value[:1] != '/' or len(value.encode()) > 1024:
        return False
    # A segment is a file name that may begin with a dot: `.` and `..` fail, `a` in front makes the rest one.
    return all(
        segment not in ('', '.', '..') and is_name('a' + segment if segment[0] == '.' else segment)
        for segment in value[1:].split('/')
    )


def is_url(value):
    """http(s), printable, nothing that curl's configuration would read as more than one value, no way out of a prefix."""
    return (
        type(value) is str
        and len(value) <= 8192
        and value.startswith(('https://', 'http://'))
        and URL.issuperset(value)
        and not {'.', '..'}.intersection(value.partition('?')[0].lower().replace('%2e', '.').split('/'))
    )


def is_file_list(value):
    if type(value) is not list or not 1 <= len(value) <= 8:
        return False
    for file in value:
        if type(file) is not dict:
            return False
        _check_fields(file, FILE)
    return True


def is_size(value):
    return type(value) is int and 0 <= value < 2**40


def is_executable(value):
    if type(value) is not dict or len(value) != 1:
        return False
    if 'file' in value:
        return is_name(value['file'])
    return 'path' in value and is_vm_path(value['path'])


def is_append(value):
    """Lines for condor_submit -append: one line each."""
    return type(value) is list and len(value) <= 32 and all(map(_is_line, value))


def _is_line(value):
    return type(value) is str and len(value) <= 4096 and all(c >= ' ' and c != '\x7f' for c in value)


def _check_names(fields):
    """The description and the executable are two different ones of the files, and no name comes twice."""
    names = [file['name'] for file in fields['files']]
    if len(set(names)) != len(names):
        _fail('a file name twice')
    if fields['description'] not in names:
        _fail('description is none of the files')
    executable = fields['executable'].get('file')
    if executable is not None and (executable not in names or executable == fields['description']):
        _fail('executable is none of the files')


def _check_range(fields):
    """`first` and perhaps `last`, both inclusive, or `suffix`, as the Range header of RFC 9110."""
    if 'suffix' in fields and 'first' in fields or 'last' in fields and 'first' not in fields:
        _fail('range')


def _check_selection(fields):
    """Everything an account has is never meant by silence here; condor_prio takes ids and nothing else."""
    if 'jobs' not in fields and 'states' not in fields:
        _fail('no jobs')
    if (fields['action'] == 'prio') != ('priority' in fields) or ('priority' in fields and 'states' in fields):
        _fail('priority')


FILE = {'name': is_name, 'url': is_url, 'size': is_size, 'sha256': is_digest}

ONE_JOB = {'account': is_account, 'cluster': is_id, 'proc': is_id}

# Operation: required fields, optional fields.
OPERATIONS = {
    'ping': ({}, {}),
    'list': ({'attributes': is_attribute_list}, {}),
    'job': (
        {'account': is_account, 'cluster': is_id},
        {'proc': is_id, 'attributes': is_attribute_list, 'ended': lambda value: value is True},
    ),
    'analyze': (ONE_JOB, {}),
    'output': (
        {**ONE_JOB, 'file': lambda value: value in ('stdout', 'stderr', 'log'), 'most': is_size},
        {'first': is_size, 'last': is_size, 'suffix': is_size},
    ),
    'status': ({}, {}),
    'remove': ({'account': is_account}, {}),
    'act': (
        {'account': is_account, 'action': lambda value: value in ('remove', 'hold', 'release', 'prio')},
        {'jobs': is_job_list, 'states': is_state_list, 'priority': is_priority},
    ),
    'submit': (
        {
            'account': is_account,
            'request': is_request_id,
            'digest': is_digest,
            'files': is_file_list,
            'description': is_name,
            'executable': is_executable,
            'append': is_append,
        },
        {},
    ),
}
