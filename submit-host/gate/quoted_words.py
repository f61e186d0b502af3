"""Arguments and Environment: words with blanks between them and '...' round what has one, '' for a quote in it.

condor_submit writes them so by itself. By another text, which a line with + can give, a worker starts the job for ever.
"""
from attribute_form import content, text

BLANKS = str.maketrans('\t\n\r', '   ')
INSIDE = str.maketrans(' \t\n\r', '____')
EMPTY = '\0'  # stands for '' alone, which is a word


def arguments(value, place):
    """The form of Arguments, as in attribute_form."""
    return text(value, place) or (None if content(value).count("'") % 2 == 0 else 'has a single quote that no other closes')


def environment(value, place):
    """The form of Environment, as in attribute_form."""
    return arguments(value, place) or (None if all(map(_is_variable, _words(content(value)))) else 'must be name=value, with blanks between them')


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
    """HTCondor fills in a macro of the match before the worker reads it."""
    return word.find('=') > 0 or '=' not in word and '$$' in word
