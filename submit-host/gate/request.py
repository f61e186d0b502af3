"""One line of JSON in, a checked request out. Nothing here touches the system.

The service is trusted no more than it has to be: whatever it sends, every field has its type and its pattern, and a
field that is not known is refused.
"""
from failure import USAGE, Failure
from field import (
    is_account,
    is_append,
    is_attribute_list,
    is_content,
    is_digest,
    is_executable,
    is_id,
    is_job_list,
    is_name,
    is_priority,
    is_request_id,
    is_size,
    is_state_list,
    is_url,
    is_warnings,
)
from strict_json import parse

MAX_LINE = 256 * 1024


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


def is_file_list(value):
    """All of them wait in the store, or all have their bytes here."""
    if type(value) is not list or not 1 <= len(value) <= 8:
        return False
    if not all(type(file) is dict for file in value):
        return False
    carried = 'content' in value[0]
    for file in value:
        _check_fields(file, CARRIED_FILE if carried else STAGED_FILE)
        if carried and len(file['content']) // 4 * 3 - file['content'].count('=') != file['size']:
            return False
    return True


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


FILE = {'name': is_name, 'size': is_size, 'sha256': is_digest}
STAGED_FILE = {**FILE, 'url': is_url}
CARRIED_FILE = {**FILE, 'content': is_content}

ONE_JOB = {'account': is_account, 'cluster': is_id, 'proc': is_id}

# Operation: required fields, optional fields.
OPERATIONS = {
    'ping': ({}, {}),
    'list': ({'attributes': is_attribute_list}, {}),
    'values': ({'jobs': is_job_list, 'attributes': is_attribute_list}, {'ended': lambda value: value is True}),
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
        {'warnings': is_warnings},
    ),
}
