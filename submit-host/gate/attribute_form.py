"""The forms that the value of an attribute may have: each gives the reason why a value is refused, or None.

`value` is the text as HTCondor would keep it; `place` (job_place.py) says where the submit host may write.
"""
from literal import DIGITS, is_string

MOST_SHOWN = 10_000  # characters of a name or a reason
MOST_TEXT = 1_000_000  # characters of arguments, an environment or a list of files


def integer(value, place):
    digits = value[1:] if value[:1] == '-' else value
    return None if digits and DIGITS.issuperset(digits) and len(digits) <= 10 else 'must be a whole number'


def short_length(value, place):
    """Of a list for each name, that HTCondor keeps in the job and moves on at each start, one element after the other."""
    return integer(value, place) or (None if int(value) <= 20 else 'must not be more than 20')


def few_seconds(value, place):
    """Nobody else's job runs where a claim is kept idle."""
    return integer(value, place) or (None if int(value) <= 300 else 'must not be more than 300 seconds')


def few_names(value, place):
    reason = 'must not be longer than 1,000 characters, nor have more than 50 names'
    return word(value, place) or (None if len(value) <= 1_000 and len(value.replace(',', ' ').split()) <= 50 else reason)


def cron(value, place):
    """Minutes, hours and days have two digits: a range of billions would be written out."""
    return word(value, place) or (None if not any(len(part) > 2 for part in _numbers(value)) else 'must have numbers of two digits')


def cron_days(value, place):
    """The schedd looks for the next month that has the day, for ever: one that each month has must be among them."""
    first = content(value).split(',')[0].strip()
    step = first[2:] if first[:2] == '*/' else ''
    day = first.partition('-')[0]
    good = (
        first == '*'
        or step and DIGITS.issuperset(step) and 1 <= int(step[:3]) <= 14
        or day and DIGITS.issuperset(day) and '/' not in first and 1 <= int(day[:3]) <= 28
    )
    return cron(value, place) or (None if good else 'must begin with a day that each month has: 1 to 28, or *')


def _numbers(value):
    return ''.join(c if c in DIGITS else ' ' for c in value).split()


def limits(value, place):
    return word(value, place) if is_string(value) else None


def boolean(value, place):
    return None if value in ('true', 'false') else 'must be true or false'


def number(value, place):
    parts = (value[1:] if value[:1] == '-' else value).split('.')
    good = len(value) <= 30 and len(parts) <= 2 and all(part and DIGITS.issuperset(part) for part in parts)
    return None if good else 'must be a number'


def word(value, place):
    """A short string."""
    if not is_string(value):
        return 'must be text, not an expression'
    return None if len(value) <= MOST_SHOWN else f'must not be longer than {MOST_SHOWN:,} characters'


def text(value, place):
    """A long one."""
    if value == 'undefined':
        return None
    if not is_string(value):
        return 'must be text, not an expression'
    return None if len(value) <= MOST_TEXT else f'must not be longer than {MOST_TEXT:,} characters'


def expression(value, place):
    """Its cost is bounded by job_check, as that of every attribute."""
    return None


def semicolon(value, place):
    """HTCondor's own sign between the variables of Env."""
    return None if value == '";"' else 'must be ;'


def never(value, place):
    return None if value in ('false', 'undefined') else 'is not available here; leave it out'


def read_file(value, place):
    return text(value, place) or _filled_in(value) or ('must be a file, not a URL' if '://' in value else None)


def _filled_in(value):
    """At the match HTCondor puts another text in the place of $$(...), which nobody has looked at."""
    return 'must not have $$' if '$$' in value else None


def written_file(value, place):
    return word(value, place) or place.refusal(content(value))


def working_directory(value, place):
    """What a job leaves there comes back under any name, so that it is never the home itself. HTCondor writes it whole."""
    path = content(value)
    return word(value, place) or place.own_refusal(path) or (None if path[:1] == '/' and path != '/dev/null' else 'must be a whole path')


def written_list(value, place):
    """Files that come back: their names are those of the worker, and below the job's directory they are the same."""
    if text(value, place) or _filled_in(value):
        return text(value, place) or _filled_in(value)
    for name in content(value).split(','):
        if '://' in name:
            return 'must name files, not URLs: results come back to the job\'s own directory'
        if '..' in name.strip().split('/'):
            return 'must not have .. in a path'
    return None


def renamed_list(value, place):
    """`name = path; name = path`."""
    if text(value, place) or _filled_in(value):
        return text(value, place) or _filled_in(value)
    if '\\' in value:
        return 'must not have a backslash'
    for pair in content(value).split(';'):
        reason = place.refusal(pair.partition('=')[2].strip())
        if reason:
            return reason
    return None


def content(value):
    """What is between the quotes, as HTCondor reads it."""
    return value[1:-1].replace('\\"', '"')
