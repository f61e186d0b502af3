"""JSON without `import json`.

That import brings in `re` and costs 11 ms, more than the rest of the interpreter's start. The scanner behind it is a
part of CPython on its own; where it is missing, the module's is taken. Stricter than json.loads: no fractions, no
NaN, no name twice, no lone surrogates (they are no text, and no file name or argument can hold them).
"""
try:
    from _json import make_scanner
except ImportError:
    from json.scanner import make_scanner


def _refuse(_):
    raise ValueError('not a number that is used here')


def _integer(digits):
    if len(digits) > 18:
        raise ValueError('number too large')
    return int(digits)


def _unique(pairs):
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError('a name twice')
    return fields


class _Rules:
    strict = True
    object_hook = None
    object_pairs_hook = staticmethod(_unique)
    parse_float = staticmethod(_refuse)
    parse_int = staticmethod(_integer)
    parse_constant = staticmethod(_refuse)
    memo = {}


_scan = make_scanner(_Rules)


def parse(data, errors='strict'):
    """The value that `data` (bytes, UTF-8) is; ValueError for anything else.

    `errors`: with 'surrogateescape' bytes that are not UTF-8 stay what they are, as in the name of a file.
    """
    text = data.decode('utf-8', errors).strip(' \t\r\n')
    try:
        value, end = _scan(text, 0)
    except (StopIteration, RecursionError):
        raise ValueError('not JSON') from None
    if end != len(text):
        raise ValueError('text after the value')
    if '\\u' in text:
        _reject_surrogates(value)
    return value


def _reject_surrogates(value):
    """UnicodeEncodeError is a ValueError."""
    if isinstance(value, str):
        value.encode('utf-8')
    elif isinstance(value, dict):
        for name, item in value.items():
            name.encode('utf-8')
            _reject_surrogates(item)
    elif isinstance(value, list):
        for item in value:
            _reject_surrogates(item)


def quote(text):
    """A JSON string of `text`."""
    out = ['"']
    for c in text:
        if c in '"\\':
            out.append('\\' + c)
        elif c < ' ':
            out.append('\\u%04x' % ord(c))
        else:
            out.append(c)
    out.append('"')
    return ''.join(out)
