"""What a field of a request may be: each check takes any value of JSON. Nothing here touches the system.

Characters are checked by sets: `re` would cost more than the whole check.
"""
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
    # A segment is a file name that may begin with a dot: `.` and `..` fail, `a` instead of the dot makes the rest one.
    return all(
        segment not in ('', '.', '..') and is_name('a' + segment[1:] if segment[0] == '.' else segment)
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


def is_content(value):
    """Base64 as RFC 4648, section 4, writes it: nothing between, nothing left out."""
    from binascii import Error, a2b_base64, b2a_base64

    if type(value) is not str or not value.isascii():
        return False
    try:
        return b2a_base64(a2b_base64(value), newline=False).decode() == value
    except Error:
        return False


def is_size(value):
    return type(value) is int and 0 <= value < 2**40


def is_executable(value):
    if type(value) is not dict or len(value) != 1:
        return False
    if 'file' in value:
        return is_name(value['file'])
    return 'path' in value and is_vm_path(value['path'])


def is_warnings(value):
    """Sentences of the service's own."""
    good = type(value) is list and 1 <= len(value) <= 8
    return good and all(type(line) is str and len(line) <= 300 and line.isascii() and line.isprintable() for line in value)


def is_append(value):
    """The service's own attributes, `+VMImage = "..."`, and at most one `requirements = ` with an expression."""
    if type(value) is not list or len(value) > 32 or not all(map(_is_own_line, value)):
        return False
    return sum(line[0] != '+' for line in value) <= 1


def _is_own_line(value):
    if type(value) is not str or len(value) > 4096 or not value.isascii() or not value.isprintable() or '$' in value:
        return False
    name, equals, text = value.partition(' = ')
    if name == 'requirements':
        from expression import Refused, analyze
        from reference import refusal

        try:
            _, references, _ = analyze(text)
        except Refused:
            return False
        # It comes to the user's own after that was reckoned with: what it refers to is evaluated as often again.
        return sum(references.values()) <= 20 and not any(map(refusal, references))
    inner = text[1:-1]
    literal = text.isdigit() or len(text) > 1 and text[0] == text[-1] == '"' and not {'"', '\\'}.intersection(inner)
    return name.startswith('+VM') and len(name) <= 64 and ATTRIBUTE.issuperset(name[1:]) and literal
