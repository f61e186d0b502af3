"""Arguments and Environment: words with blanks between them and '...' round what has one, '' for a quote in it.

condor_submit writes them so by itself. By another text, which a line with + can give, a worker starts the job for ever.
Env is the older form of Environment, with semicolons.
"""
from attribute_form import content, text

BLANKS = str.maketrans('\t\n\r', '   ')
INSIDE = str.maketrans(' \t\n\r', '____')
SIGNS = '!#%&*+,-/:;<>?@^`|~'
EMPTY = '\0'  # stands for '' alone, which is a word


def arguments(value, place):
    """The form of Arguments, as in attribute_form."""
    return text(value, place) or (None if value == 'undefined' or content(value).count("'") % 2 == 0 else 'has a single quote that no other closes')


def environment(value, place):
    """The form of Environment, as in attribute_form."""
    return arguments(value, place) or _not_variables(value, _words, 'blanks')


def environment_v1(value, place):
    """The form of Env, as in attribute_form."""
    return text(value, place) or _not_variables(value, _parts, 'semicolons')


def _not_variables(value, words, between):
    good = value == 'undefined' or all(map(_is_variable, words(content(value))))
    return None if good else f'must be name=value, with {between} between them'


def _parts(line):
    """A sign that stands first is another one between them."""
    sign = line[0] if line[:1] in SIGNS and line else ';'
    return [part for part in (part.lstrip(' \t\n\r') for part in line.replace('\n', sign).split(sign)) if part]


def _words(line):
    parts = line.split("'")
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = part.translate(INSIDE) or EMPTY
        elif part == '' and 0 < i < len(parts) - 1:
            parts[i] = "'"
        else:
            parts[i] = part.translate(BLANKS)
    return [word.replace(EMPTY, '') for word in ''.join(parts).split(' ') if word]


def _is_variable(word):
    """HTCondor fills in a macro of the match before the worker reads it; one with a default would be the default's text."""
    return word.find('=') > 0 or '=' not in word and '$$' in word and ':' not in word
