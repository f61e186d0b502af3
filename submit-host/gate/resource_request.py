"""Whether what a job asks for can ever be a number: `request_memory = lots` is a name, and the job would wait for ever."""
from htcondor_attributes import NAMES
from literal import DIGITS, NAME, is_string

REQUESTS = ('requestcpus', 'requestmemory', 'requestdisk', 'requestgpus')
WORDS = frozenset(('true', 'false', 'undefined', 'my'))
# Of the machine that it is matched with.
MACHINE = frozenset(
    'cpus memory disk gpus totalcpus totalmemory totaldisk totalgpus totalslotcpus totalslotmemory totalslotdisk totalslotgpus '
    'detectedcpus detectedmemory'.split()
)
ARITHMETIC = NAME | frozenset('.+-*/% \t()')


def refusal(value, has):
    """The reason why `value` is no number for any machine, or None. `has`: whether the job has an attribute, by lower-case name."""
    if is_string(value) or value[:1] + value[-1:] in ('{}', '[]') or value.lower() == 'error':
        return 'must be a number, as in 2 or 4 GB'
    number = value[1:].replace('.', '', 1)
    if value[:1] == '-' and number and DIGITS.issuperset(number):
        return 'must not be negative'
    # Anything else may make a number of what is undefined. These signs never do.
    if not ARITHMETIC.issuperset(value):
        return None
    unknown = None
    for name, is_called in _names(value):
        if is_called or name == 'target':
            return None
        if name not in WORDS and name not in NAMES and name not in MACHINE and not has(name):
            unknown = unknown or name
    return unknown and f'must be a number, as in 2 or 4 GB: the job has no attribute {unknown[:40]}'


def _names(value):
    """Each name in lower case, and whether it is that of a function."""
    at = 0
    while at < len(value):
        end = at
        while end < len(value) and value[end] in NAME:
            end += 1
        if end > at and value[at] not in DIGITS:
            follows = end
            while value[follows : follows + 1] in (' ', '\t'):
                follows += 1
            yield value[at:end].lower(), value[follows : follows + 1] == '('
        at = max(end, at + 1)
